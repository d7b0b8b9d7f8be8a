"""Who runs the flows, and what became of the last run of each."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, Time

from jiecheng.store.tables.base import Moment, metadata

workers = Table(
    "workers", metadata,
    Column("name", Text, primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("trouble", Text, nullable=False, server_default=""),
)  # fmt: skip

# One row for each flow of a worker, as it declared it when it began.
flow_runs = Table(
    "flow_runs", metadata,
    Column("worker", Text, ForeignKey("workers.name", ondelete="CASCADE"), primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("runs_when", Text, nullable=False),
    Column("retries", Text, nullable=False),
    Column("touches", Text, nullable=False),
    Column("daily_at", Time),
    Column("state", Text, nullable=False, server_default="never"),  # never | running | done | failed
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("handled", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
)  # fmt: skip
