"""Working days: what was published, what the district decided for itself, and who changed what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Identity, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.store.tables.base import Moment, metadata

# Over the published days: a day on which this district works, or does not, for a reason of its own.
local_days = Table(
    "local_days", metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", Text, nullable=False),
)  # fmt: skip

# What is proposed, with its effect to be looked at, and what was confirmed; never removed.
calendar_changes = Table(
    "calendar_changes", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),  # year | local | revoked
    Column("sentence", Text, nullable=False),
    Column("days", JSONB, nullable=False),
    Column("version", Integer, nullable=False),  # of the calendar that it was compared with
    Column("state", Text, nullable=False),  # draft | done
    Column("made_by", Text, nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("moved", Integer, nullable=False, server_default="0"),  # open tasks whose limit is another day now
    Column("timers", Integer, nullable=False, server_default="0"),
    Column("settled", Integer, nullable=False, server_default="0"),  # limits that went from 暂定 to 正式
)  # fmt: skip
