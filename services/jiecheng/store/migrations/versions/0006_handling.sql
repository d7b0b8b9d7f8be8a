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

ALTER TABLE work_items ADD COLUMN asked_by TEXT;

CREATE TABLE handings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    item_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    giver TEXT NOT NULL,
    receiver TEXT NOT NULL,
    note TEXT NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_handings PRIMARY KEY (id),
    CONSTRAINT fk_handings_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);

CREATE INDEX ix_handings_item_id ON handings (item_id);

CREATE TABLE urges (
    item_id BIGINT NOT NULL,
    half TEXT NOT NULL,
    urged_by TEXT NOT NULL,
    urged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_urges PRIMARY KEY (item_id, half),
    CONSTRAINT fk_urges_item_id FOREIGN KEY(item_id) REFERENCES work_items (id)
);
