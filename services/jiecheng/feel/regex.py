"""Runs regular expressions in bounded time: no state is tried twice, and every step is counted.

Python's own matcher backtracks without end on hostile patterns and cannot be interrupted; hence this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_LIST, MAX_MATCH_STEPS, MAX_TEXT
from jiecheng.feel.regex_parse import PatternReader, Program

Slots = tuple[int, ...]  # start and end of the whole match and of each group; -1 where a group did not take part


class Budget:
    """Steps of one call. A quarter of them is paid by the expression's run, so that a loop cannot multiply them."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_MATCH_STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NoValue("正则表达式运算步数超过上限")

    @property
    def used(self) -> int:
        return MAX_MATCH_STEPS - self.left


@dataclass(frozen=True, slots=True)
class Pattern:
    program: Program
    is_literal: bool

    def search(self, text: str, start: int, budget: Budget) -> Slots | None:
        """The first match at or behind `start`, the leftmost one and by priority."""
        seen: set[object] = set()
        is_anchored = self.program.code[0][0] == "start"
        for at in range(start, 1 if is_anchored else len(text) + 1):
            found = self._match_at(text, at, seen, budget)
            if found:
                return found
        return None

    def _match_at(self, text: str, start: int, seen: set[object], budget: Budget) -> Slots | None:
        # Without back references a state that failed once fails from every start, so `seen` is kept between starts.
        code, exact = self.program.code, self.program.has_back_references
        stack: list[tuple[int, int, Slots]] = [(0, start, (start,) + (-1,) * (self.program.groups * 2 + 1))]
        while stack:
            pc, at, slots = stack.pop()
            while True:
                state: object = (pc, at, slots) if exact else (pc, at)
                if state in seen:
                    break
                seen.add(state)
                budget.spend()
                step = code[pc]
                name = step[0]
                if name == "char":
                    if at >= len(text) or not step[1](text[at]):  # type: ignore[operator]
                        break
                    pc, at = pc + 1, at + 1
                elif name == "split":
                    stack.append((step[2], at, slots))  # type: ignore[arg-type]
                    pc = step[1]  # type: ignore[assignment]
                elif name == "jump":
                    pc = step[1]  # type: ignore[assignment]
                elif name == "save":
                    slots = _saved(slots, step[1], at)  # type: ignore[arg-type]
                    pc += 1
                elif name == "match":
                    return _saved(slots, 1, at)
                else:
                    length = _standing(step, text, at, slots)
                    if length < 0:
                        break
                    pc, at = pc + 1, at + length
        return None

    def matches(self, text: str, budget: Budget) -> Iterator[Slots]:
        """All matches one after another. A pattern that matches nothing-at-all is refused, as XPath does."""
        if self.search("", 0, budget):
            raise NoValue("正则表达式不能匹配空文字")
        at = 0
        while at <= len(text):
            found = self.search(text, at, budget)
            if found is None:
                return
            yield found
            at = found[1] if found[1] > found[0] else found[1] + 1

    def replace(self, text: str, replacement: str, budget: Budget) -> str:
        pieces, at, length = [], 0, 0
        for slots in self.matches(text, budget):
            pieces += [text[at : slots[0]], self._expanded(replacement, text, slots)]
            at = slots[1]
            length += len(pieces[-1]) + len(pieces[-2])
            if length > MAX_TEXT:
                raise NoValue(f"文字超过 {MAX_TEXT} 个字符")
        return "".join([*pieces, text[at:]])

    def split(self, text: str, budget: Budget) -> Iterator[str]:
        at = 0
        for count, slots in enumerate(self.matches(text, budget)):
            if count >= MAX_LIST:
                raise NoValue(f"清单超过 {MAX_LIST} 项")
            yield text[at : slots[0]]
            at = slots[1]
        yield text[at:]

    def _expanded(self, replacement: str, text: str, slots: Slots) -> str:
        if self.is_literal:
            return replacement
        result, at = [], 0
        while at < len(replacement):
            char, following = replacement[at], replacement[at + 1 : at + 2]
            if char == "$":
                group, length = self._group_number(replacement, at + 1)
                if group <= self.program.groups and slots[group * 2 + 1] >= 0:
                    result.append(text[slots[group * 2] : slots[group * 2 + 1]])
                at += 1 + length
                continue
            if char == "\\":
                if following not in ("\\", "$"):
                    raise NoValue("替换文字中的“\\”后面应为“\\”或“$”")
                char, at = following, at + 1
            result.append(char)
            at += 1
        return "".join(result)

    def _group_number(self, replacement: str, start: int) -> tuple[int, int]:
        """The group a `$12` means and its digits: as many digits as still name an existing group, at least one."""
        length = 0
        while replacement[start + length : start + length + 1].isdecimal() and length < 4:
            length += 1
        if not length:
            raise NoValue("替换文字中的“$”后面应为数字；要写“$”本身请写“\\$”")
        while length > 1 and int(replacement[start : start + length]) > self.program.groups:
            length -= 1
        return int(replacement[start : start + length]), length


def _saved(slots: Slots, slot: int, at: int) -> Slots:
    return (*slots[:slot], at, *slots[slot + 1 :])


def _standing(step: tuple[object, ...], text: str, at: int, slots: Slots) -> int:
    """How many characters an anchor or a back reference takes here, -1 when it does not hold."""
    name = step[0]
    if name == "back":
        group = int(str(step[1]))
        before = text[slots[group * 2] : slots[group * 2 + 1]] if slots[group * 2 + 1] >= 0 else ""
        here = text[at : at + len(before)]
        same = here.casefold() == before.casefold() if step[2] else here == before
        return len(before) if same else -1
    holds = {
        "start": at == 0,
        "end": at == len(text),
        "line_start": at == 0 or (text[at - 1] == "\n" and at < len(text)),
        "line_end": at == len(text) or text[at] == "\n",
    }[str(name)]
    return 0 if holds else -1


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    return Pattern(PatternReader(pattern, flags).read(), "q" in flags)
