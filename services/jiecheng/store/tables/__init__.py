"""Every table of the product, one module a noun. Other rooms never see these; the noun files beside this package turn rows into values."""

from jiecheng.store.tables.access import access_log, accounts, grants, login_attempts, operations, sessions
from jiecheng.store.tables.base import Moment, dump_json, load_json, metadata
from jiecheng.store.tables.case import (
    attachments,
    candidates,
    cases,
    drafts,
    form_data,
    holds,
    numbers,
    reminders,
    subscriptions,
    tasks,
    votes,
    work_items,
)
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
from jiecheng.store.tables.history import history_events, history_openings
from jiecheng.store.tables.preference import preferences, saved_filters
from jiecheng.store.tables.register import register_definitions, register_entries, register_versions, registers
from jiecheng.store.tables.release import releases
from jiecheng.store.tables.search import search_rows

__all__ = [
    "Moment",
    "access_log",
    "accounts",
    "attachments",
    "bodies",
    "calendar_days",
    "candidates",
    "cases",
    "directory_changes",
    "documents",
    "draft_log",
    "draft_revisions",
    "draft_texts",
    "drafts",
    "dump_json",
    "form_data",
    "gate_runs",
    "grants",
    "handovers",
    "history_events",
    "history_openings",
    "holds",
    "identities",
    "incidents",
    "jobs",
    "load_json",
    "login_attempts",
    "metadata",
    "notices",
    "numbers",
    "operations",
    "organs",
    "outbox",
    "papers",
    "persons",
    "posts",
    "preferences",
    "process_drafts",
    "register_definitions",
    "register_entries",
    "register_versions",
    "registers",
    "relations",
    "releases",
    "reminders",
    "saved_filters",
    "search_rows",
    "sessions",
    "settings",
    "subscriptions",
    "tasks",
    "votes",
    "work_items",
]
