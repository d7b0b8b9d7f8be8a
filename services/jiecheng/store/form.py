"""What people filled in, per case and form, and their drafts. Never in the engine's variables, never in a flow's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.values import Value
from jiecheng.store.database import Transaction
from jiecheng.store.tables import drafts, form_data


def of_case(tx: Transaction, case: CaseId) -> dict[str, dict[str, Any]]:
    """Form name -> its data."""
    rows = tx.connection.execute(select(form_data.c.form, form_data.c.data).where(form_data.c.case_id == case))
    return {row.form: row.data for row in rows}


def save(tx: Transaction, case: CaseId, form: str, data: Mapping[str, Value]) -> None:
    statement = insert(form_data).values(case_id=case, form=form, data=data)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[form_data.c.case_id, form_data.c.form], set_={"data": statement.excluded.data}
        )
    )


def save_draft(tx: Transaction, identity: IdentityId, subject: str, data: Mapping[str, object]) -> None:
    statement = insert(drafts).values(identity=identity, subject=subject, data=data, saved_at=tx.now)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[drafts.c.identity, drafts.c.subject],
            set_={"data": statement.excluded.data, "saved_at": statement.excluded.saved_at},
        )
    )


def draft(tx: Transaction, identity: IdentityId, subject: str) -> tuple[dict[str, Any], datetime] | None:
    row = tx.connection.execute(
        select(drafts.c.data, drafts.c.saved_at).where(drafts.c.identity == identity, drafts.c.subject == subject)
    ).one_or_none()
    return None if row is None else (row.data, row.saved_at)


def drop_drafts(tx: Transaction, subject: str, identity: IdentityId | None = None) -> None:
    """Without an identity: everybody's draft on this subject."""
    statement = delete(drafts).where(drafts.c.subject == subject)
    tx.connection.execute(statement if identity is None else statement.where(drafts.c.identity == identity))
