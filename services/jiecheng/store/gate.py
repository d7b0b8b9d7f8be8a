"""Gate runs: asked for by people, done by a flow under a lease, kept with their report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from jiecheng.model.draft import GateRun
from jiecheng.store.database import Transaction
from jiecheng.store.tables import gate_runs


def add(tx: Transaction, draft: int, revision: int) -> int:
    row = {"draft_id": draft, "revision": revision, "state": "waiting", "asked_at": tx.now}
    added = insert(gate_runs).values(**row, progress={}, report={}).returning(gate_runs.c.id)
    return int(tx.connection.execute(added).scalar_one())


def get(tx: Transaction, run: int) -> GateRun | None:
    row = tx.connection.execute(select(gate_runs).where(gate_runs.c.id == run)).one_or_none()
    return None if row is None else _run(row)


def of_draft(tx: Transaction, draft: int, limit: int = 20) -> Sequence[GateRun]:
    """Newest first."""
    rows = tx.connection.execute(
        select(gate_runs).where(gate_runs.c.draft_id == draft).order_by(gate_runs.c.id.desc()).limit(limit)
    )
    return [_run(row) for row in rows]


def is_due(tx: Transaction) -> bool:
    """Whether a run waits, or was left behind by a worker that is gone."""
    return tx.connection.execute(select(gate_runs.c.id).where(_due(tx)).limit(1)).first() is not None


def claim(tx: Transaction, owner: str, lease: timedelta) -> GateRun | None:
    """The oldest run that is due, ours until the lease ends unless progress extends it."""
    row = tx.connection.execute(
        select(gate_runs).where(_due(tx)).order_by(gate_runs.c.id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    tx.connection.execute(
        update(gate_runs)
        .where(gate_runs.c.id == row.id)
        .values(state="running", owner=owner, leased_until=tx.now + lease, attempts=row.attempts + 1)
    )
    return _run(row)


def attempts(tx: Transaction, run: int) -> int:
    return int(tx.connection.execute(select(gate_runs.c.attempts).where(gate_runs.c.id == run)).scalar_one())


def note(tx: Transaction, run: int, owner: str, progress: Mapping[str, object], lease: timedelta) -> bool:
    """Keep how far it is. False when somebody else has the run by now: then stop."""
    done = tx.connection.execute(
        update(gate_runs)
        .where(gate_runs.c.id == run, gate_runs.c.owner == owner, gate_runs.c.state == "running")
        .values(progress=dict(progress), leased_until=tx.now + lease)
    )
    return done.rowcount == 1


def finish(tx: Transaction, run: int, owner: str, report: Mapping[str, object]) -> bool:
    done = tx.connection.execute(
        update(gate_runs)
        .where(gate_runs.c.id == run, gate_runs.c.owner == owner, gate_runs.c.state == "running")
        .values(state="done", report=dict(report), finished_at=tx.now, leased_until=None)
    )
    return done.rowcount == 1


def _due(tx: Transaction) -> Any:  # noqa: ANN401 - a clause has no narrower public type
    left_behind = (gate_runs.c.state == "running") & (gate_runs.c.leased_until < tx.now)
    return or_(gate_runs.c.state == "waiting", left_behind)


def _run(row: Row[Any]) -> GateRun:
    return GateRun(
        id=row.id,
        draft=row.draft_id,
        revision=row.revision,
        state=row.state,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        progress=row.progress,
        report=row.report,
    )
