ALTER TABLE cases ADD COLUMN alike text DEFAULT '' NOT NULL;

CREATE INDEX ix_cases_alike ON cases (process, alike) WHERE alike <> ''
