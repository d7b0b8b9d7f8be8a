"""Who stands in for whom (代理), and on which work items."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.store.tables.base import Moment, metadata

substitutions = Table(
    "substitutions", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("giver", Text, nullable=False),
    Column("substitute", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),  # it holds until just before this
    Column("scope", ARRAY(Text), nullable=False, server_default="{}"),  # processes and process/step; empty: all
    Column("arriving", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),  # planned | active | ended | cancelled: how far the flows are
    Column("arranged_by", Text, nullable=False),
    Column("arranged_by_name", Text, nullable=False),
    Column("arranged_at", Moment, nullable=False),
    Column("cause", Text, nullable=False, server_default=""),  # what ended it early
    Column("acted", Boolean, nullable=False, server_default=text("false")),  # something was done under it
    Index("ix_substitutions_giver", "giver", "ends_at"),
    Index("ix_substitutions_substitute", "substitute", "ends_at"),
    Index("ix_substitutions_due", "starts_at", postgresql_where=text("state = 'planned' OR state = 'active'")),
)  # fmt: skip

# What people did with a substitution; lines are added and never changed.
substitution_log = Table(
    "substitution_log", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("substitution_id", BigInteger, ForeignKey("substitutions.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_substitution_log_substitution_id", "substitution_id"),
)  # fmt: skip

# Which open items a substitution reaches now; a row stays when it is over. `acted`: he did something with the item, under
# this substitution or an earlier one.
stand_ins = Table(
    "stand_ins", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("identity", Text, nullable=False),  # who stands in
    Column("principal", Text, nullable=False),  # in whose place
    Column("case_id", BigInteger, nullable=False),
    Column("substitution_id", BigInteger, ForeignKey("substitutions.id"), nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("acted", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("item_id", "identity"),
    Index("ix_stand_ins_listed", "identity", "item_id", postgresql_where=text("listed")),
    Index("ix_stand_ins_case_id", "case_id"),
    Index("ix_stand_ins_substitution_id", "substitution_id"),
)  # fmt: skip
