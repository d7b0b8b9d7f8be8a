ALTER TABLE register_entries DROP CONSTRAINT pk_register_entries;

ALTER TABLE register_entries ADD COLUMN key TEXT DEFAULT '' NOT NULL;

ALTER TABLE register_entries ADD CONSTRAINT pk_register_entries PRIMARY KEY (register, case_id, key);

CREATE INDEX ix_register_entries_case_id ON register_entries (case_id);

CREATE TABLE register_definitions (
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    deployed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_register_definitions PRIMARY KEY (name, revision)
);

CREATE TRIGGER register_definitions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON register_definitions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE register_versions (
    register TEXT NOT NULL,
    version INTEGER NOT NULL,
    case_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    effective_on DATE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    row_count INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    difference JSONB NOT NULL,
    CONSTRAINT pk_register_versions PRIMARY KEY (register, version),
    CONSTRAINT uq_register_versions_job_id UNIQUE (job_id),
    CONSTRAINT fk_register_versions_register FOREIGN KEY(register) REFERENCES registers (name),
    CONSTRAINT fk_register_versions_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_register_versions_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);

CREATE TRIGGER register_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON register_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
