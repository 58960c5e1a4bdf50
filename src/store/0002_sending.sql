-- What is about to be said in a channel: there from before it is sent until it is noted as said. One that is found at a start
-- may have been sent or not; it is looked for before it is sent again.
CREATE TABLE sending (
    incident BIGINT NOT NULL,
    platform TEXT   NOT NULL,
    channel  TEXT   NOT NULL,
    -- What makes it the same message when it is sent again.
    key      TEXT   NOT NULL,
    -- Up to which event it tells the log; 0 for a card.
    upto     BIGINT NOT NULL,
    since    BIGINT NOT NULL,
    PRIMARY KEY (incident, platform, channel)
);

-- The card that this one stands for, since somebody deleted it.
ALTER TABLE messages ADD COLUMN before TEXT;
-- 1 where the card may be there twice.
ALTER TABLE messages ADD COLUMN repeated BIGINT NOT NULL DEFAULT 0;
