"""Who may come in, who did, and what was pressed twice."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

accounts = Table(
    "accounts", metadata,
    Column("account", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
)  # fmt: skip

grants = Table(
    "grants", metadata,
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("person", "role"),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("token_hash", Text, primary_key=True),  # the token itself is only in the cookie
    Column("person", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_sessions_expires_at", "expires_at"),
)  # fmt: skip

login_attempts = Table(
    "login_attempts", metadata,
    Column("key", Text, primary_key=True),  # "account:…" or "address:…"
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("blocked_until", Moment, nullable=False),
)  # fmt: skip

access_log = Table(
    "access_log", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
)  # fmt: skip

operations = Table(
    "operations", metadata,
    Column("key", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("person", "key"),
)  # fmt: skip
