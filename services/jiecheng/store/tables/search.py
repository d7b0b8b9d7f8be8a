"""What the full-text search looks at: per case one row of what everybody who reads the case may find, one more for each
compartment. Filled in the transaction that changes the case."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jiecheng.store.tables.base import Moment, metadata

search_rows = Table(
    "search_rows", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("compartment", Text, nullable=False),  # "" what lies in none; a compartment's row has the words of both
    Column("started_at", Moment, nullable=False),
    Column("texts", JSONB, nullable=False),  # [kind, text] each
    Column("folded", Text, nullable=False),
    Column("grams", ARRAY(Text), nullable=False),  # pairs of characters, and marks like "#p:staff_loan"
    Column("readers", ARRAY(Text), nullable=False),  # the identities who take part
    PrimaryKeyConstraint("case_id", "compartment"),
    # A short pending list: a search reads it whole, and what a step writes should still be cheap.
    Index(
        "ix_search_rows_words", "grams", "readers", postgresql_using="gin",
        postgresql_with={"fastupdate": "on", "gin_pending_list_limit": "512"},
    ),
)  # fmt: skip
