ALTER TABLE tasks
    ADD COLUMN instance_key TEXT DEFAULT '' NOT NULL,
    ADD COLUMN instance_label TEXT DEFAULT '' NOT NULL,
    ADD COLUMN compartment TEXT DEFAULT '' NOT NULL,
    ADD COLUMN scope JSONB DEFAULT '{}' NOT NULL;

ALTER TABLE subscriptions
    ADD COLUMN instance_key TEXT DEFAULT '' NOT NULL,
    ADD COLUMN instance_label TEXT DEFAULT '' NOT NULL,
    ADD COLUMN compartment TEXT DEFAULT '' NOT NULL;

ALTER TABLE jobs
    ADD COLUMN instance_key TEXT DEFAULT '' NOT NULL,
    ADD COLUMN instance_label TEXT DEFAULT '' NOT NULL,
    ADD COLUMN compartment TEXT DEFAULT '' NOT NULL,
    ADD COLUMN recipients TEXT[] DEFAULT '{}' NOT NULL;

ALTER TABLE documents ADD COLUMN compartment TEXT DEFAULT '' NOT NULL;

ALTER TABLE attachments ADD COLUMN compartment TEXT DEFAULT '' NOT NULL;

ALTER TABLE form_data
    ADD COLUMN instance_key TEXT DEFAULT '' NOT NULL,
    ADD COLUMN instance_label TEXT DEFAULT '' NOT NULL,
    ADD COLUMN compartment TEXT DEFAULT '' NOT NULL,
    DROP CONSTRAINT pk_form_data,
    ADD CONSTRAINT pk_form_data PRIMARY KEY (case_id, form, instance_key);

CREATE TABLE papers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    document_id BIGINT NOT NULL,
    organ TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE,
    received_by TEXT DEFAULT '' NOT NULL,
    received_by_name TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_papers PRIMARY KEY (id),
    CONSTRAINT fk_papers_document_id FOREIGN KEY(document_id) REFERENCES documents (id)
);

CREATE UNIQUE INDEX uq_papers_document_organ ON papers (document_id, organ);

CREATE INDEX ix_papers_organ_id ON papers (organ, id DESC);
