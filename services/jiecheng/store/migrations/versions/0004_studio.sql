CREATE TABLE process_drafts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    process TEXT NOT NULL,
    name TEXT NOT NULL,
    base TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_by TEXT DEFAULT '' NOT NULL,
    released TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_process_drafts PRIMARY KEY (id),
    CONSTRAINT fk_process_drafts_base FOREIGN KEY(base) REFERENCES releases (hash)
);

CREATE UNIQUE INDEX uq_process_drafts_open ON process_drafts (process) WHERE state IN ('editing', 'submitted');

CREATE TABLE draft_texts (
    hash TEXT NOT NULL,
    content TEXT NOT NULL,
    CONSTRAINT pk_draft_texts PRIMARY KEY (hash)
);

CREATE TABLE draft_revisions (
    draft_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    files JSONB NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    identity TEXT NOT NULL,
    person TEXT NOT NULL,
    CONSTRAINT pk_draft_revisions PRIMARY KEY (draft_id, number),
    CONSTRAINT fk_draft_revisions_draft_id FOREIGN KEY(draft_id) REFERENCES process_drafts (id)
);

CREATE TABLE draft_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    draft_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    identity TEXT NOT NULL,
    person TEXT NOT NULL,
    event TEXT NOT NULL,
    revision INTEGER NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_draft_log PRIMARY KEY (id),
    CONSTRAINT fk_draft_log_draft_id FOREIGN KEY(draft_id) REFERENCES process_drafts (id)
);

CREATE INDEX ix_draft_log_draft_id ON draft_log (draft_id, id);

CREATE TABLE gate_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    draft_id BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    owner TEXT DEFAULT '' NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    attempts INTEGER DEFAULT '0' NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    progress JSONB NOT NULL,
    report JSONB NOT NULL,
    CONSTRAINT pk_gate_runs PRIMARY KEY (id),
    CONSTRAINT fk_gate_runs_draft_id FOREIGN KEY(draft_id) REFERENCES process_drafts (id)
);

CREATE INDEX ix_gate_runs_draft_id ON gate_runs (draft_id, id);

CREATE INDEX ix_gate_runs_open ON gate_runs (id) WHERE state IN ('waiting', 'running');

ALTER TABLE releases ADD COLUMN drafted_by TEXT DEFAULT '' NOT NULL;

CREATE TRIGGER draft_log_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER draft_revisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER draft_texts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_texts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
