"""Tables, transaction, migrations. SQLAlchemy lives only here; every noun file turns rows into values and back.

Whoever changes a case holds the lock on its row, and whatever happens is recorded, sealed, in the same transaction.
"""

from jiecheng.store import (
    account,
    attachment,
    calendar,
    case,
    directory,
    draft,
    form,
    gate,
    history,
    incident,
    job,
    notice,
    operation,
    outbox,
    register,
    release,
    reminder,
    scratch,
    setting,
    subscription,
    task,
    work_item,
)
from jiecheng.store.database import WORK_CHANNEL, Clock, Database, Transaction, utc_now
from jiecheng.store.schema import migrate, schema_differences

__all__ = [
    "WORK_CHANNEL",
    "Clock",
    "Database",
    "Transaction",
    "account",
    "attachment",
    "calendar",
    "case",
    "directory",
    "draft",
    "form",
    "gate",
    "history",
    "incident",
    "job",
    "migrate",
    "notice",
    "operation",
    "outbox",
    "register",
    "release",
    "reminder",
    "schema_differences",
    "scratch",
    "setting",
    "subscription",
    "task",
    "utc_now",
    "work_item",
]
