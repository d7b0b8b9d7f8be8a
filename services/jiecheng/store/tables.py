"""Every table of the product. Other rooms never see these; the noun files beside this one turn rows into values.

Names stay under 60 bytes and nothing here needs an extension, so that PostgreSQL's relatives can run it too.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import simplejson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Moment = TIMESTAMP(timezone=True)


def dump_json(value: object) -> str:
    """JSON text with numbers exact: a Decimal keeps its digits."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":"))


def load_json(raw: str | bytes) -> Any:  # noqa: ANN401 - JSON has no narrower name
    """JSON text to values; every number with a point or exponent becomes a Decimal, never a float."""
    return json.loads(raw, parse_float=Decimal)


releases = Table(
    "releases", metadata,
    Column("hash", Text, primary_key=True),
    Column("process", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("bundle", JSONB, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("gate", JSONB, nullable=False),
    UniqueConstraint("process", "version"),
)  # fmt: skip

cases = Table(
    "cases", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("process", Text, nullable=False),
    Column("release_hash", Text, ForeignKey("releases.hash"), nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("initiator", Text, nullable=False),
    Column("initiator_name", Text, nullable=False),
    Column("initiator_organ", Text, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("variables", JSONB, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    # The chain's head lives in the row that every command locks, so two commands cannot both follow the same entry.
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("head_sha256", Text, nullable=False, server_default=""),
    Column("head_sm3", Text, nullable=False, server_default=""),
    Index("ix_cases_initiator_id", "initiator", text("id DESC")),
    Index("ix_cases_state_ended", "state", text("ended_at DESC"), text("id DESC")),
    Index("ix_cases_process_id", "process", text("id DESC")),
)  # fmt: skip

tasks = Table(
    "tasks", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("token", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("due_at", Moment),
    Column("due_provisional", Boolean, nullable=False, server_default=text("false")),
    Column("due_days", Integer),  # working days the limit was counted from
    Column("due_basis", Text, nullable=False, server_default=""),  # where the limit comes from, in words
    Column("reason", Text, nullable=False),  # why these people: 为什么是他
    Column("vacant", Boolean, nullable=False, server_default=text("false")),
    Column("body", Text, nullable=False, server_default=""),  # the meeting body that decides, "" for persons
    Column("recused", ARRAY(Text), nullable=False, server_default="{}"),  # identities that may not take part
    Column("outcome", Text, nullable=False, server_default=""),
    Column("cause", Text, nullable=False, server_default=""),  # what cancelled it
    Index("ix_tasks_case_id", "case_id"),
    Index("uq_tasks_open_token", "case_id", "token", unique=True, postgresql_where=text("state = 'open'")),
    Index("ix_tasks_vacant", "id", postgresql_where=text("vacant AND state = 'open'")),
)  # fmt: skip

work_items = Table(
    "work_items", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", BigInteger, ForeignKey("tasks.id"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("assignee", Text),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("decided_by", Text),
    Column("decided_by_name", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("outcome_label", Text, nullable=False, server_default=""),
    Column("opinion", Text, nullable=False, server_default=""),
    Column("cause", Text, nullable=False, server_default=""),
    Index("ix_work_items_case_id", "case_id"),
    Index("ix_work_items_task_id", "task_id"),
    Index("ix_work_items_decided", "decided_by", text("closed_at DESC"), text("id DESC")),
)  # fmt: skip

# Who sees an item in the list of open work. Copied here is just what the list sorts by, so that a page of 30 out of
# 100,000 reads 30 index rows.
candidates = Table(
    "candidates", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("identity", Text, nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),  # 'infinity' where there is no limit: keysets need an order
    PrimaryKeyConstraint("item_id", "identity"),
    Index("ix_candidates_open", "identity", "due_at", "item_id", postgresql_where=text("open")),
    Index("ix_candidates_case_id_identity", "case_id", "identity"),
)  # fmt: skip

votes = Table(
    "votes", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("member", Text, nullable=False),
    Column("member_name", Text, nullable=False),
    Column("vote", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("item_id", "member"),
)  # fmt: skip

subscriptions = Table(
    "subscriptions", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("token", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("due_at", Moment),
    Column("state", Text, nullable=False),  # waiting | fired | cancelled | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_subscriptions_case_id", "case_id"),
    Index("ix_subscriptions_due", "due_at", "id", postgresql_where=text("state = 'waiting' AND due_at IS NOT NULL")),
)  # fmt: skip

# A service task's work, done by a flow. The number of its paper is drawn when the job opens, in the case's own
# transaction, so that however often the job is tried the paper has one number.
jobs = Table(
    "jobs", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("token", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("number", Text, nullable=False, server_default=""),
    Column("issuer", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),  # open | done | failed | cancelled
    Column("error", Text, nullable=False, server_default=""),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_jobs_case_id", "case_id"),
    Index("uq_jobs_number", "number", unique=True, postgresql_where=text("number <> ''")),
)  # fmt: skip

documents = Table(
    "documents", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("job_id", BigInteger, ForeignKey("jobs.id"), nullable=False, unique=True),  # a job issues one paper, once
    Column("element", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Index("ix_documents_case_id", "case_id"),
)  # fmt: skip

# What happens to a task whose limit nears or passes while nobody decides: reminder, overdue, supervision.
reminders = Table(
    "reminders", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", BigInteger, ForeignKey("tasks.id"), nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # before_due | overdue | supervise
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # waiting | sent | cancelled
    Index("ix_reminders_due", "due_at", "id", postgresql_where=text("state = 'waiting'")),
    Index("ix_reminders_task_id", "task_id"),
)  # fmt: skip

form_data = Table(
    "form_data", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("form", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("case_id", "form"),
)  # fmt: skip

drafts = Table(
    "drafts", metadata,
    Column("identity", Text, nullable=False),
    Column("subject", Text, nullable=False),  # "item:17", "start:staff_loan", "message:17:return_early"
    Column("data", JSONB, nullable=False),
    Column("saved_at", Moment, nullable=False),
    PrimaryKeyConstraint("identity", "subject"),
)  # fmt: skip

attachments = Table(
    "attachments", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_by_name", Text, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    Index("ix_attachments_case_id", "case_id"),
)  # fmt: skip

history_events = Table(
    "history_events", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("leaf", Text, nullable=False),  # text, not JSONB: the bytes that were sealed
    Column("sha256", Text, nullable=False),
    Column("sm3", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)  # fmt: skip

history_openings = Table(
    "history_openings", metadata,
    Column("case_id", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq", "path"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("case_id", BigInteger),
    Column("payload", JSONB, nullable=False),
    Column("state", Text, nullable=False),  # due | leased | done | dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "due_at", "id", postgresql_where=text("state IN ('due', 'leased')")),
)  # fmt: skip

notices = Table(
    "notices", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # one notice per outbox entry and reader, however often it is delivered
    Column("identity", Text, nullable=False),
    Column("case_id", BigInteger),  # empty for what is about no single case, like the morning's digest
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Index("ix_notices_identity_id", "identity", text("id DESC")),
)  # fmt: skip

registers = Table("registers", metadata, Column("name", Text, primary_key=True))

register_entries = Table(
    "register_entries", metadata,
    Column("register", Text, ForeignKey("registers.name"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("register", "case_id"),
    Index("ix_register_entries_status", "register", "status", text("case_id DESC")),
    Index("ix_register_entries_columns", "columns", postgresql_using="gin"),
)  # fmt: skip

numbers = Table(
    "numbers", metadata,
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "year"),
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

incidents = Table(
    "incidents", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger),
    Column("kind", Text, nullable=False),  # outbox | timer | vacant: what a retry does
    Column("subject", BigInteger, nullable=False),  # the id of the outbox entry, subscription or task
    Column("element", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("resolved_by", Text, nullable=False, server_default=""),
    Column("resolution", Text, nullable=False, server_default=""),
    Index("ix_incidents_open", text("id DESC"), postgresql_where=text("resolved_at IS NULL")),
)  # fmt: skip

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

settings = Table(
    "settings", metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

calendar_days = Table(
    "calendar_days", metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
)  # fmt: skip


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
