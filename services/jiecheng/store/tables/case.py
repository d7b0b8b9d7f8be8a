"""What a case is made of: its row, tasks, work items, what it waits for, forms and papers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jiecheng.store.tables.base import Moment, metadata

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
    Column("alike", Text, nullable=False, server_default=""),  # what it is about: the same in two cases about the same
    Index("ix_cases_initiator_id", "initiator", text("id DESC")),
    Index("ix_cases_state_ended", "state", text("ended_at DESC"), text("id DESC")),
    Index("ix_cases_alike", "process", "alike", postgresql_where=text("alike <> ''")),
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
    Column("instance_key", Text, nullable=False, server_default=""),  # which instance of a fan-out it lies in, "" for none
    Column("instance_label", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),  # the organ whose people alone may read it
    Column("scope", JSONB, nullable=False, server_default=text("'{}'")),  # what it saw there besides the case's variables
    Column("way_back", Text, nullable=False, server_default=""),  # returned 直达: the element it leads straight back to
    Column("returned", Text, nullable=False, server_default=""),  # who sent it back to here, and why
    Column("members", ARRAY(Text), nullable=False, server_default="{}"),  # who decides it together, in their order
    Index("ix_tasks_case_id_id", "case_id", text("id DESC")),
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
    Column("asked_by", Text),  # who asked the holder to work on it, and decides himself (委派)
    Column("decided_for", Text),  # in whose place `decided_by` decided it (代理)
    # 加签: the item whose holder added this one, how, and why; and whether anybody was added under this one.
    Column("under", BigInteger, ForeignKey("work_items.id", name="fk_work_items_under")),
    Column("way", Text, nullable=False, server_default=""),  # before | after | parallel | vote
    Column("added_by", Text),
    Column("added_why", Text, nullable=False, server_default=""),
    Column("has_signers", Boolean, nullable=False, server_default=text("false")),
    Index("ix_work_items_case_id_id", "case_id", text("id DESC")),
    Index("ix_work_items_task_id", "task_id"),
    Index("ix_work_items_decided", "decided_by", text("closed_at DESC"), text("id DESC")),
    Index(
        "ix_work_items_decided_for", "decided_for", text("closed_at DESC"), text("id DESC"),
        postgresql_where=text("decided_for IS NOT NULL"),
    ),
    Index("ix_work_items_awaiting", "assignee", "id", postgresql_where=text("state = 'waiting'")),
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

# While a case is held (挂起) its clocks stand still; each hold stays on record with its reason and basis.
holds = Table(
    "holds", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("held_by_name", Text, nullable=False),
    Column("held_at", Moment, nullable=False),
    Column("resumed_at", Moment),
    Index("ix_holds_case_id", "case_id"),
)  # fmt: skip

# Who gave an item to whom: 转办 stays, 委派 comes back with an answer.
handings = Table(
    "handings", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # transfer | delegation
    Column("giver", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("given_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_handings_item_id", "item_id"),
)  # fmt: skip

# 催办: a notice beside the formal record, once an item in half a day.
urges = Table(
    "urges", metadata,
    Column("item_id", BigInteger, ForeignKey("work_items.id"), nullable=False),
    Column("half", Text, nullable=False),  # "2026-12-01 上午"
    Column("urged_by", Text, nullable=False),
    Column("urged_at", Moment, nullable=False),
    PrimaryKeyConstraint("item_id", "half"),
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
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("instance_label", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    Column("opened_at", Moment),  # empty for those from before it was kept
    Index("ix_subscriptions_case_id", "case_id"),
    Index("ix_subscriptions_due", "due_at", "id", postgresql_where=text("state = 'waiting' AND due_at IS NOT NULL")),
)  # fmt: skip

# What happens to a task whose limit nears or passes while nobody decides: reminder, overdue, supervision.
reminders = Table(
    "reminders", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", BigInteger, ForeignKey("tasks.id")),
    Column("case_id", BigInteger, nullable=False),
    Column("supervision_id", BigInteger, ForeignKey("supervisions.id")),  # in place of the task: a supervision's own limit
    Column("kind", Text, nullable=False),  # before_due | overdue | supervise | open_supervision
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # waiting | sent | cancelled
    Index("ix_reminders_due", "due_at", "id", postgresql_where=text("state = 'waiting'")),
    Index("ix_reminders_task_id", "task_id"),
    Index("ix_reminders_supervision_id", "supervision_id", postgresql_where=text("supervision_id IS NOT NULL")),
)  # fmt: skip

form_data = Table(
    "form_data", metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("form", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("instance_label", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("case_id", "form", "instance_key"),
)  # fmt: skip

drafts = Table(
    "drafts", metadata,
    Column("identity", Text, nullable=False),
    Column("subject", Text, nullable=False),  # "item:17", "start:staff_loan", "message:17:return_early"
    Column("data", JSONB, nullable=False),
    Column("saved_at", Moment, nullable=False),
    PrimaryKeyConstraint("identity", "subject"),
    Index("ix_drafts_subject", "subject"),  # when a task closes, everybody's drafts of its items go
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
    Column("compartment", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("replaced_by", BigInteger),  # the next version
    Column("task_id", BigInteger),
    Column("scan", Text, nullable=False, server_default=""),  # waiting | clean | bad; empty: no scanner
    Column("removed_at", Moment),
    Index("ix_attachments_case_id", "case_id"),
)  # fmt: skip

numbers = Table(
    "numbers", metadata,
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "year"),
)  # fmt: skip
