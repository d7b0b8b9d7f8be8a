"""A table's rows while they are read: headers in either language, and cells read with their faults collected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from jiecheng.directory.tables import Rows
from jiecheng.model.errors import Finding

Word = TypeVar("Word", bound=StrEnum)

_DATES = {"valid_from": "启用日期", "valid_to": "停用日期"}

# Table -> {column: its Chinese header}; a file may use either. Columns with * must be there.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "organs.csv": {
        "id*": "机关编号",
        "name*": "名称",
        "kind*": "类别",
        "level*": "层级",
        "parent": "上级机关",
        "street": "街镇代码",
        "code_word": "机关代字",
        "agency_class": "派驻类别",
        **_DATES,
    },
    "relations.csv": {"kind*": "关系", "source*": "从机关", "target*": "到机关", "weight": "权重", **_DATES},
    "posts.csv": {"id*": "岗位编号", "organ*": "机关", "name*": "岗位名称", "rank": "排序", **_DATES},
    "persons.csv": {"id*": "人员编号", "name*": "姓名", "account": "账号"},
    "identities.csv": {
        "id*": "任职编号",
        "person*": "人员",
        "post*": "岗位",
        "main": "主职",
        "acting": "主持工作",
        **_DATES,
    },
    "bodies.csv": {
        "id*": "议事机构编号",
        "organ*": "机关",
        "name*": "名称",
        "secretary*": "秘书岗位",
        "members*": "成员岗位",
        "quorum": "到会比例",
        "majority": "通过比例",
        **_DATES,
    },
    "roles.csv": {"account*": "账号", "role*": "角色"},
}
NOUNS = {
    "organs.csv": "机关",
    "posts.csv": "岗位",
    "persons.csv": "人员",
    "identities.csv": "任职身份",
    "bodies.csv": "议事机构",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_SHARE = re.compile(r"[1-9]\d?/[1-9]\d?")
_YES = {"是": True, "1": True, "true": True, "否": False, "0": False, "false": False}


@dataclass(slots=True)
class Book:
    """The tables while they are read: faults so far, and the codes each table defines."""

    findings: list[Finding] = field(default_factory=list)
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def fault(self, table: str, number: int, column: str, code: str, message: str) -> None:
        self.findings.append(Finding(code, f"{table}:{number}:{column}", message))

    def rows(self, table: str, rows: Rows) -> Iterator[Row]:
        """Rows under the English column names, whichever language the header has."""
        columns = {name.rstrip("*"): chinese for name, chinese in COLUMNS[table].items()}
        english = {chinese: name for name, chinese in columns.items()} | {name: name for name in columns}
        first = rows[0][1] if rows else {}
        for header in first:
            if header not in english:
                self.fault(
                    table, 1, header, "column", f"{table} 的表头「{header}」不认识，可用的有：{'、'.join(columns)}。"
                )
        given = {english[header]: header for header in first if header in english}
        for name in COLUMNS[table] if rows else ():
            if name.endswith("*") and name[:-1] not in given:
                self.fault(table, 1, name[:-1], "column", f"{table} 缺少必需的列 {name[:-1]}（{columns[name[:-1]]}）。")
        seen: set[str] = set()
        for number, cells in rows:
            row = Row(self, table, number, {name: cells.get(header, "") for name, header in given.items()}, given)
            row.check_code(seen)
            yield row


@dataclass(frozen=True, slots=True)
class Row:
    """One row: each reading method returns the value, or reports the fault and returns a harmless stand-in."""

    book: Book
    table: str
    number: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]

    def fault(self, column: str, code: str, message: str) -> None:
        shown = self.headers.get(column, column)
        self.book.fault(self.table, self.number, column, code, f"{self.table} 第 {self.number} 行 {shown}：{message}")

    def check_code(self, seen: set[str]) -> None:
        code = self.cells.get("id")
        if not code:
            return  # an empty one is reported where it is read
        if code in seen:
            self.fault("id", "duplicate", f"编号 {code} 已经用过")
        elif not _CODE.fullmatch(code):
            self.fault("id", "code", f"编号 {code} 只能由字母、数字、点、横线组成，最长 60 个字符")
        seen.add(code)

    def text(self, column: str) -> str:
        value = self.cells.get(column, "")
        if not value and column in self.headers:
            self.fault(column, "empty", "不能为空")
        return value

    def optional(self, column: str) -> str:
        return self.cells.get(column, "")

    def choice(self, column: str, words: type[Word]) -> Word:
        value = self.text(column)
        known: tuple[Word, ...] = tuple(words)
        if value in known:
            return words(value)
        if value:
            self.fault(column, "word", f"没有「{value}」，可用的有：{'、'.join(known)}")
        return known[0]

    def word(self, column: str, known: tuple[str, ...], value: str) -> str:
        if value and value not in known:
            self.fault(column, "word", f"没有「{value}」，可用的有：{'、'.join(known)}")
        return value

    def reference(self, column: str, table: str, value: str) -> str:
        if value and value not in self.book.ids[table]:
            self.fault(column, "unknown", f"没有编号为 {value} 的{NOUNS[table]}")
        return value

    def day(self, column: str, default: date) -> date:
        value = self.cells.get(column, "")
        try:
            return date.fromisoformat(value.replace("/", "-")) if value else default
        except ValueError:
            self.fault(column, "date", f"「{value}」不是日期，应写作 2026-03-01")
            return default

    def days(self) -> tuple[date, date]:
        first, last = self.day("valid_from", date.min), self.day("valid_to", date.max)
        if first > last:
            self.fault("valid_to", "date", f"停用日期 {last} 早于启用日期 {first}")
        return first, last

    def yes(self, column: str, default: bool) -> bool:
        value = self.cells.get(column, "").lower()
        if value and value not in _YES:
            self.fault(column, "word", f"「{value}」应写作 是 或 否")
        return _YES.get(value, default)

    def rank(self) -> int:
        value = self.cells.get("rank", "") or "9"
        if value.isascii() and value.isdigit() and 1 <= int(value) <= 99:
            return int(value)
        self.fault("rank", "number", f"「{value}」应当是 1 到 99 的整数，1 是负责人")
        return 9

    def share(self, column: str) -> str:
        value = self.cells.get(column, "") or "1/2"
        if not _SHARE.fullmatch(value) or int(value.split("/")[0]) > int(value.split("/")[1]):
            self.fault(column, "number", f"「{value}」应写作不大于 1 的分数，如 1/2、2/3")
        return value
