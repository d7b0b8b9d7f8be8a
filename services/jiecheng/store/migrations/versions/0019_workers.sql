CREATE TABLE workers (
    name text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    trouble text DEFAULT '' NOT NULL,
    CONSTRAINT workers_pkey PRIMARY KEY (name)
);

CREATE TABLE flow_runs (
    worker text NOT NULL,
    flow text NOT NULL,
    place integer NOT NULL,
    title text NOT NULL,
    runs_when text NOT NULL,
    retries text NOT NULL,
    touches text NOT NULL,
    daily_at time without time zone,
    state text DEFAULT 'never' NOT NULL,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    handled integer DEFAULT 0 NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    error text DEFAULT '' NOT NULL,
    CONSTRAINT flow_runs_pkey PRIMARY KEY (worker, flow),
    CONSTRAINT flow_runs_worker_fkey FOREIGN KEY (worker) REFERENCES workers (name) ON DELETE CASCADE
)
