CREATE TABLE access_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    person TEXT NOT NULL,
    identity TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    CONSTRAINT pk_access_log PRIMARY KEY (id)
);

CREATE TABLE accounts (
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (account)
);

CREATE TABLE calendar_days (
    day DATE NOT NULL,
    working BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_calendar_days PRIMARY KEY (day)
);

CREATE TABLE drafts (
    identity TEXT NOT NULL,
    subject TEXT NOT NULL,
    data JSONB NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (identity, subject)
);

CREATE TABLE grants (
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT pk_grants PRIMARY KEY (person, role)
);

CREATE TABLE history_openings (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    path TEXT NOT NULL,
    salt TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_history_openings PRIMARY KEY (case_id, seq, path)
);

CREATE TABLE incidents (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT,
    kind TEXT NOT NULL,
    subject BIGINT NOT NULL,
    element TEXT DEFAULT '' NOT NULL,
    message TEXT NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by TEXT DEFAULT '' NOT NULL,
    resolution TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_incidents PRIMARY KEY (id)
);

CREATE INDEX ix_incidents_open ON incidents (id DESC) WHERE resolved_at IS NULL;

CREATE TABLE login_attempts (
    key TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_attempts PRIMARY KEY (key)
);

CREATE TABLE notices (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    identity TEXT NOT NULL,
    case_id BIGINT,
    text TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notices PRIMARY KEY (id),
    CONSTRAINT uq_notices_key UNIQUE (key)
);

CREATE INDEX ix_notices_identity_id ON notices (identity, id DESC);

CREATE TABLE numbers (
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_numbers PRIMARY KEY (kind, year)
);

CREATE TABLE operations (
    key TEXT NOT NULL,
    person TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_operations PRIMARY KEY (person, key)
);

CREATE TABLE organs (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    street TEXT NOT NULL,
    code_word TEXT NOT NULL,
    agency_class TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT pk_organs PRIMARY KEY (id)
);

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id BIGINT,
    payload JSONB NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_by TEXT,
    lease_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    error TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT uq_outbox_key UNIQUE (key)
);

CREATE INDEX ix_outbox_due ON outbox (due_at, id) WHERE state IN ('due', 'leased');

CREATE TABLE persons (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    account TEXT NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (id)
);

CREATE TABLE registers (
    name TEXT NOT NULL,
    CONSTRAINT pk_registers PRIMARY KEY (name)
);

CREATE TABLE releases (
    hash TEXT NOT NULL,
    process TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    bundle JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by TEXT NOT NULL,
    source TEXT NOT NULL,
    gate JSONB NOT NULL,
    CONSTRAINT pk_releases PRIMARY KEY (hash),
    CONSTRAINT uq_releases_process_version UNIQUE (process, version)
);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL,
    person TEXT NOT NULL,
    identity TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (token_hash)
);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_settings PRIMARY KEY (name)
);

CREATE TABLE cases (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    process TEXT NOT NULL,
    release_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    initiator TEXT NOT NULL,
    initiator_name TEXT NOT NULL,
    initiator_organ TEXT NOT NULL,
    snapshot JSONB NOT NULL,
    variables JSONB NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    last_seq INTEGER DEFAULT '0' NOT NULL,
    head_sha256 TEXT DEFAULT '' NOT NULL,
    head_sm3 TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (id),
    CONSTRAINT uq_cases_number UNIQUE (number),
    CONSTRAINT fk_cases_release_hash FOREIGN KEY(release_hash) REFERENCES releases (hash)
);

CREATE INDEX ix_cases_initiator_id ON cases (initiator, id DESC);

CREATE INDEX ix_cases_process_id ON cases (process, id DESC);

CREATE INDEX ix_cases_state_ended ON cases (state, ended_at DESC, id DESC);

CREATE TABLE posts (
    id TEXT NOT NULL,
    organ TEXT NOT NULL,
    name TEXT NOT NULL,
    rank INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT pk_posts PRIMARY KEY (id),
    CONSTRAINT fk_posts_organ FOREIGN KEY(organ) REFERENCES organs (id)
);

CREATE TABLE relations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    weight TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT pk_relations PRIMARY KEY (id),
    CONSTRAINT fk_relations_source FOREIGN KEY(source) REFERENCES organs (id),
    CONSTRAINT fk_relations_target FOREIGN KEY(target) REFERENCES organs (id)
);

CREATE TABLE attachments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content BYTEA NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_by_name TEXT NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attachments PRIMARY KEY (id),
    CONSTRAINT fk_attachments_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_attachments_case_id ON attachments (case_id);

CREATE TABLE bodies (
    id TEXT NOT NULL,
    organ TEXT NOT NULL,
    name TEXT NOT NULL,
    secretary TEXT NOT NULL,
    members TEXT[] NOT NULL,
    quorum TEXT NOT NULL,
    majority TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT pk_bodies PRIMARY KEY (id),
    CONSTRAINT fk_bodies_organ FOREIGN KEY(organ) REFERENCES organs (id),
    CONSTRAINT fk_bodies_secretary FOREIGN KEY(secretary) REFERENCES posts (id)
);

