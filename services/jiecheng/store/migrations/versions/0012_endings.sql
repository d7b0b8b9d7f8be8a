CREATE TABLE item_reads (
    item_id BIGINT NOT NULL,
    read_by TEXT NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_item_reads PRIMARY KEY (item_id),
    CONSTRAINT fk_item_reads_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);

CREATE TABLE undo_points (
    item_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    snapshot JSONB NOT NULL,
    variables JSONB NOT NULL,
    after_digest TEXT NOT NULL,
    CONSTRAINT pk_undo_points PRIMARY KEY (item_id),
    CONSTRAINT fk_undo_points_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);

CREATE INDEX ix_undo_points_case_id ON undo_points (case_id);

CREATE TABLE void_requests (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_by_name TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT,
    settled_by_name TEXT DEFAULT '' NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_void_requests PRIMARY KEY (id),
    CONSTRAINT fk_void_requests_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_void_requests_case_id ON void_requests (case_id);

CREATE UNIQUE INDEX uq_void_requests_open ON void_requests (case_id) WHERE state = 'open';

CREATE TABLE reversals (
    case_id BIGINT NOT NULL,
    reverses BIGINT NOT NULL,
    CONSTRAINT pk_reversals PRIMARY KEY (case_id),
    CONSTRAINT fk_reversals_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_reversals_reverses FOREIGN KEY(reverses) REFERENCES cases (id)
);

CREATE INDEX ix_reversals_reverses ON reversals (reverses);

ALTER TABLE documents ADD COLUMN voided_at TIMESTAMP WITH TIME ZONE;
