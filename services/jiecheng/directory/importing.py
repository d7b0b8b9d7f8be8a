"""Tables as a `Directory`: every fault of every row is collected, none is guessed away, and all or nothing comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from jiecheng.directory.lookup import STREET_OFFICE_KINDS, STREET_PARTY_KINDS
from jiecheng.directory.tables import Rows
from jiecheng.model.actor import Role
from jiecheng.model.directory import (
    Directory,
    Identity,
    Level,
    MeetingBody,
    Organ,
    OrganKind,
    Person,
    Post,
    Relation,
)
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId, PostId

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
RELATION_KINDS = ("派出", "驻在", "业务指导", "党组织隶属", "考核", "编制")
AGENCY_CLASSES = ("垂管", "部门派驻", "街镇所属", "窗口进驻")
SEPARATED_ROLES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR})

_NOUNS = {
    "organs.csv": "机关",
    "posts.csv": "岗位",
    "persons.csv": "人员",
    "identities.csv": "任职身份",
    "bodies.csv": "议事机构",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_SHARE = re.compile(r"[1-9]\d?/[1-9]\d?")
_YES = {"是": True, "1": True, "true": True, "否": False, "0": False, "false": False}


def read_tables(tables: Mapping[str, Rows]) -> Directory:
    """The directory of organs.csv, posts.csv, persons.csv, identities.csv and, where given, relations.csv, bodies.csv.

    Invalid with one finding per fault: place "identities.csv:17:person", and a sentence that names file, row, column.
    """
    book = _Book()
    for name in ("organs.csv", "posts.csv", "persons.csv", "identities.csv"):
        if name not in tables:
            book.fault(name, 1, "", "missing", f"缺少 {name}。")
    rows = {name: list(book.rows(name, tables[name])) for name in COLUMNS if name in tables and name != "roles.csv"}
    book.ids = {name: frozenset(row.cells.get("id", "") for row in rows.get(name, ())) for name in _NOUNS}
    directory = _build(rows)
    _check_streets(rows.get("organs.csv", ()), directory)
    _check_circles(rows.get("organs.csv", ()), directory)
    _check_accounts(rows.get("persons.csv", ()))
    if book.findings:
        raise Invalid(f"组织机构表有 {len(book.findings)} 处错误，没有导入任何内容。", findings=book.findings)
    return directory


def read_roles(rows: Rows, directory: Directory) -> Mapping[str, frozenset[Role]]:
    """Roles per account from roles.csv; the three separated administrators never share an account."""
    book = _Book()
    accounts = {person.account for person in directory.persons.values() if person.account}
    held: dict[str, set[Role]] = {}
    for row in book.rows("roles.csv", rows):
        account, role = row.text("account"), row.choice("role", Role)
        if account and account not in accounts:
            row.fault("account", "unknown", f"没有账号为 {account} 的人员")
        mine = held.setdefault(account, set())
        if role in SEPARATED_ROLES and mine & SEPARATED_ROLES - {role}:
            row.fault("role", "separated", f"{role} 与同一账号的 {'、'.join(mine & SEPARATED_ROLES)} 不能兼任")
        mine.add(role)
    if book.findings:
        raise Invalid(f"角色表有 {len(book.findings)} 处错误，没有导入任何内容。", findings=book.findings)
    return {account: frozenset(roles) for account, roles in held.items()}


@dataclass(slots=True)
class _Book:
    """The tables while they are read: faults so far, and the codes each table defines."""

    findings: list[Finding] = field(default_factory=list)
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def fault(self, table: str, number: int, column: str, code: str, message: str) -> None:
        self.findings.append(Finding(code, f"{table}:{number}:{column}", message))

    def rows(self, table: str, rows: Rows) -> Iterator[_Row]:
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
            row = _Row(self, table, number, {name: cells.get(header, "") for name, header in given.items()}, given)
            row.check_code(seen)
            yield row


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: each reading method returns the value, or reports the fault and returns a harmless stand-in."""

    book: _Book
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
            self.fault(column, "unknown", f"没有编号为 {value} 的{_NOUNS[table]}")
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


