-- A new version leaves the old one where it was; a removed one keeps its row and hash, and its content goes.
ALTER TABLE attachments ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE attachments ADD COLUMN replaced_by BIGINT;

ALTER TABLE attachments ADD COLUMN task_id BIGINT;

ALTER TABLE attachments ADD COLUMN scan TEXT DEFAULT '' NOT NULL;

ALTER TABLE attachments ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE
