CREATE INDEX ix_drafts_subject ON drafts (subject);
