"""The district: organs, posts, people, the calendar, settings. Directory rows are dated."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jiecheng.store.tables.base import Moment, metadata


def _dated(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name, metadata, *columns,
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=False),
    )  # fmt: skip


organs = _dated(
    "organs",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Text),
    Column("street", Text, nullable=False),
    Column("code_word", Text, nullable=False),
    Column("agency_class", Text, nullable=False),
)

relations = _dated(
    "relations",
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source", Text, ForeignKey("organs.id"), nullable=False),
    Column("target", Text, ForeignKey("organs.id"), nullable=False),
    Column("weight", Text, nullable=False),
)

posts = _dated(
    "posts",
    Column("id", Text, primary_key=True),
    Column("organ", Text, ForeignKey("organs.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("rank", Integer, nullable=False),
)

persons = Table(
    "persons", metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
)  # fmt: skip

identities = _dated(
    "identities",
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.id"), nullable=False),
    Column("post", Text, ForeignKey("posts.id"), nullable=False),
    Column("main", Boolean, nullable=False),
    Column("acting", Boolean, nullable=False),
)

bodies = _dated(
    "bodies",
    Column("id", Text, primary_key=True),
    Column("organ", Text, ForeignKey("organs.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("secretary", Text, ForeignKey("posts.id"), nullable=False),
    Column("members", ARRAY(Text), nullable=False),
    Column("quorum", Text, nullable=False),
    Column("majority", Text, nullable=False),
)

calendar_days = Table(
    "calendar_days", metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
)  # fmt: skip

settings = Table(
    "settings", metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

# What people change in the organisation, with the day from which it holds; never removed, so that it can be read who did it.
directory_changes = Table(
    "directory_changes", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("organ", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("state", Text, nullable=False),  # draft (of an import) | planned | done | cancelled | failed
    Column("planned_by", Text, nullable=False),
    Column("planned_by_name", Text, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("moved", Integer, nullable=False, server_default="0"),  # items of open work that went over
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_directory_changes_due", "first", "id", postgresql_where=text("state = 'planned'")),
)  # fmt: skip

# Whose open work is still to go over, and to whom; NULL: the diagram's rule decides anew.
handovers = Table(
    "handovers", metadata,
    Column("identity", Text, nullable=False),
    Column("successor", Text),
    Column("change_id", BigInteger, ForeignKey("directory_changes.id"), nullable=False),
    Column("state", Text, nullable=False),  # due | done
    PrimaryKeyConstraint("identity", "change_id"),
    Index("ix_handovers_due", "change_id", postgresql_where=text("state = 'due'")),
)  # fmt: skip
