"""What a person keeps for himself: saved filters of lists, columns and density, phrases for opinions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

saved_filters = Table(
    "saved_filters", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),  # who made it, and alone may change it
    Column("maker", Text, nullable=False),  # his name, for those it is shared with
    Column("place", Text, nullable=False),  # the path of the list
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),  # as in the address of the list
    Column("organ", Text, nullable=False, server_default=""),  # the office it is shared with, "" for nobody
    Column("saved_at", Moment, nullable=False),
    UniqueConstraint("person", "place", "name"),
    Index("ix_saved_filters_organ", "organ", "place", postgresql_where=text("organ <> ''")),
)  # fmt: skip

preferences = Table(
    "preferences", metadata,
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", JSONB, nullable=False),
    PrimaryKeyConstraint("person", "name"),
)  # fmt: skip

# 常用语: a person's own, or ("organ") those of an organ, kept by its clerk.
phrases = Table(
    "phrases", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("organ", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False),
    Column("saved_by_name", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Index("uq_phrases_person", "person", "words", unique=True, postgresql_where=text("organ = ''")),
    Index("uq_phrases_organ", "organ", "words", unique=True, postgresql_where=text("organ <> ''")),
)  # fmt: skip
