ALTER TABLE work_items ADD COLUMN under BIGINT;

ALTER TABLE work_items ADD COLUMN way TEXT DEFAULT '' NOT NULL;

ALTER TABLE work_items ADD COLUMN added_by TEXT;

ALTER TABLE work_items ADD COLUMN added_why TEXT DEFAULT '' NOT NULL;

ALTER TABLE work_items ADD COLUMN has_signers BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE work_items ADD CONSTRAINT fk_work_items_under FOREIGN KEY (under) REFERENCES work_items (id);

CREATE TABLE phrases (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    organ TEXT DEFAULT '' NOT NULL,
    words TEXT NOT NULL,
    saved_by_name TEXT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_phrases PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_phrases_person ON phrases (person, words) WHERE organ = '';

CREATE UNIQUE INDEX uq_phrases_organ ON phrases (organ, words) WHERE organ <> '';
