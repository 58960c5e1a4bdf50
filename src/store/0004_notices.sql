-- What holds for an environment between its incidents: a mute that people set, alerts about its database that fire.
CREATE TABLE notices (
    environment TEXT   NOT NULL,
    -- 'mute', or 'alert/' and a fingerprint.
    what        TEXT   NOT NULL,
    -- Until when it holds, in microseconds since 1970.
    until       BIGINT NOT NULL,
    document    TEXT   NOT NULL,
    PRIMARY KEY (environment, what)
);
