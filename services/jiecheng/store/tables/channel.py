"""The ways out of the house that a district has set up."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

channels = Table(
    "channels", metadata,
    Column("name", Text, primary_key=True),  # mail | wecom | dingtalk | feishu
    Column("enabled", Boolean, nullable=False),
    Column("settings", JSONB, nullable=False),
    Column("secret", Text, nullable=False, server_default=""),  # sealed
    Column("changed_by_name", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)  # fmt: skip