CREATE TABLE form_data (
    case_id BIGINT NOT NULL,
    form TEXT NOT NULL,
    data JSONB NOT NULL,
    CONSTRAINT pk_form_data PRIMARY KEY (case_id, form),
    CONSTRAINT fk_form_data_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE history_events (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    leaf TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    CONSTRAINT pk_history_events PRIMARY KEY (case_id, seq),
    CONSTRAINT fk_history_events_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE identities (
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    main BOOLEAN NOT NULL,
    acting BOOLEAN NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    CONSTRAINT pk_identities PRIMARY KEY (id),
    CONSTRAINT fk_identities_person FOREIGN KEY(person) REFERENCES persons (id),
    CONSTRAINT fk_identities_post FOREIGN KEY(post) REFERENCES posts (id)
);

CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    topic TEXT NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    issuer TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT fk_jobs_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_jobs_case_id ON jobs (case_id);

CREATE UNIQUE INDEX uq_jobs_number ON jobs (number) WHERE number <> '';

CREATE TABLE register_entries (
    register TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    columns JSONB NOT NULL,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_register_entries PRIMARY KEY (register, case_id),
    CONSTRAINT fk_register_entries_register FOREIGN KEY(register) REFERENCES registers (name),
    CONSTRAINT fk_register_entries_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_register_entries_columns ON register_entries USING gin (columns);

CREATE INDEX ix_register_entries_status ON register_entries (register, status, case_id DESC);

CREATE TABLE subscriptions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    element TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    state TEXT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_subscriptions PRIMARY KEY (id),
    CONSTRAINT fk_subscriptions_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_subscriptions_case_id ON subscriptions (case_id);

CREATE INDEX ix_subscriptions_due ON subscriptions (due_at, id) WHERE state = 'waiting' AND due_at IS NOT NULL;

CREATE TABLE tasks (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    due_provisional BOOLEAN DEFAULT false NOT NULL,
    due_days INTEGER,
    due_basis TEXT DEFAULT '' NOT NULL,
    reason TEXT NOT NULL,
    vacant BOOLEAN DEFAULT false NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    recused TEXT[] DEFAULT '{}' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    cause TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (id),
    CONSTRAINT fk_tasks_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_tasks_case_id ON tasks (case_id);

CREATE INDEX ix_tasks_vacant ON tasks (id) WHERE vacant AND state = 'open';

CREATE UNIQUE INDEX uq_tasks_open_token ON tasks (case_id, token) WHERE state = 'open';

CREATE TABLE documents (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    element TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BYTEA NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (id),
    CONSTRAINT fk_documents_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT uq_documents_job_id UNIQUE (job_id),
    CONSTRAINT fk_documents_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);

CREATE INDEX ix_documents_case_id ON documents (case_id);

CREATE TABLE reminders (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    task_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_reminders PRIMARY KEY (id),
    CONSTRAINT fk_reminders_task_id FOREIGN KEY(task_id) REFERENCES tasks (id)
);

CREATE INDEX ix_reminders_due ON reminders (due_at, id) WHERE state = 'waiting';

CREATE INDEX ix_reminders_task_id ON reminders (task_id);

CREATE TABLE work_items (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    task_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    assignee TEXT,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    decided_by_name TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    outcome_label TEXT DEFAULT '' NOT NULL,
    opinion TEXT DEFAULT '' NOT NULL,
    cause TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_work_items PRIMARY KEY (id),
    CONSTRAINT fk_work_items_task_id FOREIGN KEY(task_id) REFERENCES tasks (id),
    CONSTRAINT fk_work_items_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_work_items_case_id ON work_items (case_id);

CREATE INDEX ix_work_items_decided ON work_items (decided_by, closed_at DESC, id DESC);

CREATE INDEX ix_work_items_task_id ON work_items (task_id);

CREATE TABLE candidates (
    item_id BIGINT NOT NULL,
    identity TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    open BOOLEAN NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_candidates PRIMARY KEY (item_id, identity),
    CONSTRAINT fk_candidates_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);

CREATE INDEX ix_candidates_open ON candidates (identity, due_at, item_id) WHERE open;

CREATE INDEX ix_candidates_case_id_identity ON candidates (case_id, identity);

CREATE TABLE votes (
    item_id BIGINT NOT NULL,
    member TEXT NOT NULL,
    member_name TEXT NOT NULL,
    vote TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_votes PRIMARY KEY (item_id, member),
    CONSTRAINT fk_votes_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is never changed or removed (%)', TG_TABLE_NAME;
END $$;

CREATE TRIGGER history_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON history_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER releases_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON releases
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
