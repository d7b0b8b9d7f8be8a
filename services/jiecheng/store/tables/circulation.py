"""What stands beside the formal record of a case: who was shown it, who was asked something, what is supervised."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, Table, Text, text

from jiecheng.store.tables.base import Moment, metadata

# 传阅: one row a reader. What was passed on is what the step shows: its forms, in its instance, behind its doors.
circulations = Table(
    "circulations", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),  # what people call the step
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    Column("sender", Text, nullable=False),  # 系统 where the diagram says so
    Column("rule", Text, nullable=False, server_default=""),  # and then under which rule
    Column("reader", Text, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("sent_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("withdrawn_at", Moment),
    Column("view", Text, nullable=False, server_default=""),  # 阅办意见: never an opinion of the approval sheet
    Column("viewed_at", Moment),
    Index("ix_circulations_case_id", "case_id"),
    Index(
        "ix_circulations_unread", "reader", text("id DESC"),
        postgresql_where=text("read_at IS NULL AND withdrawn_at IS NULL"),
    ),
)  # fmt: skip

# 沟通: a question to one person, and his answer.
questions = Table(
    "questions", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    Column("asker", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("answered_at", Moment),
    Index("ix_questions_case_id", "case_id"),
    Index("ix_questions_open", "asked", text("id DESC"), postgresql_where=text("answered_at IS NULL")),
)  # fmt: skip

# 督办: a superior's own duty on a case. `owner` supervises, `handler` answers to him.
supervisions = Table(
    "supervisions", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    Column("owner", Text, nullable=False),
    Column("handler", Text),
    Column("state", Text, nullable=False),  # a word of model.supervision.SupervisionState
    Column("demand", Text, nullable=False),
    Column("due_days", Integer),  # working days from the assignment; empty where a date was given
    Column("due_at", Moment),
    Column("basis", Text, nullable=False, server_default=""),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_supervisions_case_id", "case_id"),
    Index("ix_supervisions_owner_id", "owner", text("id DESC")),
    Index("ix_supervisions_handler_id", "handler", text("id DESC")),
)  # fmt: skip

# 立项→交办→签收→反馈→办结, a row for each step taken.
supervision_steps = Table(
    "supervision_steps", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("supervision_id", BigInteger, ForeignKey("supervisions.id"), nullable=False),
    Column("command", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Index("ix_supervision_steps_supervision_id", "supervision_id"),
)  # fmt: skip
