"""Drafts of processes: their texts, every save, the log of what was done with them, and the gate runs over them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

process_drafts = Table(
    "process_drafts", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("process", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("base", Text, ForeignKey("releases.hash"), nullable=False),  # the release it was copied from
    Column("state", Text, nullable=False),  # editing | submitted | published | withdrawn
    Column("revision", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("submitted_by", Text, nullable=False, server_default=""),  # identity
    Column("released", Text, nullable=False, server_default=""),  # hash of the release it became
    # Two open drafts of one process could both be right, and publishing one would silently undo the other.
    Index("uq_process_drafts_open", "process", unique=True, postgresql_where=text("state IN ('editing', 'submitted')")),
)  # fmt: skip

# A revision names its texts by hash: ten saves of one diagram do not keep its forms ten times.
draft_texts = Table(
    "draft_texts", metadata,
    Column("hash", Text, primary_key=True),
    Column("content", Text, nullable=False),
)  # fmt: skip

draft_revisions = Table(
    "draft_revisions", metadata,
    Column("draft_id", BigInteger, ForeignKey("process_drafts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("files", JSONB, nullable=False),  # file name -> hash of its text
    Column("saved_at", Moment, nullable=False),
    Column("identity", Text, nullable=False),
    Column("person", Text, nullable=False),
    PrimaryKeyConstraint("draft_id", "number"),
)  # fmt: skip

draft_log = Table(
    "draft_log", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("draft_id", BigInteger, ForeignKey("process_drafts.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("identity", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_draft_log_draft_id", "draft_id", "id"),
)  # fmt: skip

gate_runs = Table(
    "gate_runs", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("draft_id", BigInteger, ForeignKey("process_drafts.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),  # waiting | running | done
    Column("asked_at", Moment, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("leased_until", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("finished_at", Moment),
    Column("progress", JSONB, nullable=False),
    Column("report", JSONB, nullable=False),
    Index("ix_gate_runs_draft_id", "draft_id", "id"),
    Index("ix_gate_runs_open", "id", postgresql_where=text("state IN ('waiting', 'running')")),
)  # fmt: skip
