"""Releases: written once, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import ProcessId, ReleaseHash
from jiecheng.model.release import Bundle, Release
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import releases

_LATEST = Statement(
    select(releases.c.process, releases.c.hash)
    .ext(distinct_on(releases.c.process))
    .order_by(releases.c.process, releases.c.version.desc())
)


def add(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.connection.execute(insert(releases).values(**values))


def exists(tx: Transaction, release: ReleaseHash) -> bool:
    return tx.connection.execute(select(1).where(releases.c.hash == release)).first() is not None


def last_version(tx: Transaction, process: ProcessId) -> int:
    return int(
        tx.connection.execute(select(func.max(releases.c.version)).where(releases.c.process == process)).scalar() or 0
    )


def get(tx: Transaction, release: ReleaseHash) -> Release:
    row = tx.connection.execute(select(releases).where(releases.c.hash == release)).one_or_none()
    if row is None:
        raise NotFound("没有找到这个流程版本。")
    return _release(row)


def latest_hashes(tx: Transaction) -> Mapping[ProcessId, ReleaseHash]:
    """The newest release of every process."""
    return {ProcessId(row.process): ReleaseHash(row.hash) for row in tx.rows(_LATEST)}


def list_all(tx: Transaction) -> Sequence[Release]:
    rows = tx.connection.execute(select(releases).order_by(releases.c.process, releases.c.version.desc()))
    return [_release(row) for row in rows]


def _release(row: Row[Any]) -> Release:
    return Release(
        hash=ReleaseHash(row.hash),
        process=ProcessId(row.process),
        version=row.version,
        bundle=Bundle(process=ProcessId(row.process), **{k: v for k, v in row.bundle.items() if k != "process"}),
        published_at=row.published_at,
        published_by=row.published_by,
        source=row.source,
        gate=row.gate,
        drafted_by=row.drafted_by,
    )
