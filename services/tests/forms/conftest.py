"""A small district as forms see it, and a loan application that uses every kind of component."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from jiecheng.forms import Form, Option, read_form
from jiecheng.model.form import FormUse, Right
from jiecheng.model.values import Variables

PEOPLE = {
    "zhang": {"id": "zhang", "person": "p1", "name": "张伟", "post_name": "科员", "organ_name": "彭溪街道党政办"},
    "liu": {"id": "liu", "person": "p2", "name": "刘洋", "post_name": "所长", "organ_name": "彭溪司法所"},
}
ORGANS = {"px": {"id": "px", "name": "彭溪街道办事处"}, "hz": {"id": "hz", "name": "和庄镇政府"}}


class District:
    """Counts what it is asked, so that a test can see that nobody is looked up in vain."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def options(self, picker: str, scope: str) -> Sequence[Option]:
        self.asked.append((picker, scope))
        if picker == "identity":
            found = [
                Option(one["id"], f"{one['name']}（{one['post_name']}）", one["organ_name"]) for one in PEOPLE.values()
            ]
            return [one for one in found if not scope or scope in one.detail]
        if picker == "organ":
            return [Option(one["id"], one["name"]) for one in ORGANS.values()]
        return [Option("17", "申请函.pdf")]

    def describe(self, picker: str, value: str) -> Variables | None:
        return (PEOPLE if picker == "identity" else ORGANS).get(value)


APPLICATION = {
    "type": "default",
    "id": "application",
    "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "t", "text": "## 借调申请\n请**如实**填写。\n- 期限至 {{end}}\n- 借 {{borrowed.name}}"},
        {
            "type": "select", "id": "a", "key": "borrowed", "label": "借调人员", "validate": {"required": True},
            "properties": {"picker": "identity", "scope": "=unit"}, "layout": {"row": "r1", "columns": 8},
        },
        {"type": "datetime", "id": "b", "key": "start", "dateLabel": "开始日期", "disallowPassedDates": True,
         "layout": {"row": "r1", "columns": 4}},
        {"type": "datetime", "id": "c", "key": "end", "dateLabel": "结束日期", "validate": {"min": "=start"},
         "properties": {"max": "2026-12-31"}, "layout": {"row": "r1"}},
        {"type": "number", "id": "d", "key": "subsidy", "label": "补贴", "decimalDigits": 2,
         "appearance": {"suffixAdorner": "元"}, "validate": {"min": 0, "max": "=if urgent then 9000 else 3000"}},
        {"type": "checkbox", "id": "e", "key": "urgent", "label": "紧急"},
        {"type": "textarea", "id": "f", "key": "reason", "label": "紧急理由", "conditional": {"hide": "=not(urgent)"},
         "validate": {"required": True, "minLength": 4, "maxLength": 20}},
        {"type": "radio", "id": "g", "key": "kind", "label": "方式",
         "values": [{"label": "全脱产", "value": "full"}, {"label": "半脱产", "value": "half"}]},
        {"type": "taglist", "id": "h", "key": "streets", "label": "涉及单位", "properties": {"picker": "organ"}},
        {"type": "textfield", "id": "k", "key": "phone", "label": "联系电话", "properties": {"personal": "true"},
         "validate": {"validationType": "phone"}},
        {"type": "group", "id": "l", "path": "office", "label": "用人科室", "components": [
            {"type": "textfield", "id": "l1", "key": "name", "label": "名称", "validate": {"pattern": "科$",
             "patternErrorMessage": "名称应以「科」结尾"}},
            {"type": "textfield", "id": "l2", "key": "chief", "label": "负责人"}]},
        {"type": "dynamiclist", "id": "m", "path": "items", "label": "分工", "components": [
            {"type": "textfield", "id": "m1", "key": "duty", "label": "任务", "validate": {"required": True}},
            {"type": "number", "id": "m2", "key": "days", "label": "天数", "decimalDigits": 0, "validate": {"min": 1}},
            {"type": "textfield", "id": "m3", "key": "verdict", "label": "审核意见"},
            {"type": "expression", "id": "m4", "key": "cost", "expression": "=days * 100"}]},
        {"type": "expression", "id": "n", "key": "total", "expression": "=sum(items.cost)"},
        {"type": "table", "id": "o", "label": "历次借调", "dataSource": "=loans",
         "columns": [{"key": "year", "label": "年度"}, {"key": "person", "label": "人员"}]},
        {"type": "filepicker", "id": "p", "key": "papers", "label": "材料", "accept": ".pdf"},
    ],
}  # fmt: skip

GOOD = {
    "borrowed": "zhang",
    "start": "2026-04-01",
    "end": "2026-09-30",
    "subsidy": "1200.5",
    "kind": "half",
    "streets": ["px"],
    "phone": "021-63210000",
    "office": {"name": "人事科", "chief": "周"},
    "items": [{"duty": "整理档案", "days": "20"}, {"duty": "值班", "days": "5"}],
}
CONTEXT = {"today": "2026-03-01", "unit": "", "loans": [{"year": 2025, "person": "王某"}]}
EDIT = FormUse("application", Right.EDIT)


@pytest.fixture
def district() -> District:
    return District()


@pytest.fixture(scope="session")
def application() -> Form:
    return read_form(json.dumps(APPLICATION, ensure_ascii=False))


@pytest.fixture(scope="session")
def form_of() -> Callable[..., Form]:
    """A form of the given components."""

    def make(*components: dict[str, object]) -> Form:
        return read_form(json.dumps({"schemaVersion": 19, "id": "f", "components": list(components)}))

    return make
