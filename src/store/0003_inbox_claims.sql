-- Who carries out and answers what came in, and until when by the database's clock: another takes it over after that.
ALTER TABLE inbox ADD COLUMN holder TEXT;
ALTER TABLE inbox ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
