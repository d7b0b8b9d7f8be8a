"""Fills in forms as a careful official would: what the sentence says, and something sensible where a field is required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from jiecheng.cases.deployed import Deployed
from jiecheng.forms.components import Field, Kind
from jiecheng.model.definition import FlowNode
from jiecheng.model.form import FormUse, Right

# Long enough for every minimum length that the tables ask for.
REASON = "全区预算绩效评价集中开展，本单位业务骨干长期驻点，现有人员无法承担街镇数据核对，确需熟悉情况的同志短期支援。"


def fill(deployed: Deployed, node: FlowNode, today: date, said: Mapping[str, str]) -> dict[str, object]:
    """Data for the forms of a step. `said`: field key -> value; the key "date" means the first date to be entered,
    "reason" the first long text."""
    data: dict[str, object] = {}
    given = dict(said)
    for use in node.forms:
        for key, item in _writable(deployed, use):
            if key in given:
                data[key] = given[key]
            elif item.kind is Kind.DATETIME and "date" in given:
                data[key] = given.pop("date")
            elif item.kind is Kind.TEXTAREA and "reason" in given:
                data[key] = given.pop("reason")
            elif _required(use, key, item) and (value := _sensible(item, today)) is not None:
                data[key] = value
    return data


def _writable(deployed: Deployed, use: FormUse) -> Iterator[tuple[str, Field]]:
    for key, item in deployed.forms[use.form].inputs.items():
        if use.rights.get(key, use.default) in (Right.EDIT, Right.REQUIRED):
            yield key, item


def _required(use: FormUse, key: str, item: Field) -> bool:
    return item.rules.required or use.rights.get(key, use.default) is Right.REQUIRED


def _sensible(item: Field, today: date) -> object:
    match item.kind:
        case Kind.DATETIME:
            return today.isoformat()
        case Kind.TEXT:
            return "会议纪要〔2026〕18号"
        case Kind.TEXTAREA:
            return REASON
        case _:
            return None  # a choice is the scenario's business
