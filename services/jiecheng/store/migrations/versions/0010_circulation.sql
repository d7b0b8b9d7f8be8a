CREATE TABLE circulations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    instance_key TEXT DEFAULT '' NOT NULL,
    compartment TEXT DEFAULT '' NOT NULL,
    sender TEXT NOT NULL,
    rule TEXT DEFAULT '' NOT NULL,
    reader TEXT NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    view TEXT DEFAULT '' NOT NULL,
    viewed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_circulations PRIMARY KEY (id),
    CONSTRAINT fk_circulations_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_circulations_case_id ON circulations (case_id);

CREATE INDEX ix_circulations_unread ON circulations (reader, id DESC) WHERE read_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE questions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    instance_key TEXT DEFAULT '' NOT NULL,
    compartment TEXT DEFAULT '' NOT NULL,
    asker TEXT NOT NULL,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_questions PRIMARY KEY (id),
    CONSTRAINT fk_questions_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_questions_case_id ON questions (case_id);

CREATE INDEX ix_questions_open ON questions (asked, id DESC) WHERE answered_at IS NULL;

CREATE TABLE supervisions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    instance_key TEXT DEFAULT '' NOT NULL,
    compartment TEXT DEFAULT '' NOT NULL,
    owner TEXT NOT NULL,
    handler TEXT,
    state TEXT NOT NULL,
    demand TEXT NOT NULL,
    due_days INTEGER,
    due_at TIMESTAMP WITH TIME ZONE,
    basis TEXT DEFAULT '' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_supervisions PRIMARY KEY (id),
    CONSTRAINT fk_supervisions_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_supervisions_case_id ON supervisions (case_id);

CREATE INDEX ix_supervisions_handler_id ON supervisions (handler, id DESC);

CREATE INDEX ix_supervisions_owner_id ON supervisions (owner, id DESC);

CREATE TABLE supervision_steps (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    supervision_id BIGINT NOT NULL,
    command TEXT NOT NULL,
    state TEXT NOT NULL,
    by TEXT NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_supervision_steps PRIMARY KEY (id),
    CONSTRAINT fk_supervision_steps_supervision_id FOREIGN KEY(supervision_id) REFERENCES supervisions (id)
);

CREATE INDEX ix_supervision_steps_supervision_id ON supervision_steps (supervision_id);

ALTER TABLE reminders ALTER COLUMN task_id DROP NOT NULL;

ALTER TABLE reminders ADD COLUMN supervision_id BIGINT;

ALTER TABLE reminders ADD CONSTRAINT fk_reminders_supervision_id FOREIGN KEY(supervision_id) REFERENCES supervisions (id);

CREATE INDEX ix_reminders_supervision_id ON reminders (supervision_id) WHERE supervision_id IS NOT NULL;
