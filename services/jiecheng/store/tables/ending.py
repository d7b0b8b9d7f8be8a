"""How decisions and cases are taken back: who opened an item first, what a decision may be undone to, voiding, reversal."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

# The first time one of its holders opened an item: written once, never changed.
item_reads = Table(
    "item_reads", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("read_by", Text, nullable=False),
    Column("read_at", Moment, nullable=False),
    PrimaryKeyConstraint("item_id"),
)  # fmt: skip

# What a decision that may be taken back found: the tokens and variables before it, and a digest of the tokens after it.
# While the case still has that digest nothing has moved since. Gone when the case ends.
undo_points = Table(
    "undo_points", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("variables", JSONB, nullable=False),
    Column("after_digest", Text, nullable=False),
    PrimaryKeyConstraint("item_id"),
    Index("ix_undo_points_case_id", "case_id"),
)  # fmt: skip

# 作废: one administrator asks for it with the reason, another one confirms. At most one open request a case.
void_requests = Table(
    "void_requests", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_by_name", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # open | confirmed | declined
    Column("settled_by", Text),
    Column("settled_by_name", Text, nullable=False, server_default=""),
    Column("settled_at", Moment),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_void_requests_case_id", "case_id"),
    Index("uq_void_requests_open", "case_id", unique=True, postgresql_where=text("state = 'open'")),
)  # fmt: skip

# 撤销已办结: which finished case a case undoes.
reversals = Table(
    "reversals", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("reverses", BigInteger, ForeignKey("cases.id"), nullable=False),
    PrimaryKeyConstraint("case_id"),
    Index("ix_reversals_reverses", "reverses"),
)  # fmt: skip
