-- One text for SQLite and PostgreSQL: TEXT and BIGINT only; times are microseconds since 1970, documents are JSON.

CREATE TABLE incidents (
    id          BIGINT NOT NULL PRIMARY KEY,
    environment TEXT   NOT NULL,
    opened_at   BIGINT NOT NULL,
    closed_at   BIGINT
);

-- One open incident per environment: ten alerts at once open one.
CREATE UNIQUE INDEX one_open_incident ON incidents (environment) WHERE closed_at IS NULL;

-- The log. Its key is the optimistic lock: who appends after a sequence number that is taken has lost.
CREATE TABLE events (
    incident BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    event    TEXT   NOT NULL,
    inbox    TEXT,
    PRIMARY KEY (incident, seq)
);

-- Whatever came in, from the acknowledgement until its author was answered.
CREATE TABLE inbox (
    dedupe_key  TEXT   NOT NULL PRIMARY KEY,
    received_at BIGINT NOT NULL,
    request     TEXT   NOT NULL,
    reply       TEXT,
    answer      TEXT,
    answered_at BIGINT
);

CREATE INDEX inbox_open ON inbox (received_at) WHERE answered_at IS NULL;

-- The card of an incident in a channel, and how far its thread tells the log.
CREATE TABLE messages (
    incident BIGINT NOT NULL,
    platform TEXT   NOT NULL,
    channel  TEXT   NOT NULL,
    message  TEXT   NOT NULL,
    told_seq BIGINT NOT NULL,
    PRIMARY KEY (incident, platform, channel)
);
