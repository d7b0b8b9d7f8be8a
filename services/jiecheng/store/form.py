"""What people filled in, per case and form, and their drafts. Never in the engine's variables, never in a flow's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.values import Value
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import drafts, form_data

_OF_CASE = Statement(select(form_data.c.form, form_data.c.data).where(form_data.c.case_id == bindparam("case")))
_SAVE = Statement(
    (statement := insert(form_data)).on_conflict_do_update(
        index_elements=[form_data.c.case_id, form_data.c.form], set_={"data": statement.excluded.data}
    ),
    *("case_id", "form", "data"),
)
_DRAFT = Statement(
    select(drafts.c.data, drafts.c.saved_at).where(
        drafts.c.identity == bindparam("who"), drafts.c.subject == bindparam("what")
    )
)
_DROP_ALL = Statement(delete(drafts).where(drafts.c.subject == bindparam("what")))
_DROP_OWN = Statement(
    delete(drafts).where(drafts.c.subject == bindparam("what"), drafts.c.identity == bindparam("who"))
)


def of_case(tx: Transaction, case: CaseId) -> dict[str, dict[str, Any]]:
    """Form name -> its data."""
    return {row.form: row.data for row in tx.rows(_OF_CASE, case=case)}


def save(tx: Transaction, case: CaseId, form: str, data: Mapping[str, Value]) -> None:
    tx.run(_SAVE, case_id=case, form=form, data=data)


def save_draft(tx: Transaction, identity: IdentityId, subject: str, data: Mapping[str, object]) -> None:
    statement = insert(drafts).values(identity=identity, subject=subject, data=data, saved_at=tx.now)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[drafts.c.identity, drafts.c.subject],
            set_={"data": statement.excluded.data, "saved_at": statement.excluded.saved_at},
        )
    )


def draft(tx: Transaction, identity: IdentityId, subject: str) -> tuple[dict[str, Any], datetime] | None:
    row = tx.row(_DRAFT, who=identity, what=subject)
    return None if row is None else (row.data, row.saved_at)


def drop_drafts(tx: Transaction, subject: str, identity: IdentityId | None = None) -> None:
    """Without an identity: everybody's draft on this subject."""
    if identity is None:
        tx.run(_DROP_ALL, what=subject)
    else:
        tx.run(_DROP_OWN, what=subject, who=identity)
