CREATE INDEX ix_drafts_subject ON drafts (subject);

CREATE INDEX ix_tasks_case_id_id ON tasks (case_id, id DESC);

DROP INDEX ix_tasks_case_id;

CREATE INDEX ix_outbox_leased_case ON outbox (case_id, id) WHERE state = 'leased';
