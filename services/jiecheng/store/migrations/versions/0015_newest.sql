CREATE INDEX ix_work_items_case_id_id ON work_items (case_id, id DESC);

DROP INDEX ix_work_items_case_id
