"""bpmn/registers.yaml: what the registers (台账、清单) are, and whether the processes that write them fit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import yaml

from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.errors import Finding
from jiecheng.model.register import Column, ColumnKind, Expected, Register, Tab

REGISTERS = "bpmn/registers.yaml"

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_KEYS = ("title", "public", "versioned", "note", "columns", "tabs", "subject", "deadline", "settled", "category")
_KEYS_OF_REGISTER = frozenset({*_KEYS, "expected", "in_force", "pending"})
_KEYS_OF_COLUMN = frozenset({"title", "kind", "public", "personal"})
_KEYS_OF_TAB = frozenset({"title", "statuses", "within_days"})
_KEYS_OF_EXPECTED = frozenset({"counts", "basis", "profiles"})
_ALL = {"all": Tab("全部")}
# What a published heading must not be about, whether or not its author has marked the column as personal.
_PERSONAL = re.compile(r"姓名|身份证|电话|手机|住址|家庭|出生|联系人|人员姓名|经办人|负责人|当事人")


def read_registers(text: str) -> tuple[dict[str, Register], list[Finding]]:
    """The registers of bpmn/registers.yaml by name, and what is wrong with the file."""
    try:
        content = yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError) as error:
        return {}, [_finding("registers_yaml", "", f"台账说明 {REGISTERS} 不是正确的 YAML：{error}")]
    return registers_of(content)


def registers_of(content: object) -> tuple[dict[str, Register], list[Finding]]:
    """The same from what was read before: name -> what is written under it."""
    if not isinstance(content, Mapping) or not all(isinstance(each, Mapping) for each in content.values()):
        return {}, [_finding("registers_yaml", "", f"台账说明 {REGISTERS} 应当是“台账标识: 各栏”的对照表")]
    findings = [finding for name, fields in content.items() for finding in _wrong(str(name), fields)]
    broken = {finding.place.rpartition(":")[2].split(".")[0] for finding in findings}
    found = {str(name): register_of(str(name), fields) for name, fields in content.items() if str(name) not in broken}
    return found, [*findings, *(finding for register in found.values() for finding in _wrong_references(register))]


def register_of(name: str, fields: Mapping[str, Any]) -> Register:
    """One register from a description that has been checked."""
    expected = fields.get("expected")
    return Register(
        name=name,
        title=str(fields["title"]),
        columns={str(key): _column(str(key), each) for key, each in fields["columns"].items()},
        tabs={str(key): _tab(each) for key, each in fields.get("tabs", {}).items()} or _ALL,
        public=bool(fields.get("public", False)),
        versioned=bool(fields.get("versioned", False)),
        note=str(fields.get("note", "")),
        subject=str(fields.get("subject", "")),
        deadline=str(fields.get("deadline", "")),
        settled=str(fields.get("settled", "")),
        category=str(fields.get("category", "")),
        expected=_expected(expected) if expected else None,
        in_force=tuple(str(one) for one in fields.get("in_force", ())),
        pending=tuple(str(one) for one in fields.get("pending", ())),
        content=dict(fields),
    )


def coverage_findings(registers: Mapping[str, Register], processes: Iterable[ProcessDefinition]) -> Iterator[Finding]:
    """A column that no process writes stays empty for ever. Warnings: the process may be on its way."""
    known = list(processes)
    written = _written(known)
    for register in registers.values():
        if register.name not in written:
            yield _finding("register_unwritten", register.name, f"{register.title}还没有流程登记", severity="warning")
            continue
        for column in register.columns.values():
            if column.key not in written[register.name]:
                sentence = f"{register.title}的“{column.title}”栏（{column.key}）没有流程填写，请补登记或删去"
                yield _finding("column_unwritten", f"{register.name}.{column.key}", sentence, severity="warning")
        yield from _unused_statuses(register, known)


def _unused_statuses(register: Register, processes: Iterable[ProcessDefinition]) -> Iterator[Finding]:
    """A status that counts as in force but is never written: the rows that should be published have another word."""
    entries = [
        entry
        for process in processes
        for node in process.nodes.values()
        for entry in node.register_entries
        if entry.register == register.name
    ]
    statuses = {entry.status for entry in entries}
    if any(status.startswith("=") for status in statuses):
        return  # computed: nobody can tell beforehand
    for kind, status in [
        *(("in_force", one) for one in register.in_force),
        *(("pending", one) for one in register.pending),
    ]:
        if status not in statuses:
            sentence = f"{register.title}的状态“{status}”（{kind}）没有流程登记，请与流程图里的状态写成一样"
            yield _finding("status_unwritten", register.name, sentence, severity="warning")


def _written(processes: Iterable[ProcessDefinition]) -> Mapping[str, Collection[str]]:
    found: dict[str, set[str]] = {}
    for process in processes:
        for node in process.nodes.values():
            for entry in node.register_entries:
                found.setdefault(entry.register, set()).update(entry.columns)
    return found


def _column(key: str, written: object) -> Column:
    if not isinstance(written, Mapping):
        return Column(key, str(written))
    personal = bool(written.get("personal", False))
    kind = ColumnKind(str(written.get("kind", "text")))
    public = bool(written.get("public", not personal))
    return Column(key, str(written.get("title", "")), kind, public=public, personal=personal)


def _tab(written: Mapping[str, Any]) -> Tab:
    days = written.get("within_days")
    statuses = tuple(str(one) for one in written.get("statuses", ()))
    return Tab(str(written["title"]), statuses, None if days is None else int(days))


def _expected(written: Mapping[str, Any]) -> Expected:
    counts = {str(key): int(count) for key, count in written["counts"].items()}
    return Expected(counts, str(written.get("basis", "")), tuple(str(one) for one in written.get("profiles", ())))


def _wrong(name: str, fields: Mapping[str, Any]) -> Iterator[Finding]:
    """What keeps a description from being read at all."""
    if not _NAME.match(name):
        yield _finding("register_name", name, f"台账标识“{name}”应当用小写英文单词加下划线，例如 staff_loan")
    yield from _strangers(name, fields, _KEYS_OF_REGISTER)
    if not fields.get("title"):
        yield _finding("register_title", name, f"台账 {name} 没有名称，请写上 title")
    columns = fields.get("columns")
    if not isinstance(columns, Mapping) or not columns:
        yield _finding("register_columns", name, f"台账 {name} 没有栏目，请写上 columns")
    else:
        yield from _wrong_columns(name, columns)
    for key, tab in _mapping(fields.get("tabs")).items():
        if not isinstance(tab, Mapping) or not tab.get("title") or not isinstance(tab.get("statuses", []), list):
            yield _finding(
                "register_tab", f"{name}.{key}", f"台账 {name} 的分类 {key} 应当写 title 和 statuses（几个状态）"
            )
        else:
            yield from _strangers(f"{name}.{key}", tab, _KEYS_OF_TAB)
    expected = fields.get("expected")
    if expected is not None:
        yield from _wrong_expected(name, expected)


def _wrong_columns(name: str, columns: Mapping[str, Any]) -> Iterator[Finding]:
    for key, written in columns.items():
        place = f"{name}.{key}"
        column = written if isinstance(written, Mapping) else {"title": written}
        if not _NAME.match(str(key)):
            yield _finding("column_name", place, f"台账 {name} 的栏名“{key}”应当用小写英文单词加下划线")
        if not column.get("title"):
            yield _finding("column_title", place, f"台账 {name} 的 {key} 栏没有标题")
        if str(column.get("kind", "text")) not in tuple(ColumnKind):
            kinds = "、".join(ColumnKind)
            yield _finding("column_kind", place, f"台账 {name} 的 {key} 栏的 kind 只能是 {kinds}")
        yield from _strangers(place, column, _KEYS_OF_COLUMN)


def _wrong_expected(name: str, expected: object) -> Iterator[Finding]:
    counts = expected.get("counts") if isinstance(expected, Mapping) else None
    if not isinstance(counts, Mapping) or not all(isinstance(count, int) for count in counts.values()):
        yield _finding(
            "register_expected", name, f"台账 {name} 的 expected 应当写 counts（类别: 项数）和 basis（出处）"
        )
    else:
        yield from _strangers(name, expected, _KEYS_OF_EXPECTED)  # type: ignore[arg-type]


def _wrong_references(register: Register) -> Iterator[Finding]:
    for word in ("subject", "deadline", "settled", "category"):
        key = getattr(register, word)
        if key and key not in register.columns:
            yield _finding("register_column", register.name, f"{register.title}的 {word} 写的 {key} 不是它的栏目")
    if register.deadline and register.columns.get(register.deadline, Column("", "")).kind is not ColumnKind.DATE:
        yield _finding("register_column", register.name, f"{register.title}的 deadline 应当是日期栏（kind: date）")
    if register.expected is not None and not register.category:
        yield _finding(
            "register_expected", register.name, f"{register.title}写了应有项数，请用 category 写明按哪一栏数"
        )
    if register.public and not register.versioned:
        yield _finding(
            "register_public", register.name, f"{register.title}要公开，公开的是公布的版本，请写 versioned: true"
        )
    if register.public:
        yield from _personal_in_public(register)


def _personal_in_public(register: Register) -> Iterator[Finding]:
    for column in register.published:
        if _PERSONAL.search(column.title) or column.key.startswith(("person", "applicant", "contact")):
            sentence = (
                f"{register.title}是公开的，“{column.title}”栏像是个人信息，请写 personal: true（不公开）或改标题"
            )
            yield _finding("register_personal", f"{register.name}.{column.key}", sentence)
    for column in register.columns.values():
        if column.personal and column.public:
            sentence = f"{register.title}的“{column.title}”栏写了个人信息又写公开，请去掉 public: true"
            yield _finding("register_personal", f"{register.name}.{column.key}", sentence)


def _strangers(place: str, written: Mapping[str, Any], known: Collection[str]) -> Iterator[Finding]:
    for key in written:
        if str(key) not in known:
            yield _finding("register_key", place, f"{place} 没有 {key} 这一项，可用的有 {'、'.join(sorted(known))}")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _finding(code: str, place: str, sentence: str, severity: str = "error") -> Finding:
    return Finding(code, f"{REGISTERS}:{place}".rstrip(":"), f"{sentence}。", severity)
