CREATE TABLE holds (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    held_by TEXT NOT NULL,
    held_by_name TEXT NOT NULL,
    held_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resumed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_holds PRIMARY KEY (id),
    CONSTRAINT fk_holds_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_holds_case_id ON holds (case_id);

ALTER TABLE tasks ADD COLUMN way_back TEXT DEFAULT '' NOT NULL;

ALTER TABLE tasks ADD COLUMN returned TEXT DEFAULT '' NOT NULL;

ALTER TABLE tasks ADD COLUMN members TEXT[] DEFAULT '{}' NOT NULL;
