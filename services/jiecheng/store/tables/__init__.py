"""Every table of the product, one module a noun. Other rooms never see these; the noun files beside this package turn rows into values."""

from jiecheng.store.tables.access import access_log, accounts, grants, login_attempts, operations, sessions
from jiecheng.store.tables.base import Moment, dump_json, dump_sorted, json_bytes, load_json, metadata
from jiecheng.store.tables.calendar import calendar_changes, local_days
from jiecheng.store.tables.case import (
    attachments,
    candidates,
    cases,
    drafts,
    form_data,
    handings,
    holds,
    numbers,
    reminders,
    subscriptions,
    tasks,
    urges,
    votes,
    work_items,
)
from jiecheng.store.tables.channel import channels
from jiecheng.store.tables.circulation import circulations, questions, supervision_steps, supervisions
from jiecheng.store.tables.delivery import documents, incidents, jobs, notices, outbox, papers
from jiecheng.store.tables.district import (
    bodies,
    calendar_days,
    directory_changes,
    handovers,
    identities,
    organs,
    persons,
    posts,
    relations,
    settings,
)
from jiecheng.store.tables.draft import draft_log, draft_revisions, draft_texts, gate_runs, process_drafts
from jiecheng.store.tables.ending import item_reads, reversals, undo_points, void_requests
from jiecheng.store.tables.history import history_events, history_openings
from jiecheng.store.tables.preference import phrases, preferences, saved_filters
from jiecheng.store.tables.register import register_definitions, register_entries, register_versions, registers
from jiecheng.store.tables.release import releases
from jiecheng.store.tables.search import search_rows
from jiecheng.store.tables.substitution import stand_ins, substitution_log, substitutions
from jiecheng.store.tables.worker import flow_runs, workers

__all__ = [
    "Moment",
    "access_log",
    "accounts",
    "attachments",
    "bodies",
    "calendar_changes",
    "calendar_days",
    "candidates",
    "cases",
    "channels",
    "circulations",
    "directory_changes",
    "documents",
    "draft_log",
    "draft_revisions",
    "draft_texts",
    "drafts",
    "dump_json",
    "dump_sorted",
    "flow_runs",
    "form_data",
    "gate_runs",
    "grants",
    "handings",
    "handovers",
    "history_events",
    "history_openings",
    "holds",
    "identities",
    "incidents",
    "item_reads",
    "jobs",
    "json_bytes",
    "load_json",
    "local_days",
    "login_attempts",
    "metadata",
    "notices",
    "numbers",
    "operations",
    "organs",
    "outbox",
    "papers",
    "persons",
    "phrases",
    "posts",
    "preferences",
    "process_drafts",
    "questions",
    "register_definitions",
    "register_entries",
    "register_versions",
    "registers",
    "relations",
    "releases",
    "reminders",
    "reversals",
    "saved_filters",
    "search_rows",
    "sessions",
    "settings",
    "stand_ins",
    "subscriptions",
    "substitution_log",
    "substitutions",
    "supervision_steps",
    "supervisions",
    "tasks",
    "undo_points",
    "urges",
    "void_requests",
    "votes",
    "work_items",
    "workers",
]
