-- In which order the inbox is taken. What goes first: 0 what people want, 1 what argues against a restart, 2 other alerts.
ALTER TABLE inbox ADD COLUMN class BIGINT NOT NULL DEFAULT 0;
-- Within a class these take turns: who sent it, or the environment that it is about.
ALTER TABLE inbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
-- What an alert that waits is known by. A later one of the same is counted in its row, until somebody takes that.
ALTER TABLE inbox ADD COLUMN waits TEXT;
ALTER TABLE inbox ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
-- 1 where the newest of them fires; and the last one that fired, where the newest says that it is over.
ALTER TABLE inbox ADD COLUMN fires BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN fired TEXT;

UPDATE inbox SET class = 2 WHERE reply IS NULL AND answered_at IS NULL;

CREATE UNIQUE INDEX inbox_waits ON inbox (waits) WHERE waits IS NOT NULL;
CREATE INDEX inbox_turns ON inbox (class, lane, received_at) WHERE answered_at IS NULL;
-- What it was for is done by the turns.
DROP INDEX inbox_open;
