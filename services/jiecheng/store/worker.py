"""Workers and the last run of each of their flows: signed in, heard of, forgotten a week after they were last heard of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Integer, Text, bindparam, case, delete, insert, select, update

from jiecheng.model.flow import DeclaredFlow, FlowRun, Worker
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import Moment, flow_runs, workers

FORGOTTEN = timedelta(days=7)


def sign_in(tx: Transaction, worker: str, flows: Sequence[DeclaredFlow]) -> None:
    """Anew when it is there already: what it declares may have changed."""
    tx.connection.execute(delete(workers).where((workers.c.name == worker) | (workers.c.seen_at < tx.now - FORGOTTEN)))
    tx.connection.execute(insert(workers).values(name=worker, begun_at=tx.now, seen_at=tx.now))
    rows = [
        {
            "worker": worker, "flow": one.name, "place": place, "title": one.title, "runs_when": one.when,
            "retries": one.retries, "touches": one.touches, "daily_at": one.daily_at,
        }
        for place, one in enumerate(flows)
    ]  # fmt: skip
    tx.connection.execute(insert(flow_runs), rows)


def beat(tx: Transaction, worker: str, trouble: str) -> bool:
    """It is still there. False: nobody knows it (any more)."""
    told = update(workers).where(workers.c.name == worker).values(seen_at=tx.now, trouble=trouble)
    return tx.connection.execute(told).rowcount == 1


_MINE = (flow_runs.c.worker == bindparam("whose", type_=Text)) & (flow_runs.c.flow == bindparam("which", type_=Text))
_BEGIN = Statement(update(flow_runs).where(_MINE).values(state="running", begun_at=bindparam("now", type_=Moment)))
_END = Statement(
    update(flow_runs)
    .where(_MINE)
    .values(
        state=case((bindparam("fault", type_=Text) == "", "done"), else_="failed"),
        ended_at=bindparam("now", type_=Moment),
        handled=bindparam("many", type_=Integer),
        failures=case((bindparam("fault", type_=Text) == "", 0), else_=flow_runs.c.failures + 1),
        error=bindparam("fault", type_=Text),
    )
)


def begin(tx: Transaction, worker: str, flow: str) -> None:
    tx.later(_BEGIN, whose=worker, which=flow, now=tx.now)


def end(tx: Transaction, worker: str, flow: str, handled: int, error: str) -> None:
    """`error`: "" when it went well."""
    tx.later(_END, whose=worker, which=flow, now=tx.now, many=handled, fault=error)


def all_workers(tx: Transaction) -> Sequence[Worker]:
    """Last heard of first."""
    rows = tx.connection.execute(select(workers).order_by(workers.c.seen_at.desc(), workers.c.name))
    return [Worker(row.name, row.begun_at, row.seen_at, row.trouble) for row in rows]


def all_runs(tx: Transaction) -> Sequence[FlowRun]:
    """In the order in which the flows are declared."""
    rows = tx.connection.execute(select(flow_runs).order_by(flow_runs.c.place, flow_runs.c.worker))
    return [
        FlowRun(
            DeclaredFlow(row.flow, row.title, row.runs_when, row.retries, row.touches, row.daily_at),
            row.worker, row.state, row.begun_at, row.ended_at, row.handled, row.failures, row.error,
        )
        for row in rows
    ]  # fmt: skip
