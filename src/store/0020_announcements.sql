-- Who was told that somebody is needed, where, and what stands there now.
CREATE TABLE announcements (
    incident    BIGINT NOT NULL,
    -- What makes it the same message when it is sent again.
    key         TEXT   NOT NULL,
    -- The platform, or the name of what pages people.
    destination TEXT   NOT NULL,
    -- Where it was sent to, and where it is: a private message is in a channel of its own. Empty while it may be there or not.
    channel     TEXT   NOT NULL,
    message     TEXT   NOT NULL,
    since       BIGINT NOT NULL,
    -- 0 somebody is needed, 1 that is over, 2 the incident is closed, too.
    stage       BIGINT NOT NULL,
    -- Whom it told, and who could not be reached: JSON.
    told        TEXT   NOT NULL,
    PRIMARY KEY (incident, key)
);
