-- Working days: what the district decided for itself lies over what was published, and every change is on record.
CREATE TABLE local_days (
    day DATE NOT NULL,
    working BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_local_days PRIMARY KEY (day)
);

CREATE TABLE calendar_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    sentence TEXT NOT NULL,
    days JSONB NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_by_name TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    moved INTEGER DEFAULT 0 NOT NULL,
    timers INTEGER DEFAULT 0 NOT NULL,
    settled INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_calendar_changes PRIMARY KEY (id)
);

ALTER TABLE subscriptions ADD COLUMN opened_at TIMESTAMP WITH TIME ZONE;

-- The ways out of the house that a district has set up. The secret is sealed with a key that is not in this database.
CREATE TABLE channels (
    name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    settings JSONB NOT NULL,
    secret TEXT DEFAULT '' NOT NULL,
    changed_by_name TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_channels PRIMARY KEY (name)
);

CREATE INDEX ix_outbox_dispatches ON outbox (id DESC) WHERE kind = 'dispatch'
