CREATE TABLE directory_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    body JSONB NOT NULL,
    organ TEXT NOT NULL,
    sentence TEXT NOT NULL,
    first DATE NOT NULL,
    state TEXT NOT NULL,
    planned_by TEXT NOT NULL,
    planned_by_name TEXT NOT NULL,
    planned_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    moved INTEGER DEFAULT 0 NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_directory_changes PRIMARY KEY (id)
);

CREATE INDEX ix_directory_changes_due ON directory_changes (first, id) WHERE state = 'planned';

CREATE TABLE handovers (
    identity TEXT NOT NULL,
    successor TEXT,
    change_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_handovers PRIMARY KEY (identity, change_id),
    CONSTRAINT fk_handovers_change_id FOREIGN KEY(change_id) REFERENCES directory_changes (id)
);

CREATE INDEX ix_handovers_due ON handovers (change_id) WHERE state = 'due';
