CREATE TABLE search_rows (
    case_id BIGINT NOT NULL,
    compartment TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    texts JSONB NOT NULL,
    folded TEXT NOT NULL,
    grams TEXT[] NOT NULL,
    readers TEXT[] NOT NULL,
    CONSTRAINT pk_search_rows PRIMARY KEY (case_id, compartment),
    CONSTRAINT fk_search_rows_case_id FOREIGN KEY (case_id) REFERENCES cases (id)
);

CREATE INDEX ix_search_rows_words ON search_rows USING gin (grams, readers)
    WITH (fastupdate = on, gin_pending_list_limit = 512);

CREATE TABLE saved_filters (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    maker TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    organ TEXT DEFAULT '' NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_filters PRIMARY KEY (id),
    CONSTRAINT uq_saved_filters_person_place_name UNIQUE (person, place, name)
);

CREATE INDEX ix_saved_filters_organ ON saved_filters (organ, place) WHERE organ <> '';

CREATE TABLE preferences (
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    value JSONB NOT NULL,
    CONSTRAINT pk_preferences PRIMARY KEY (person, name)
);
