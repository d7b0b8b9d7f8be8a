"""Registers: how they are described, their entries, and their published versions."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
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

register_definitions = Table(
    "register_definitions", metadata,
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),  # text, not JSONB: the order of the columns counts
    Column("deployed_at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    PrimaryKeyConstraint("name", "revision"),
)  # fmt: skip

register_entries = Table(
    "register_entries", metadata,
    Column("register", Text, ForeignKey("registers.name"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("key", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("register", "case_id", "key"),
    Index("ix_register_entries_status", "register", "status", text("case_id DESC")),
    Index("ix_register_entries_columns", "columns", postgresql_using="gin"),
    Index("ix_register_entries_case_id", "case_id"),
)  # fmt: skip

register_versions = Table(
    "register_versions", metadata,
    Column("register", Text, ForeignKey("registers.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("job_id", BigInteger, ForeignKey("jobs.id"), nullable=False, unique=True),
    Column("effective_on", Date, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", Text, nullable=False),  # text, not JSONB: the bytes that were hashed
    Column("difference", JSONB, nullable=False),
    PrimaryKeyConstraint("register", "version"),
)  # fmt: skip
