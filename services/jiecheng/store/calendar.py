"""Working days as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, insert, select

from jiecheng.store.database import Transaction
from jiecheng.store.tables import calendar_days

DayRow = tuple[date, bool, str, str]  # day, working, 正式 | 暂定, name


def load(tx: Transaction) -> list[DayRow]:
    rows = tx.connection.execute(select(calendar_days).order_by(calendar_days.c.day))
    return [(row.day, row.working, row.status, row.name) for row in rows]


def is_empty(tx: Transaction) -> bool:
    return int(tx.connection.execute(select(func.count()).select_from(calendar_days)).scalar_one()) == 0


def add(tx: Transaction, days: Iterable[DayRow]) -> None:
    rows = [{"day": day, "working": working, "status": status, "name": name} for day, working, status, name in days]
    if rows:
        tx.connection.execute(insert(calendar_days), rows)