def _build(rows: Mapping[str, list[_Row]]) -> Directory:
    organs = [_organ(row) for row in rows.get("organs.csv", ())]
    posts = [_post(row) for row in rows.get("posts.csv", ())]
    identities = [_identity(row) for row in rows.get("identities.csv", ())]
    bodies = [_body(row) for row in rows.get("bodies.csv", ())]
    persons = [_person(row) for row in rows.get("persons.csv", ())]
    return Directory(
        organs={organ.id: organ for organ in organs},
        relations=tuple(_relation(row) for row in rows.get("relations.csv", ())),
        posts={post.id: post for post in posts},
        persons={person.id: person for person in persons},
        identities={identity.id: identity for identity in identities},
        bodies={body.id: body for body in bodies},
    )


def _organ(row: _Row) -> Organ:
    first, last = row.days()
    parent = row.reference("parent", "organs.csv", row.optional("parent"))
    return Organ(
        id=OrganId(row.text("id")),
        name=row.text("name"),
        kind=row.choice("kind", OrganKind),
        level=row.choice("level", Level),
        parent=OrganId(parent) if parent else None,
        street=row.optional("street"),
        code_word=row.optional("code_word"),
        agency_class=row.word("agency_class", AGENCY_CLASSES, row.optional("agency_class")),
        valid_from=first,
        valid_to=last,
    )


def _relation(row: _Row) -> Relation:
    return Relation(
        row.word("kind", RELATION_KINDS, row.text("kind")),
        OrganId(row.reference("source", "organs.csv", row.text("source"))),
        OrganId(row.reference("target", "organs.csv", row.text("target"))),
        row.optional("weight"),
        *row.days(),
    )


def _post(row: _Row) -> Post:
    organ = OrganId(row.reference("organ", "organs.csv", row.text("organ")))
    return Post(PostId(row.text("id")), organ, row.text("name"), row.rank(), *row.days())


def _person(row: _Row) -> Person:
    return Person(PersonId(row.text("id")), row.text("name"), row.optional("account"))


def _identity(row: _Row) -> Identity:
    return Identity(
        IdentityId(row.text("id")),
        PersonId(row.reference("person", "persons.csv", row.text("person"))),
        PostId(row.reference("post", "posts.csv", row.text("post"))),
        row.yes("main", True),
        row.yes("acting", False),
        *row.days(),
    )


def _body(row: _Row) -> MeetingBody:
    members = [code for code in re.split(r"[\s;；、,，]+", row.text("members")) if code]
    return MeetingBody(
        BodyId(row.text("id")),
        OrganId(row.reference("organ", "organs.csv", row.text("organ"))),
        row.text("name"),
        PostId(row.reference("secretary", "posts.csv", row.text("secretary"))),
        tuple(PostId(row.reference("members", "posts.csv", code)) for code in members),
        row.share("quorum"),
        row.share("majority"),
        *row.days(),
    )


def _check_streets(rows: Iterable[_Row], directory: Directory) -> None:
    kinds: dict[str, set[OrganKind]] = {}
    for organ in directory.organs.values():
        kinds.setdefault(organ.street, set()).add(organ.kind)
    reported: set[str] = set()
    for row in rows:
        street = row.optional("street")
        if not street or street in reported:
            continue
        reported.add(street)
        wanted = (("党(工)委", STREET_PARTY_KINDS), ("办事处（镇政府）", STREET_OFFICE_KINDS))
        if missing := [word for word, needed in wanted if not kinds[street] & needed]:
            row.fault("street", "street", f"街镇代码 {street} 下没有{'、'.join(missing)}，请补上或改正代码")


def _check_circles(rows: Iterable[_Row], directory: Directory) -> None:
    for row in rows:
        seen: set[OrganId] = set()
        organ = directory.organs.get(OrganId(row.optional("id")))
        while organ and organ.parent and organ.id not in seen:
            seen.add(organ.id)
            organ = directory.organs.get(organ.parent)
        if organ and organ.id in seen and organ.id == row.optional("id"):
            row.fault("parent", "circle", "上级机关绕了一圈又回到自己")


def _check_accounts(rows: Iterable[_Row]) -> None:
    listed = list(rows)
    times = Counter(row.optional("account") for row in listed)
    for row in listed:
        account = row.optional("account")
        if account and times[account] > 1:
            row.fault("account", "duplicate", f"账号 {account} 用了 {times[account]} 次，一个账号只属于一个人")
