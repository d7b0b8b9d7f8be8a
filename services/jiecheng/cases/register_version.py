"""Publishing a register: a service task's work, done by a flow as one command. One press of it makes one version.

Lock, freeze, write, record, let the case go on: all in one transaction. Killed anywhere it leaves nothing; tried again
it finds its job done. The register's row is locked from the reading of its rows to the commit, so that versions of
cases that publish at the same time follow one another, and each holds what the one before it held.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jiecheng import definitions, store
from jiecheng.cases import facts
from jiecheng.cases.advance import tell
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.job import OPEN, finish_job
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.place import Place, place_of_token
from jiecheng.definitions import Frozen, FrozenRow
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.register import Register
from jiecheng.model.values import Value
from jiecheng.store.job import JobRow
from jiecheng.store.register import EntryFilter

_MOST_ROWS = 50_000


def publish_register(tx: Tx, job: int) -> bool:
    """Make the next version. False when it has been made, or the case has moved away."""
    opened = open_case(tx, store.job.get(tx.db, job).case)
    row = store.job.get(tx.db, job)
    if row.state not in (OPEN, "failed"):
        return False
    node = opened.deployed.node(row.element)
    register, effective = _wanted(opened, node, place_of_token(opened, row.element, row.token))
    opened.lock_registers()
    last = store.register_version.last(tx.db, register.name)
    version = last.version + 1 if last else 1
    frozen = definitions.freeze(
        register,
        _rows(tx, register),
        version=version,
        effective_on=effective.isoformat(),
        published_at=tx.now.astimezone(BEIJING).isoformat(timespec="seconds"),
    )
    before = json.loads(last.content) if last else None
    difference = definitions.version_difference(register, before, frozen.document)
    _write(opened, row, frozen, effective, difference)
    said = f"{opened.case.number}已公布{register.title}第 {version} 版，{effective.isoformat()}起生效。"
    tell(opened, "register_published", said)
    finish_job(opened, row)
    return True


def _wanted(opened: OpenCase, node: FlowNode, place: Place) -> tuple[Register, date]:
    if node.publication is None:
        raise Invalid(f"「{node.name}」没有写明公布哪本台账。请流程负责人修改流程图。")
    register = opened.tx.registers.get(node.publication.register)
    if register is None:
        raise Invalid(f"「{node.name}」公布的台账 {node.publication.register} 不存在。请流程负责人修改流程图。")
    return register, _day(facts.evaluate(node.publication.effective, place.known, node.name), node.name)


def _day(value: Value, where: str) -> date:
    """The effective date from a date, a moment or ISO text."""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Invalid(f"「{where}」的生效日期是“{value or '空'}”，不是日期。请流程负责人检查流程图。") from None


def _rows(tx: Tx, register: Register) -> Sequence[FrozenRow]:
    """Every row in force, the oldest case first."""
    found = store.register.list_entries(
        tx.db, register.name, EntryFilter(statuses=register.in_force), None, _MOST_ROWS + 1
    )
    if len(found) > _MOST_ROWS:
        raise Invalid(f"{register.title}超过 {_MOST_ROWS:,} 行，不能一次公布。请联系系统管理员。")
    ordered = sorted(found, key=lambda row: (row.case, row.key))
    return [FrozenRow(row.number, row.key, row.status, row.columns) for row in ordered]


def _write(opened: OpenCase, row: JobRow, frozen: Frozen, effective: date, difference: Sequence[str]) -> None:
    document: Mapping[str, Any] = frozen.document
    store.register_version.add(
        opened.tx.db,
        {
            "register": document["register"], "version": document["version"], "case_id": opened.id, "job_id": row.id,
            "effective_on": effective, "row_count": len(document["rows"]), "sha256": frozen.sha256,
            "content": frozen.text, "difference": list(difference),
        },
    )  # fmt: skip
    opened.record_consequence(
        "register_published",
        row.element,
        {
            "element": row.element, "name": row.name, "job": row.id, "register": document["register"],
            "version": document["version"], "effective_on": effective.isoformat(), "rows": len(document["rows"]),
            "sha256": frozen.sha256,
        },
    )  # fmt: skip
