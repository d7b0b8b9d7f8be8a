"""Published bundles of files."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

releases = Table(
    "releases", metadata,
    Column("hash", Text, primary_key=True),
    Column("process", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("bundle", JSONB, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),  # who approved: identity, or 系统部署
    Column("drafted_by", Text, nullable=False, server_default=""),  # identities with blanks between; "" from the folders
    Column("source", Text, nullable=False),
    Column("gate", JSONB, nullable=False),
    UniqueConstraint("process", "version"),
)  # fmt: skip
