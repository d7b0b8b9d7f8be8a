"""A letter template: the file forms/<process>/<name>.letter as a value. Reads and judges; fills nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

import yaml

from jiecheng.documents import template
from jiecheng.model.errors import Finding, Invalid

# Kind of paper -> the form it is set in when its author says nothing else.
_LAYOUT_OF = {
    "函": "信函", "复函": "信函", "批复": "文件", "通知": "文件", "决定": "文件", "公告": "文件", "征求意见函": "信函",
    "意见书": "信函", "审核意见书": "信函", "委托书": "信函", "交接单": "表单",
}  # fmt: skip
KINDS = tuple(_LAYOUT_OF)
LAYOUTS = ("信函", "文件", "表单")
# What a row of a table with `each` may say of its item, beside the case's words.
ROW_WORDS = frozenset({"item", "index"})

_MAX_CHARACTERS = 64 * 1024
_MAX_BRACKETS = 200
_PATH = re.compile(r"^[A-Za-z]\w*(?:\.[A-Za-z]\w*)*$", re.ASCII)
_REQUIRED = ("kind", "issuer", "title", "body")


@dataclass(frozen=True, slots=True)
class Letter:
    """Every text is a template over the case's facts; a paragraph or list entry that comes out empty is left out.

    `layout`: 信函 (GB/T 9704-2012, 10.1: letterhead, no number on the first page), 文件 (red head and rule) or 表单 (title,
    number, table, a field for each who signs). `each`: the list whose items make the table's rows, "" where the rows
    are written out.
    """

    kind: str
    layout: str
    issuer: str  # whose name heads the page
    title: str
    addressee: str  # 主送机关, "" for a public notice
    body: tuple[str, ...]
    each: str
    signers: tuple[str, ...]  # of a 表单: who signs, in place of the issuer alone
    table: tuple[tuple[str, ...], ...]  # a small table below the body, headings first; () for none
    attachments: tuple[str, ...]
    note: str  # 附注, printed in round brackets: contact person and telephone
    copy_to: tuple[str, ...]
    signature: str
    date: str

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every template with the name of its place, as sentences call it."""
        for key, words in _WORDS.items():
            value = getattr(self, key)
            if key == "table":
                for row, cells in enumerate(value, 1):
                    yield from ((f"{words}第 {row} 行第 {number} 栏", text) for number, text in enumerate(cells, 1))
            elif isinstance(value, tuple):
                yield from ((f"{words}第 {number} 条", text) for number, text in enumerate(value, 1))
            else:
                yield words, value


_WORDS = {
    "issuer": "发文机关",
    "title": "标题",
    "addressee": "主送机关",
    "body": "正文",
    "table": "表格",
    "attachments": "附件说明",
    "note": "附注",
    "copy_to": "抄送机关",
    "signature": "署名机关",
    "date": "成文日期",
    "signers": "签收单位",
}
_LISTS = ("signers", "body", "attachments", "copy_to")


@lru_cache(maxsize=256)
def read_letter(text: str) -> Letter:
    """The letter of a template file. Raises `Invalid` with a finding per fault; a place is the key in the file."""
    content = _parse(text)
    findings = [*_unknown_keys(content), *_wrong_values(content)]
    if findings:
        raise _invalid(findings)
    letter = _letter(content)
    findings = list(_wrong_templates(letter))
    if findings:
        raise _invalid(findings)
    return letter


def letter_names(letter: Letter) -> frozenset[str]:
    """The first words of all facts the letter looks up."""
    found = frozenset().union(*(template.names(text) for _, text in letter.texts()))
    return (found | {letter.each.split(".")[0]}) - ROW_WORDS if letter.each else found


def _parse(text: str) -> Mapping[str, object]:
    if len(text) > _MAX_CHARACTERS:
        raise _unreadable(f"文书模板超过 {_MAX_CHARACTERS // 1024} KiB，请缩短")
    # The parser takes quadratic time for brackets in brackets; a letter has a handful.
    if text.count("[") + text.replace("{{", "").replace("{%", "").count("{") > _MAX_BRACKETS:
        raise _unreadable("文书模板里的括号太多，不像正确的 YAML")
    try:
        # The base loader makes text of every scalar: 2026-03-16 stays as written, and no tag can build an object.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "文件"
        raise _unreadable(f"{where}不是正确的 YAML；带 {{{{ }}}} 的文字请用双引号括起来") from error
    if not isinstance(content, dict):
        raise _unreadable("文书模板应当是“栏目: 内容”的对照表，请写上 kind、issuer、title、body")
    return content


