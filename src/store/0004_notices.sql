-- An incident can be opened again, and is closed once more then: the ledger has a row for each, told apart by their events.
DROP INDEX one_of_each;
CREATE UNIQUE INDEX one_of_each ON ledger (incident, entry, seq);

-- What holds for an environment between its incidents: a mute that people set, alerts about its database that fire.
CREATE TABLE notices (
    environment TEXT   NOT NULL,
    -- 'mute', 'watch', or 'alert/' and a fingerprint.
    what        TEXT   NOT NULL,
    -- Until when it holds, in microseconds since 1970.
    until       BIGINT NOT NULL,
    document    TEXT   NOT NULL,
    PRIMARY KEY (environment, what)
);
