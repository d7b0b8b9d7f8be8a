CREATE INDEX ix_work_items_awaiting ON work_items (assignee, id) WHERE state = 'waiting'