def _unreadable(sentence: str) -> Invalid:
    return _invalid([Finding("letter_yaml", "", f"{sentence}。")])


def _invalid(findings: list[Finding]) -> Invalid:
    more = f"（共 {len(findings)} 处）" if len(findings) > 1 else ""
    return Invalid(f"文书模板需要修改{more}：{findings[0].message}", findings=findings)


def _unknown_keys(content: Mapping[str, object]) -> Iterator[Finding]:
    known = [one.name for one in fields(Letter) if one.name != "each"]
    for key in content:
        if key not in known:
            yield Finding("letter_key", key, f"没有 {key} 这个栏目，可用的有 {'、'.join(known)}。")
    for key in _REQUIRED:
        if not content.get(key):
            yield Finding("letter_key", key, f"缺少栏目 {key}，请补上。")


def _wrong_values(content: Mapping[str, object]) -> Iterator[Finding]:
    for key, allowed in (("kind", KINDS), ("layout", LAYOUTS)):
        if content.get(key) and content[key] not in allowed:
            yield Finding("letter_value", key, f"{key} 只能是 {'、'.join(allowed)}，现在是“{content[key]}”。")
    for key, value in content.items():
        if isinstance(value, str) and key != "table":
            continue
        if key == "table":
            yield from _wrong_table(value)
            continue
        if key not in _LISTS or not isinstance(value, list):
            yield Finding("letter_value", key, f"{key} 应当是一段文字；带 {{{{ }}}} 的文字请用双引号括起来。")
        elif not all(isinstance(each, str) for each in value):
            sentence = f"{key} 里每一条都应当是文字；带 {{{{ }}}} 或冒号的文字请用双引号括起来。"
            yield Finding("letter_value", key, sentence)


def _wrong_table(value: object) -> Iterator[Finding]:
    """Headings and rows of one width: a cell too few would put the words of one column under another."""
    columns, rows = (value.get("columns"), value.get("rows")) if isinstance(value, dict) else (None, None)
    lists = [columns, *rows] if isinstance(columns, list) and isinstance(rows, list) and columns and rows else []
    fits = all(isinstance(each, list) and len(each) == len(lists[0]) for each in lists)
    if not lists or not fits or not all(isinstance(cell, str) for each in lists for cell in each):
        sentence = (
            "table 应当写 columns（几个栏名）和 rows（每行与栏名一样多的文字）；带 {{ }} 的文字请用双引号括起来。"
        )
        yield Finding("letter_value", "table", sentence)
    elif isinstance(value, dict) and not _PATH.match(str(value.get("each", "items"))):
        yield Finding("letter_value", "table", "table 的 each 应当写一组内容的名称，例如 each: items。")


def _table(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, dict):
        return ()
    return tuple(tuple(str(cell).strip() for cell in row) for row in (value["columns"], *value["rows"]))


def _each(value: object) -> str:
    return str(value.get("each", "")) if isinstance(value, dict) else ""


def _letter(content: Mapping[str, object]) -> Letter:
    def text(key: str, default: str = "") -> str:
        return str(content.get(key) or default).strip()

    def several(key: str) -> tuple[str, ...]:
        value = content.get(key) or ()
        return tuple(each.strip() for each in ([value] if isinstance(value, str) else value))  # type: ignore[attr-defined]

    kind, issuer = text("kind"), text("issuer")
    return Letter(
        kind=kind,
        layout=text("layout", _LAYOUT_OF.get(kind, "文件")),
        issuer=issuer,
        title=text("title"),
        addressee=text("addressee"),
        body=several("body"),
        table=_table(content.get("table")),
        each=_each(content.get("table")),
        signers=several("signers"),
        attachments=several("attachments"),
        note=text("note"),
        copy_to=several("copy_to"),
        signature=text("signature", issuer),
        date=text("date", "{{ issued_on | date }}"),
    )


def _wrong_templates(letter: Letter) -> Iterator[Finding]:
    for place, text in letter.texts():
        try:
            template.compiled(text)
        except ValueError as error:
            yield Finding("letter_template", place, f"{place}：{error}。")
