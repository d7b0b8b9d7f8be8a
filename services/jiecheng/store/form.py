"""What people filled in, per case and form, and their drafts. Never in the engine's variables, never in a flow's parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import drafts, form_data

_OF_CASE = Statement(
    select(form_data)
    .where(form_data.c.case_id == bindparam("case"))
    .order_by(form_data.c.form, form_data.c.instance_key)
)
_SAVE = Statement(
    (statement := insert(form_data)).on_conflict_do_update(
        index_elements=[form_data.c.case_id, form_data.c.form, form_data.c.instance_key],
        # What was once written behind closed doors stays there.
        set_={
            "data": statement.excluded.data,
            "compartment": func.coalesce(func.nullif(statement.excluded.compartment, ""), form_data.c.compartment),
        },
    ),
    *("case_id", "form", "data", "instance_key", "instance_label", "compartment"),
)
_DRAFT = Statement(
    select(drafts.c.data, drafts.c.saved_at).where(
        drafts.c.identity == bindparam("who"), drafts.c.subject == bindparam("what")
    )
)
_COUNT_DRAFTS = Statement(
    select(func.count()).where(drafts.c.identity == any_(bindparam("identities", type_=ARRAY(Text))))
)
_DROP_ALL = Statement(delete(drafts).where(drafts.c.subject == bindparam("what")))
_DROP_OWN = Statement(
    delete(drafts).where(drafts.c.subject == bindparam("what"), drafts.c.identity == bindparam("who"))
)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form as it was filled in; `key` and `label`: in which instance of a fan-out, `compartment`: behind whose doors."""

    form: str
    data: dict[str, Any]
    key: str = ""
    label: str = ""
    compartment: str = ""


def rows_of(tx: Transaction, case: CaseId) -> Sequence[FormRow]:
    return [
        FormRow(row.form, row.data, row.instance_key, row.instance_label, row.compartment)
        for row in tx.rows(_OF_CASE, case=case)
    ]


def of_case(tx: Transaction, case: CaseId, key: str = "") -> dict[str, dict[str, Any]]:
    """Form name -> its data, as the case (key "") or one instance has it; what was filled in around it counts too."""
    return seen_from(rows_of(tx, case), key)


def seen_from(rows: Sequence[FormRow], key: str) -> dict[str, dict[str, Any]]:
    """The forms as they stand in an instance: its own, and where it has none those of what is around it."""
    around = [row for row in rows if row.key in ("", key) or key.startswith(f"{row.key}/")]
    return {row.form: row.data for row in sorted(around, key=lambda row: len(row.key))}


def save(tx: Transaction, case: CaseId, row: FormRow) -> None:
    tx.later(
        _SAVE,
        case_id=case,
        form=row.form,
        data=row.data,
        instance_key=row.key,
        instance_label=row.label,
        compartment=row.compartment,
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
    row = tx.row(_DRAFT, who=identity, what=subject)
    return None if row is None else (row.data, row.saved_at)


def drop_drafts(tx: Transaction, subject: str, identity: IdentityId | None = None) -> None:
    """Without an identity: everybody's draft on this subject."""
    if identity is None:
        tx.later(_DROP_ALL, what=subject)
    else:
        tx.later(_DROP_OWN, what=subject, who=identity)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """Something begun and not handed in. `subject`: "item:17", "start:staff_loan", "message:17:return_early"."""

    identity: IdentityId
    subject: str
    saved_at: datetime


def drafts_of(tx: Transaction, identities: Collection[IdentityId], limit: int) -> Sequence[DraftRow]:
    """What these identities have begun, latest first."""
    statement = select(drafts.c.identity, drafts.c.subject, drafts.c.saved_at)
    statement = statement.where(drafts.c.identity.in_(identities)).order_by(drafts.c.saved_at.desc(), drafts.c.subject)
    rows = tx.connection.execute(statement.limit(limit))
    return [DraftRow(IdentityId(row.identity), row.subject, row.saved_at) for row in rows]


def count_drafts(tx: Transaction, identities: Collection[IdentityId]) -> int:
    rows = tx.rows(_COUNT_DRAFTS, identities=list(identities))
    return int(rows[0][0]) if rows else 0
