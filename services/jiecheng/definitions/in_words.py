"""An expression as an official would say it: names by what the forms, tables and steps call them, signs as words.

Says nothing ("") rather than something half understood: then the expression stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from jiecheng.feel.errors import FeelError
from jiecheng.feel.lexer import Token, tokenize

# What people and organs are made of, wherever one of them is meant.
PARTS: Mapping[str, str] = {
    "id": "",
    "name": "名称",
    "person": "本人",
    "organ": "单位",
    "organ_name": "单位名称",
    "organ_kind": "单位类别",
    "organ_level": "单位层级",
    "street": "所在街镇",
    "street_name": "街镇名称",
    "party_organ": "党(工)委",
    "party_organ_name": "党(工)委名称",
    "office": "办公室",
    "office_name": "办公室名称",
    "parent_organ": "上级单位",
    "parent_organ_name": "上级单位名称",
    "post": "岗位",
    "kind": "类别",
    "level": "层级",
    "issued_on": "日期",
    "number": "文号",
}
_COMPARED = {"=": "是", "!=": "不是", ">": "大于", "<": "小于", ">=": "不小于", "<=": "不大于"}
_DAYS = {**_COMPARED, ">": "晚于", "<": "早于", ">=": "不早于", "<=": "不晚于"}
_PLAIN = {"null": "空", "true": "是", "false": "否"}
_NOTHING, _COUNT, _TODAY = "空", "的条数", "今天"
_CLOCK = re.compile(r"“T(\d\d):(\d\d)")
_SPAN = re.compile(r"“P(\d+)([DM])”")
_COUNTED = {"+": "加", "-": "减"}
_JOINING = frozenset({"and", "or", "if", *_COUNTED})
_SPANS = {"“D”": "天", "“M”": "个月"}


@dataclass(frozen=True, slots=True)
class Name:
    """`said`: how people call it; `values`: what its codes mean, e.g. an outcome's buttons."""

    said: str
    values: Mapping[str, str] = field(default_factory=dict)


Names = Mapping[str, Name]
Part = TypeVar("Part")


class _Unsaid(Exception):
    """Something in it has no words here."""


def in_words(expression: str, names: Names) -> str:
    """A leading "=" is dropped."""
    try:
        reader = _Reader(tokenize(expression.strip().removeprefix("=")), names)
        said = reader.choice()
        return said if reader.at.kind == "end" else ""
    except (_Unsaid, FeelError, RecursionError):
        return ""


