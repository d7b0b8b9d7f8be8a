"""Incidents: what went wrong by itself and waits for the process administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import incidents


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: int
    case: CaseId | None
    element: str
    message: str
    raised_at: datetime


def add(tx: Transaction, *, case: CaseId | None, element: str, message: str) -> None:
    tx.connection.execute(
        insert(incidents).values(case_id=case, element=element, message=message[:1000], raised_at=tx.now)
    )


def list_open(tx: Transaction, limit: int = 200) -> Sequence[IncidentRow]:
    rows = tx.connection.execute(
        select(incidents).where(incidents.c.resolved_at.is_(None)).order_by(incidents.c.id.desc()).limit(limit)
    )
    return [
        IncidentRow(
            row.id, None if row.case_id is None else CaseId(row.case_id), row.element, row.message, row.raised_at
        )
        for row in rows
    ]
