ALTER TABLE work_items ADD COLUMN decided_for TEXT;

CREATE INDEX ix_work_items_decided_for ON work_items (decided_for, closed_at DESC, id DESC)
    WHERE decided_for IS NOT NULL;

CREATE TABLE substitutions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    giver TEXT NOT NULL,
    substitute TEXT NOT NULL,
    first DATE NOT NULL,
    last DATE NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    scope TEXT[] DEFAULT '{}' NOT NULL,
    arriving BOOLEAN DEFAULT false NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    arranged_by TEXT NOT NULL,
    arranged_by_name TEXT NOT NULL,
    arranged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cause TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_substitutions PRIMARY KEY (id)
);

CREATE INDEX ix_substitutions_giver ON substitutions (giver, ends_at);

CREATE INDEX ix_substitutions_substitute ON substitutions (substitute, ends_at);

CREATE INDEX ix_substitutions_due ON substitutions (starts_at) WHERE state = 'planned' OR state = 'active';

CREATE TABLE substitution_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    substitution_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_name TEXT NOT NULL,
    identity TEXT NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_substitution_log PRIMARY KEY (id),
    CONSTRAINT fk_substitution_log_substitution_id FOREIGN KEY (substitution_id) REFERENCES substitutions (id)
);

CREATE INDEX ix_substitution_log_substitution_id ON substitution_log (substitution_id);

CREATE TRIGGER substitution_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON substitution_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE stand_ins (
    item_id BIGINT NOT NULL,
    identity TEXT NOT NULL,
    principal TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    substitution_id BIGINT NOT NULL,
    listed BOOLEAN NOT NULL,
    acted BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_stand_ins PRIMARY KEY (item_id, identity),
    CONSTRAINT fk_stand_ins_item_id FOREIGN KEY (item_id) REFERENCES work_items (id),
    CONSTRAINT fk_stand_ins_substitution_id FOREIGN KEY (substitution_id) REFERENCES substitutions (id)
);

CREATE INDEX ix_stand_ins_listed ON stand_ins (identity, item_id) WHERE listed;

CREATE INDEX ix_stand_ins_case_id ON stand_ins (case_id);

CREATE INDEX ix_stand_ins_substitution_id ON stand_ins (substitution_id);
