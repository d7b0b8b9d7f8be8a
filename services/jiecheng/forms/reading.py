"""Reads a form-js schema (version 19) into a `Form`, or says everything that is wrong with it at once.

Never guesses: an unknown component, a doubled key, a broken expression or a missing label is a finding, because
what the studio draws and what the server checks must be the same form.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from jiecheng.forms.components import Component, Computed, Field, Form, Group, Table, Text, walk
from jiecheng.forms.expression import words_of
from jiecheng.forms.source import Source
from jiecheng.forms.transcribe import transcribe
from jiecheng.model.errors import Finding, Invalid

SCHEMA_VERSION = 19
_MAX_CHARACTERS = 512 * 1024
_MAX_COMPONENTS = 500
_MAX_DIGITS = 400
_HALF_CHARACTER = re.compile(
    "[\ud800-\udfff]"
)  # one of a surrogate pair: JSON can write it, no page can be sent with it


@lru_cache(maxsize=512)
def read_form(text: str) -> Form:
    """The form of a schema text. Raises `Invalid` with findings; a place is a field key, an id or "row:column"."""
    schema = _parse(text)
    findings: list[Finding] = []
    _check_version(schema, findings)
    components = _read_components(schema, findings)
    form = _form(str(schema.get("id") or ""), components)
    findings.extend(_doubled(components))
    if findings:
        raise Invalid(f"表单有 {len(findings)} 处错误，不能使用。", findings=findings)
    return form


def _parse(text: str) -> dict[str, object]:
    if len(text) > _MAX_CHARACTERS:
        raise _unreadable("size", "1:1", f"表单文件超过 {_MAX_CHARACTERS // 1024} KiB，请拆成几张表单")
    try:
        schema = json.loads(text, parse_int=_whole, parse_float=_decimal, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        words = f"第 {error.lineno} 行第 {error.colno} 列不是正确的 JSON，请检查这里的逗号、引号和括号"
        raise _unreadable("json", place, words) from None
    except RecursionError:
        raise _unreadable("json", "1:1", "表单嵌套太深，请减少层级") from None
    if not isinstance(schema, dict):
        raise _unreadable("json", "1:1", "表单文件的最外层应是一个 JSON 对象 { … }")
    for one in _texts(schema):
        if _HALF_CHARACTER.search(one):
            raise _unreadable(
                "json", "1:1", f"「{_shown(one)}」里有不完整的字符（单独的 \\uD800 至 \\uDFFF），请删除或重新输入"
            )
    return schema


def _texts(schema: object) -> Iterator[str]:
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def _shown(text: str) -> str:
    whole = _HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
    return whole if len(whole) <= 40 else f"{whole[:40]}…"


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _too_long(digits)
    return int(digits)


def _decimal(digits: str) -> Decimal:
    # A short text can name a number that is endless when written out: 1e999999999.
    exponent = digits.lower().partition("e")[2]
    if len(digits) > _MAX_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > _MAX_DIGITS:
        raise _too_long(digits)
    return Decimal(digits)


def _too_long(digits: str) -> Invalid:
    return _unreadable("json", "1:1", f"数字 {digits[:20]}… 太长，最多 {_MAX_DIGITS} 位，请改正")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # json keeps the last of two equal names without a word; which one the author meant nobody knows.
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise _unreadable("json", _shown(name), f"同一个 JSON 对象里写了 {times} 次「{_shown(name)}」，请只留一个")
    return dict(pairs)


def _unreadable(code: str, place: str, words: str) -> Invalid:
    return Invalid(f"表单文件无法读取：{words}。", findings=[Finding(code, place, f"{words}。")])


def _check_version(schema: dict[str, object], findings: list[Finding]) -> None:
    version = schema.get("schemaVersion")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= SCHEMA_VERSION:
        findings.append(
            Finding(
                "version", "schemaVersion", f"schemaVersion 应为不超过 {SCHEMA_VERSION} 的整数，现为「{version}」。"
            )
        )


def _read_components(schema: dict[str, object], findings: list[Finding]) -> tuple[Component, ...]:
    raw = schema.get("components")
    if not isinstance(raw, list):
        findings.append(Finding("components", "components", "表单缺少 components 列表，请在设计器中重新保存。"))
        return ()
    components = transcribe(Source(raw, findings))
    if sum(1 for _ in walk(components)) > _MAX_COMPONENTS:
        findings.append(Finding("size", "components", f"表单超过 {_MAX_COMPONENTS} 个组件，请拆成几张表单。"))
    return components


def _form(name: str, components: tuple[Component, ...]) -> Form:
    inputs = {path: item for path, item in walk(components) if isinstance(item, Field)}
    watched = frozenset(word for _, item in walk(components) for word in _words(item))
    return Form(name, components, inputs, watched)


def _words(item: Component) -> frozenset[str]:
    words = words_of(item.hide)
    match item:
        case Field(rules=rules, choices=choices):
            limits = (rules.minimum, rules.maximum, rules.min_length, rules.max_length)
            words |= words_of(*limits, *item.read_only, choices.expression, choices.scope, item.label, item.description)
            words |= {choices.variable} - {""}
        case Computed(expression=expression) | Table(source=expression):
            words |= words_of(expression)
        case Text(blocks=blocks):
            words |= words_of(*(line for _, lines in blocks for line in lines))
        case _:
            pass
    return words


def _doubled(components: tuple[Component, ...]) -> Sequence[Finding]:
    # Two groups may speak of one context ("address"), so a group's path counts once.
    places = [path for path, item in walk(components) if path and not isinstance(item, Group)]
    places.extend({path for path, item in walk(components) if path and isinstance(item, Group)})
    return [
        Finding("key", path, f"键「{path}」用了 {times} 次。每个字段的键必须不同，请改名。")
        for path, times in Counter(places).items()
        if times > 1
    ]
