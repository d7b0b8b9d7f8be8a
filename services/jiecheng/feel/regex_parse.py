"""Reads XPath regular expressions into a small program. Repetitions are written out, so the program's length bounds the cost."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_PATTERN, MAX_PROGRAM

Test = Callable[[str], bool]
# (operation, …): ("char", test) ("split", first, second) ("jump", to) ("save", slot) ("start",) ("end",) ("back", group) ("match",)
# While a program is built, jumps are relative; the last step makes them absolute.
Code = list[tuple[object, ...]]
MAX_GROUP_DEPTH = 30
SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
LITERAL_ESCAPES = frozenset("\\|.?*+(){}-[]^$/ \"'#&,:;<=>@_~!%`")
QUANTIFIERS = frozenset("*+?{")


@dataclass(frozen=True, slots=True)
class Program:
    code: tuple[tuple[object, ...], ...]
    groups: int
    has_back_references: bool


def _is_space(char: str) -> bool:
    return char in " \t\n\r"


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _is_name_start(char: str) -> bool:
    return char.isalpha() or char in "_:"


def _is_name_part(char: str) -> bool:
    return char.isalnum() or char in "_:-.·"


CLASSES: dict[str, Test] = {
    "d": lambda char: unicodedata.category(char) == "Nd",
    "w": _is_word,
    "s": _is_space,
    "i": _is_name_start,
    "c": _is_name_part,
}


def _opposite(test: Test) -> Test:
    return lambda char: not test(char)


def _either(tests: list[Test]) -> Test:
    return lambda char: any(test(char) for test in tests)


class PatternReader:
    classes: Mapping[str, Test] = CLASSES

    def __init__(self, pattern: str, flags: str) -> None:
        if len(pattern) > MAX_PATTERN:
            raise NoValue(f"正则表达式超过 {MAX_PATTERN} 个字符")
        if set(flags) - set("smixq"):
            raise NoValue(f"正则表达式没有标志“{flags}”")
        self.flags = flags
        self.pattern = self._without_blanks(pattern) if "x" in flags and "q" not in flags else pattern
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.back_references = False

    @staticmethod
    def _without_blanks(pattern: str) -> str:
        kept, inside = [], 0
        for at, char in enumerate(pattern):
            escaped = at > 0 and pattern[at - 1] == "\\"
            if not escaped:
                inside += (char == "[") - (char == "]" and inside > 0)
            if inside or not _is_space(char):
                kept.append(char)
        return "".join(kept)

    def read(self) -> Program:
        if "q" in self.flags:
            code: Code = [("char", self._char(char)) for char in self.pattern]
        else:
            code = self._alternatives(0)
            if self.at < len(self.pattern):
                raise self._wrong()
        if len(code) > MAX_PROGRAM:
            raise NoValue("正则表达式过于复杂")
        return Program(tuple(_absolute([*code, ("match",)])), self.groups, self.back_references)

    def _wrong(self) -> NoValue:
        return NoValue(f"正则表达式“{self.pattern[:40]}”在第 {self.at + 1} 个字符处不对")

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _alternatives(self, depth: int) -> Code:
        if depth > MAX_GROUP_DEPTH:
            raise NoValue("正则表达式嵌套过深")
        code = self._sequence(depth)
        while self._take("|"):
            other = self._sequence(depth)
            code = [("split", 1, len(code) + 2), *code, ("jump", len(other) + 1), *other]
        return code

    def _sequence(self, depth: int) -> Code:
        code: Code = []
        while self._peek() and self._peek() not in "|)":
            piece = self._repeated(self._atom(depth))
            if len(code) + len(piece) > MAX_PROGRAM:
                raise NoValue("正则表达式过于复杂")
            code += piece
        return code

    def _repeated(self, piece: Code) -> Code:
        least, most = self._bounds()
        if (least, most) == (1, 1):
            return piece
        greedy = not self._take("?")
        if self._peek() in QUANTIFIERS and self._peek():
            raise self._wrong()
        if (least + (most or 0) + 1) * (len(piece) + 2) > MAX_PROGRAM:
            raise NoValue("正则表达式过于复杂")
        code = piece * least
        if most is None:
            return [*code, _split(len(piece) + 2, greedy), *piece, ("jump", -len(piece) - 1)]
        for left in range(most - least, 0, -1):
            # Leaving any optional copy skips all that follow it.
            code += [_split(left * (len(piece) + 1), greedy), *piece]
        return code

    def _bounds(self) -> tuple[int, int | None]:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if not self._take("{"):
            return 1, 1
        inside, found, _ = self.pattern[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        if not found or not low.isdecimal() or (high and not high.isdecimal()) or len(inside) > 9:
            raise self._wrong()
        self.at += len(inside) + 1
        most = int(high) if high else None if comma else int(low)
        if most is not None and most < int(low):
            raise self._wrong()
        return int(low), most

    def _atom(self, depth: int) -> Code:
        char = self._peek()
        self.at += 1
        if char == "(":
            return self._group(depth)
        if char == "[":
            return [("char", self._set(0))]
        if char == ".":
            return [("char", (lambda c: True) if "s" in self.flags else (lambda c: c not in "\n\r"))]
        if char in "^$":
            kind = "start" if char == "^" else "end"
            return [(f"line_{kind}" if "m" in self.flags else kind,)]
        if char == "\\":
            return self._escape()
        if char in "*+?{}]":
            self.at -= 1
            raise self._wrong()
        return [("char", self._char(char))]

    def _group(self, depth: int) -> Code:
        if self._take("?:"):
            code = self._alternatives(depth + 1)
        else:
            self.groups += 1
            number = self.groups
            code = [("save", number * 2), *self._alternatives(depth + 1), ("save", number * 2 + 1)]
            self.closed.add(number)
        if not self._take(")"):
            raise self._wrong()
        return code

    def _escape(self) -> Code:
        digit = self._peek()
        if digit.isdecimal() and digit != "0":
            self.at += 1
            if int(digit) not in self.closed:
                raise self._wrong()
            self.back_references = True
            return [("back", int(digit), "i" in self.flags)]
        return [("char", self._escaped())]

    def _escaped(self) -> Test:
        char = self._peek()
        self.at += 1
        if char in "pP" and char:
            return self._category(negative=char == "P")
        if char.lower() in self.classes and char:
            test = self.classes[char.lower()]
            return test if char.islower() else _opposite(test)
        literal = SINGLE.get(char, char if char in LITERAL_ESCAPES else "")
        if not literal:
            self.at -= 1
            raise self._wrong()
        return self._char(literal)

    def _category(self, negative: bool) -> Test:
        name = self.pattern[self.at :].partition("}")[0]
        if not self._take("{") or len(name) not in (2, 3) or name[1] not in "LMNPZSC":
            raise self._wrong()
        self.at += len(name)
        category = name[1:]
        return lambda char: unicodedata.category(char).startswith(category) is not negative

    def _set(self, depth: int) -> Test:
        if depth > MAX_GROUP_DEPTH:
            raise NoValue("正则表达式嵌套过深")
        negative = self._take("^")
        tests: list[Test] = []
        minus: Test | None = None
        while self._peek() != "]":
            if not self._peek():
                raise self._wrong()
            if tests and self._take("-["):
                minus = self._set(depth + 1)
                break
            tests.append(self._set_member())
        if not self._take("]") or not tests:
            raise self._wrong()
        found = _opposite(_either(tests)) if negative else _either(tests)
        return found if minus is None else (lambda char, minus=minus: found(char) and not minus(char))  # type: ignore[misc]

    def _set_member(self) -> Test:
        if self._take("\\"):
            return self._escaped_member()
        low = self._peek()
        self.at += 1
        return self._span(low)

    def _escaped_member(self) -> Test:
        char = self._peek()
        if char in LITERAL_ESCAPES or char in SINGLE:
            self.at += 1
            return self._span(SINGLE.get(char, char))
        return self._escaped()

    def _span(self, low: str) -> Test:
        following = self.pattern[self.at : self.at + 2]
        if len(following) < 2 or following[0] != "-" or following[1] in "][":
            return self._char(low)
        self.at += 1
        high = self._peek()
        self.at += 1
        if high == "\\":
            high = SINGLE.get(self._peek(), self._peek())
            self.at += 1
        if high < low:
            raise self._wrong()
        return self._folded(lambda char: low <= char <= high)

    def _char(self, literal: str) -> Test:
        return self._folded(lambda char: char == literal)

    def _folded(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda char: any(test(form) for form in _case_forms(char))


def _case_forms(char: str) -> tuple[str, ...]:
    """All single characters that differ from this one in case only, as far as they can be reached in two steps."""
    low, high = char.lower(), char.upper()
    return (char, *(form for form in (low, high, low.upper(), high.lower()) if len(form) == 1))


def _split(skip: int, greedy: bool) -> tuple[object, ...]:
    return ("split", 1, skip) if greedy else ("split", skip, 1)


def _absolute(code: Code) -> Code:
    result: Code = []
    for at, step in enumerate(code):
        if step[0] in ("split", "jump"):
            result.append((step[0], *(at + offset for offset in step[1:] if isinstance(offset, int))))
        else:
            result.append(step)
    return result
