"""The list of what is open: what falls due today, what is late, page by page, and under two posts of one person."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from test_handing import begin
from test_joint_steps import REVIEWER, desk

from jiecheng import cases, store
from jiecheng.model.ids import IdentityId
from jiecheng.store.tables import candidates, tasks
from jiecheng.store.work_item import NEVER

__all__ = ["desk"]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Beijing
MIDNIGHT = NOW + timedelta(hours=15)
SECOND_POST = IdentityId("i-lvzijin")


@pytest.fixture
def many(desk):
    """Limits on every side of every border, two of them twice, some without."""
    moments = [NOW, MIDNIGHT, MIDNIGHT + timedelta(days=6)]
    edges = [one + timedelta(microseconds=by) for one in moments for by in (-1, 0, 1)]
    limits = [*edges, edges[1], edges[4], NEVER, NEVER]
    random.Random(3).shuffle(limits)
    for _ in limits:
        begin(desk)
    with desk.house.transaction() as tx:
        for item, due in zip(desk.items(REVIEWER), limits, strict=True):
            tx.db.connection.execute(update(candidates).where(candidates.c.item_id == item).values(due_at=due))
            task = store.work_item.get(tx.db, item).task
            tx.db.connection.execute(
                update(tasks).where(tasks.c.id == task).values(due_at=None if due == NEVER else due)
            )
    return desk


def pages(desk, size, **narrowed):
    with desk.house.transaction() as tx:
        actor, key, found = cases.accounts.actor_of(tx, REVIEWER), "", []
        while True:
            filters = store.work_list.ListFilter(**narrowed)
            page = cases.inbox.list_open(tx, actor, filters, key, size)
            found += [row.item for row in page.rows]
            if not (key := page.next_key):
                return found


@pytest.mark.parametrize(("due", "many_"), [("", 13), ("overdue", 1), ("today", 4), ("week", 8)])
def test_what_is_due_is_found_from_border_to_border_and_in_pages(many, due, many_):
    found = pages(many, 100, due=due)
    assert len(found) == many_
    assert pages(many, 100, due=due, process="joint_review") == found
    assert pages(many, 2, due=due) == found


def test_an_item_of_two_posts_of_one_person_is_one_line(desk):
    begin(desk)
    item = desk.items(REVIEWER)[0]
    with desk.house.transaction() as tx:
        mine = select(candidates).where(candidates.c.item_id == item)
        row = {**tx.db.connection.execute(mine).one()._mapping, "identity": SECOND_POST}
        tx.db.connection.execute(insert(candidates).values(row))
        rows = store.work_list.list_open(tx.db, [REVIEWER, SECOND_POST], store.work_list.ListFilter(), None, 10)
    assert [row.item for row in rows] == [item]
