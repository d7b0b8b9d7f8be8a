"""What happened, sealed, and what opens it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from jiecheng.store.tables.base import Moment, metadata

history_events = Table(
    "history_events", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("leaf", Text, nullable=False),  # text, not JSONB: the bytes that were sealed
    Column("sha256", Text, nullable=False),
    Column("sm3", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)  # fmt: skip

history_openings = Table(
    "history_openings", metadata,
    Column("case_id", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq", "path"),
)  # fmt: skip
