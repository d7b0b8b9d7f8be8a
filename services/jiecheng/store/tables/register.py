"""Registers and their entries."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

registers = Table("registers", metadata, Column("name", Text, primary_key=True))

register_entries = Table(
    "register_entries", metadata,
    Column("register", Text, ForeignKey("registers.name"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("register", "case_id"),
    Index("ix_register_entries_status", "register", "status", text("case_id DESC")),
    Index("ix_register_entries_columns", "columns", postgresql_using="gin"),
)  # fmt: skip
