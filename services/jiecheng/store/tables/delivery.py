"""What is owed to the outside and what came of it: outbox, jobs, papers, notices, incidents."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jiecheng.store.tables.base import Moment, metadata

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
    Index("ix_outbox_leased_case", "case_id", "id", postgresql_where=text("state = 'leased'")),
    Index("ix_outbox_dispatches", text("id DESC"), postgresql_where=text("kind = 'dispatch'")),
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
    Column("instance_key", Text, nullable=False, server_default=""),
    Column("instance_label", Text, nullable=False, server_default=""),
    Column("compartment", Text, nullable=False, server_default=""),
    Column("recipients", ARRAY(Text), nullable=False, server_default="{}"),  # organs that get the paper
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
    Column("compartment", Text, nullable=False, server_default=""),
    Column("voided_at", Moment),  # the case it belongs to was voided (作废)
    Index("ix_documents_case_id", "case_id"),
)  # fmt: skip

# 收文: a document in the hands of an organ it was sent to.
papers = Table(
    "papers", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("document_id", BigInteger, ForeignKey("documents.id"), nullable=False),
    Column("organ", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("received_at", Moment),  # 签收
    Column("received_by", Text, nullable=False, server_default=""),
    Column("received_by_name", Text, nullable=False, server_default=""),
    Index("uq_papers_document_organ", "document_id", "organ", unique=True),
    Index("ix_papers_organ_id", "organ", text("id DESC")),
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