class _Reader:
    def __init__(self, tokens: Sequence[Token], names: Names) -> None:
        self.tokens, self.names, self.place = tokens, names, 0

    @property
    def at(self) -> Token:
        # Half an expression ends where its next word would be.
        return self.tokens[min(self.place, len(self.tokens) - 1)]

    def took(self, *marks: str) -> str:
        mark = self.at.mark
        if not mark or mark not in marks:
            return ""
        self.place += 1
        return mark

    def want(self, mark: str) -> None:
        if not self.took(mark):
            raise _Unsaid

    def choice(self) -> str:
        if self.took("if"):
            test = self.choice()
            self.want("then")
            then = self.choice()
            self.want("else")
            return f"如果{test}，就是{then}；否则是{self.choice()}"
        if self.took("for"):
            return self._each()
        ways = self._joined("or", lambda: self._joined("and", self._comparison))
        if len(ways) == 1:
            return "，并且".join(ways[0])
        # What belongs together in FEEL must not be read apart.
        return "，或者".join(f"（{'，并且'.join(one)}）" if len(one) > 1 else one[0] for one in ways)

    def _each(self) -> str:
        """`for x in list return x.part`: the part of each of the list."""
        item = self.at.mark
        self.place += 1
        self.want("in")
        whole = self._sum()
        self.want("return")
        inner = _Reader(self.tokens, {**self.names, item: Name(f"各{whole}")})
        inner.place = self.place
        said = inner.choice()
        self.place = inner.place
        return said

    def _joined(self, mark: str, part: Callable[[], Part]) -> list[Part]:
        parts = [part()]
        while self.took(mark):
            parts.append(part())
        return parts

    def _comparison(self) -> str:
        values = self.names[self.at.mark].values if self.at.mark in self.names else {}
        counted, day = self.at.mark == "count", self.at.mark == "date"
        left = self._sum()
        sign = self.took(*_COMPARED)
        if not sign:
            return left
        begin, code = self.place, str(self.at.value) if self.at.kind == "string" else ""
        right = self._sum()
        told = values.get(code) if self.place == begin + 1 else None
        if counted and left.endswith(_COUNT) and right == "0" and sign in ("=", ">"):
            return f"{left.removesuffix(_COUNT)}{'一条也没有' if sign == '=' else '至少有一条'}"
        if right == _NOTHING and sign in ("=", "!="):
            return f"{left}{'没有填' if sign == '=' else '填了'}"
        if right in (_PLAIN["true"], _PLAIN["false"]):
            return f"{left}：{right}" if sign == "=" else f"{left}{_COMPARED[sign]}“{right}”"
        words = _DAYS if day or right == _TODAY else _COMPARED
        return f"{left}{words[sign]}{f'“{told}”' if told else right}"

    def _sum(self) -> str:
        text = self.at.kind == "string"
        parts = [self._atom()]
        signs: list[str] = []
        while sign := self.took("+", "-"):
            signs.append(sign)
            text = text or self.at.kind == "string"
            parts.append(self._atom())
        if not signs or not text:
            return "".join(
                one for pair in zip(["", *map(_COUNTED.__getitem__, signs)], parts, strict=True) for one in pair
            )
        if len(parts) == 3 and parts[0] == "“P”" and parts[2] in _SPANS:
            return f"{parts[1]}（{_SPANS[parts[2]]}）"
        if len(parts) == 2 and (time := _CLOCK.match(parts[1])):
            return f"{parts[0]}的{int(time[1])}点{f'{time[2]}分' if time[2] != '00' else ''}"
        # A text with blanks, as it stands on paper.
        return f"“{''.join(one[1:-1] if one[0] == '“' else f'〔{one}〕' for one in parts)}”"

    def _atom(self) -> str:
        token = self.at
        if token.kind in ("string", "number"):
            self.place += 1
            value = token.value
            return (
                f"“{value}”" if isinstance(value, str) and value else str(value) if isinstance(value, Decimal) else "空"
            )
        if mark := self.took(*_PLAIN):
            return _PLAIN[mark]
        if self.took("("):
            return self._bracketed()
        if self.took("["):
            said = [self.choice()]
            while self.took(","):
                said.append(self.choice())
            self.want("]")
            return "、".join(said)
        return self._called()

    def _bracketed(self) -> str:
        """With its brackets where more than one thing stands in them: they say what belongs together."""
        begin = self.place
        said = self.choice()
        several = any(one.mark in _JOINING for one in self.tokens[begin : self.place])
        self.want(")")
        return f"（{said}）" if several and not said.startswith("“") else said

    def _called(self) -> str:
        """A name with its parts, or one of the few functions that have words."""
        words: list[str] = []
        while self.at.kind in ("name", "quoted"):
            words.append(str(self.at.value))
            self.place += 1
        name = " ".join(words)
        if self.took("("):
            return self._function(name)
        path = [name]
        while self.took("."):
            path.append(str(self.at.value))
            self.place += 1
        return self._named(path)

    def _named(self, path: Sequence[str]) -> str:
        for end in range(len(path), 0, -1):
            known = self.names.get(".".join(path[:end]))
            if known is not None:
                rest = [PARTS.get(part) for part in path[end:]]
                if None in rest:
                    raise _Unsaid
                return "的".join([known.said, *(part for part in rest if part)])
        raise _Unsaid

    def _function(self, name: str) -> str:
        say = _FUNCTIONS.get(name)
        if say is None:
            raise _Unsaid
        said = [self.choice()]
        while self.took(","):
            said.append(self.choice())
        self.want(")")
        return say(said)


_FUNCTIONS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "count": lambda said: f"{said[0]}{_COUNT}",
    "string length": lambda said: f"{said[0]}的字数",
    "date": lambda said: said[0],
    "string": lambda said: said[0],
    "duration": lambda said: _SPAN.sub(lambda span: f"{span[1]}{'天' if span[2] == 'D' else '个月'}", said[0]),
    "not": lambda said: f"不是（{said[0]}）",
    "concatenate": "、".join,
    "append": "、".join,
}
