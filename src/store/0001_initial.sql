-- One text for SQLite and PostgreSQL: TEXT and BIGINT only; times are microseconds since 1970, documents are JSON.

-- The newest number of each kind, and the hash of what has it. Whoever takes the next one holds the row until its transaction
-- ends: numbers have no gaps, and two that close incidents at once chain one behind the other.
CREATE TABLE newest (
    kind   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    hash   TEXT   NOT NULL
);

INSERT INTO newest (kind, number, hash) VALUES ('incident', 0, ''), ('ledger', 0, '');

CREATE TABLE incidents (
    id          BIGINT NOT NULL PRIMARY KEY,
    environment TEXT   NOT NULL,
    opened_at   BIGINT NOT NULL,
    closed_at   BIGINT
);

-- One open incident per environment: ten alerts at once open one.
CREATE UNIQUE INDEX one_open_incident ON incidents (environment) WHERE closed_at IS NULL;

-- The log. Its key is the optimistic lock: who appends after a sequence number that is taken has lost. Each row's hash is over
-- everything else in it and the hash of the row before.
CREATE TABLE events (
    incident BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    event    TEXT   NOT NULL,
    inbox    TEXT,
    -- Which replica wrote it.
    replica  TEXT   NOT NULL,
    -- Which append wrote it: one whose answer was lost is repeated, and knows its own by this.
    batch    TEXT   NOT NULL,
    hash     TEXT   NOT NULL,
    PRIMARY KEY (incident, seq)
);

-- The heads of the logs of closed incidents, and which were pruned since. Its rows stay for ever.
CREATE TABLE ledger (
    number   BIGINT NOT NULL PRIMARY KEY,
    -- 'closed' or 'pruned'.
    entry    TEXT   NOT NULL,
    incident BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    head     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    hash     TEXT   NOT NULL
);

CREATE UNIQUE INDEX one_of_each ON ledger (incident, entry);

-- Who works on an incident. The number only grows; every append of a worker checks that its own is still the newest.
CREATE TABLE claims (
    incident BIGINT NOT NULL PRIMARY KEY,
    claim    BIGINT NOT NULL,
    replica  TEXT   NOT NULL,
    -- By the database's clock.
    until    BIGINT NOT NULL
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

-- When each replica last found that it can write: a store that only reads is not ready.
CREATE TABLE pulse (
    replica TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL
);
