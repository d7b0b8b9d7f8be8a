"""Fills in forms as a careful official would: what the sentence says, and something sensible where a field is required.

Looks at the same page that the official sees, and looks again after writing: what was typed may open further fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.failure import Cause, Unmet
from jiecheng.forms import FormView
from jiecheng.forms.nodes import FieldView, OptionView, fields_in, lists_in

# Long enough for every minimum length that the tables ask for.
WORDS = "已按规定核对有关材料，逐项说明了有关情况；后续工作由经办人跟进，有变化及时向有关单位报告。"
REASON = "全区预算绩效评价集中开展，本单位业务骨干长期驻点，现有人员无法承担街镇数据核对，确需熟悉情况的同志短期支援。"
BLANK = "（不填）"
YES = {"是": True, "否": False}
_LOOKS = 8  # conditions of a form settle long before
_ROW = re.compile(r"(.+?)第(\d+)行(.+)")
_MOMENT = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日)\s*(\d{1,2}):(\d{2})")

Show = Callable[[Mapping[str, object]], Sequence[FormView]]


@dataclass(slots=True)
class Said:
    """What a sentence says of a form: label or key -> words; "date" is the first date, "reason" the first long text.

    `choices`: person -> the identity that the scenario gave him, for fields in which people are chosen.
    """

    words: Mapping[str, str]
    choices: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)  # word -> name of the field that took it

    def of(self, item: FieldView) -> str | None:
        names = (item.name, item.label, _tight(item.full_label))
        for key, words in self.words.items():
            if key in names or _tight(key) in names:
                self.used[key] = item.name
                return words
        return self._first("date", item, "date") or self._first("reason", item, "textarea")

    def _first(self, key: str, item: FieldView, control: str) -> str | None:
        if key not in self.words or item.control != control or self.used.setdefault(key, item.name) != item.name:
            return None
        return self.words[key]

    def rows(self, label: str) -> int:
        """How many rows of a list the words speak of: "事项第2行名称" needs two."""
        found = [_ROW.fullmatch(_tight(key)) for key in self.words]
        return max((int(one[2]) for one in found if one and one[1] == _tight(label)), default=0)

    def expect_all_used(self, labels: Sequence[str]) -> None:
        left = [key for key in self.words if key not in self.used and key not in ("date", "reason")]
        if left:
            missing = "、".join(f"“{one}”" for one in left)
            there = "、".join(labels) or "没有可填的栏"
            raise Unmet(f"这一步的表单上没有{missing}这一栏，可填的有{there}。", Cause.FIELD, f"有{missing}", there)


def fill(show: Show, said: Said, today: date) -> dict[str, object]:
    """Data for the forms of a step, as a browser would send them."""
    data: dict[str, object] = {}
    for _ in range(_LOOKS):
        views = show(data)
        grown = _with_rows(data, views, said)
        items = [one for view in views for one in fields_in(view.nodes) if one.editable]
        for item in items:
            _put(grown, item.name, _value(item, said, today))
        settled = grown == data or not _opens_more(views, said)
        data = grown
        if settled:
            break
    said.expect_all_used([one.full_label for one in items])
    return data


def _opens_more(views: Sequence[FormView], said: Said) -> bool:
    """Whether what was just written may change the page: fields that others look at, rows that are still to be filled."""
    return any(view.watched for view in views) or any(_ROW.fullmatch(_tight(key)) for key in said.words)


def _with_rows(data: Mapping[str, object], views: Sequence[FormView], said: Said) -> dict[str, object]:
    grown: dict[str, object] = deepcopy(dict(data))
    for view in views:
        for rows in lists_in(view.nodes):
            for number in range(said.rows(rows.label)):
                _put(grown, f"{rows.place}.{number}", None)
    return grown


def _put(data: dict[str, Any], name: str, value: object) -> None:
    """ "items.0.qty" := value; of "items.0" only the row is made."""
    first, *rest = name.split(".")
    if not rest:
        data[first] = value
    elif rest[0].isdecimal():
        rows = data.setdefault(first, [])
        while len(rows) <= int(rest[0]):
            rows.append({})
        if rest[1:]:
            _put(rows[int(rest[0])], ".".join(rest[1:]), value)
    else:
        _put(data.setdefault(first, {}), ".".join(rest), value)


def _value(item: FieldView, said: Said, today: date) -> object:
    words = said.of(item)
    if words is not None:
        return "" if words == BLANK else _understood(item, words, said)
    present = _present(item)
    if present in ("", [], False) and item.required:
        return _sensible(item, today)
    return present


def _present(item: FieldView) -> object:
    chosen = [one.value for one in item.flat_options if one.chosen]
    match item.control:
        case "checkbox":
            return item.checked
        case "checklist" | "taglist" | "files":
            return chosen
        case "radio" | "select":
            return chosen[0] if chosen else ""
        case _:
            return item.value


def _understood(item: FieldView, words: str, said: Said) -> object:
    """What people write as the page sends it. Words that fit no option go as they are: the platform says what is wrong."""
    match item.control:
        case "checkbox":
            return YES[words]
        case "date":
            return _day(words)
        case "datetime-local":
            found = _MOMENT.fullmatch(words)
            return f"{_day(found[1])}T{int(found[2]):02}:{found[3]}" if found else words
        case "radio" | "select":
            return _chosen(item, words, said)
        case "checklist" | "taglist" | "files":
            return [_chosen(item, one, said) for one in words.split("、")]
        case _:
            return words


def _day(words: str) -> str:
    try:
        return read_date(words).isoformat()
    except ValueError:
        return words


def _chosen(item: FieldView, words: str, said: Said) -> str:
    """By label, by heading and label, or by the name before the post: 游以舟 is 游以舟（区司法局人事科长）."""
    known = [(group.heading, one) for group in item.options for one in group.options]
    exact = [one for heading, one in known if words in (one.label, f"{heading}{one.label}", one.value)]
    named: list[OptionView] = exact or [one for _, one in known if one.label.startswith(f"{words}（")]
    preferred = [one for one in named if one.value == said.choices.get(words)]
    return next((one.value for one in [*preferred, *named]), words)


def _sensible(item: FieldView, today: date) -> object:
    """The plainest valid entry."""
    first = [one.value for one in item.flat_options[:1]]
    day = min(max(today.isoformat(), item.minimum[:10]), item.maximum[:10] or "9999-12-31")
    plainest: Mapping[str, object] = {
        "date": day, "datetime-local": f"{day}T09:00", "time": "09:00", "number": "1", "checkbox": True,
        "textarea": WORDS[: int(item.max_length or len(WORDS))], "radio": "".join(first), "select": "".join(first),
        "checklist": first, "taglist": first, "files": first,
    }  # fmt: skip
    # Of one meeting, one number; of another day's, another.
    return plainest.get(item.control, f"会议纪要〔{today.year}〕{today.timetuple().tm_yday}号")


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text)
