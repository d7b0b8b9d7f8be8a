"""Why a sentence of a scenario did not hold, for the person who wrote it: what was said, what was found, what to do.

Python's own words never reach the page: what cannot be said in Chinese goes into `technical`, for a programmer.
"""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from types import NoneType
from typing import Any

from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import JiechengError

_MOST_WORDS, _MOST_FRAMES = 400, 6
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LITERAL = re.compile(r"set\(\)|\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)|\bNone\b")
# What pytest adds to a comparison, and what only a programmer reads.
_PYTEST = ("assert ", "+", "-", "where ", "?", "At index", "Use -v", "Left contains", "Right contains", "Extra items")
_QUOTED = re.compile(r"^(['\"]).*\1$")  # an item of a set that pytest lists
_PYTHON = re.compile(r"Error\b|Exception|Traceback|object at 0x|\bNone\b|[\[{(]['\"]|Decimal\(|datetime\.|<\w+\.\w+")


class Cause(StrEnum):
    """What kind of thing is wrong; each has its advice."""

    OUTCOME = "outcome"  # the step has no such button
    FIELD = "field"  # the page has no such field
    STEP = "step"  # the case is somewhere else
    REFUSED = "refused"  # the platform said no to the sentence before
    SENTENCE = "sentence"  # nobody knows such a sentence
    RULE = "rule"  # a table, or somebody, sent the case back before
    VALUE = "value"  # said one thing, found another
    BROKEN = "broken"  # the machinery stumbled


ADVICE: Mapping[Cause, str] = {
    Cause.OUTCOME: "按钮是有意改名的，就把场景这一句里的旧名字改成新名字；不是有意的，在流程图里选中这个环节，把「办理结果」改回来。",
    Cause.FIELD: "这一栏是有意改名或删去的，就改场景里的这一行；不是有意的，在表单里把这一栏加回来，名称要和场景写的一样。",
    Cause.STEP: "办件没有走到这个环节。请看它现在停在哪里：流程是有意改的，就改场景；不是有意的，检查停下的环节后面的连线条件和判定表。",
    Cause.REFUSED: "场景的前一句没有办成，理由写在上面。请按理由改场景里填的内容；理由本身不对的，检查判定表和表单的校验。",
    Cause.RULE: "规则是有意改的，就照新规则改场景里填的内容，下面写着是哪一行、现在写的是什么；不是有意的，检查最近改过的判定表。",
    Cause.SENTENCE: "场景只能用句式表里的句子。请照句式表改写这一句，或检查有没有错字、少了引号。",
    Cause.VALUE: "正是要改成这样的（例如改了期限、名额），就把场景里的旧数改成新的；不是有意的，检查最近改过的判定表、表单和流程图。",
    Cause.BROKEN: "多半是场景用到的环节、栏目或变量已经不在了。请先对照上面的差别检查；看不出来的，把技术细节发给程序员。",
}


class Unmet(AssertionError):
    """A sentence that does not hold, and of what kind that is."""

    def __init__(self, said: str, cause: Cause, expected: str = "", found: str = "") -> None:
        super().__init__(said)
        self.cause, self.expected, self.found = cause, expected, found


@dataclass(frozen=True, slots=True)
class Failure:
    """`step`: the sentence; `said`: what is wrong with it; `expected`, `found`: "" where there are no two sides.

    `stands`: the steps where the case is instead, `why`: what sent it there. `line`, `words`: where the scenario is mended, and
    what is written there now: the sentence itself, or the one that handed in what was sent back.
    """

    step: str
    said: str
    cause: Cause
    expected: str = ""
    found: str = ""
    technical: str = ""
    stands: str = ""
    why: str = ""
    line: int = 0
    words: str = ""

    @property
    def message(self) -> str:
        return f"「{self.step}」：{self.said}" if self.step else self.said


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides of a comparison that did not come out as the sentence says."""

    expected: str
    found: str


def failure_of(step: str, error: BaseException, compared: Compared | None = None) -> Failure:
    """`compared`: what the last comparison in this sentence was about."""
    technical = "" if isinstance(error, Unmet | JiechengError) else technical_words(error)
    if isinstance(error, Unmet):
        return Failure(step, in_plain_words(str(error)), error.cause, error.expected, error.found)
    if isinstance(error, JiechengError):
        return Failure(step, f"平台没有受理：{error.message}", Cause.REFUSED)
    if not isinstance(error, AssertionError):
        return Failure(step, "运行这一句的时候出了差错。", Cause.BROKEN, technical=technical)
    said = "；".join(_for_people(str(error))[:2])
    plain = in_plain_words(said)
    found = compared or Compared("", plain if _is_value(said) else "")
    if not plain or _is_value(said) or _PYTHON.search(plain):
        plain = "和实际不一样。" if compared is not None else "没有成立。"
    return Failure(step, plain, Cause.VALUE, found.expected, found.found, technical)


def _is_value(said: str) -> bool:
    """Whether it is no sentence but only what was found: "[]" is no heading."""
    try:
        ast.literal_eval(said)
    except (ValueError, SyntaxError):
        return said == "set()"
    return True


def require_among(words: str, found: Iterable[str], where: str) -> None:
    """One of several texts says so. `where`: what they are, for the person who reads that none does."""
    told = list(found)
    if not any(words in one for one in told):
        raise Unmet(f"{where}里没有“{words}”。", Cause.VALUE, f"有“{words}”", "；".join(told) or "什么也没有")


def unknown_sentence(step: str) -> Failure:
    return Failure(step, "没有这种句式，请照场景句式表改写。", Cause.SENTENCE)


def compared_of(op: str, left: object, right: object) -> Compared | None:
    """What a failed comparison says: in `features` what was found stands left and what was said right; of `in` the other
    way round."""
    if op in ("in", "not in"):
        return Compared(f"{'有' if op == 'in' else '没有'}{plain(left)}", plain(right))
    if op in ("==", "is"):
        pairs = _differing(left, right)
        return Compared("，".join(plain(one) for _, one in pairs), "，".join(plain(one) for one, _ in pairs))
    if op in ("is not", "!="):
        return Compared("有" if right is None else f"不是{plain(right)}", plain(left))
    return Compared(f"{plain(left)} {op} {plain(right)}", "不成立")


def _differing(left: object, right: object) -> Sequence[tuple[object, object]]:
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        return [(one, other) for one, other in zip(left, right, strict=True) if one != other]
    return [(left, right)]


def plain(value: object) -> str:
    """A value as an official reads it."""
    say = next((say for kind, say in _SAYINGS if isinstance(value, kind)), str)
    return say(value)


# The particular before the general: a truth value is a number too, and a text is a collection.
_SAYINGS: Sequence[tuple[type, Callable[[Any], str]]] = (
    (CaseState, CHINESE_CASE_STATES.__getitem__),
    (Enum, lambda value: str(value.value)),
    (NoneType, lambda _: "没有"),
    (bool, lambda value: "是" if value else "否"),
    (date, lambda value: f"{value.year}年{value.month}月{value.day}日"),
    (str, lambda value: _ISO.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", value) or "空"),
    (Mapping, lambda value: "，".join(f"{plain(key)}：{plain(one)}" for key, one in value.items()) or "无"),
    (Collection, lambda value: "、".join(plain(one) for one in _in_order(value)) or "无"),
)


def _in_order(values: Collection[Any]) -> Sequence[Any]:
    return sorted(values, key=str) if isinstance(values, set | frozenset) else list(values)


def in_plain_words(said: str) -> str:
    """A sentence with Python's lists and dictionaries in it, said as people say them."""

    def read(found: re.Match[str]) -> str:
        if found[0] == "set()":
            return "无"
        try:
            return plain(ast.literal_eval(found[0]))
        except (ValueError, SyntaxError):
            return found[0]

    return _LITERAL.sub(read, said)[:_MOST_WORDS]


def technical_words(error: BaseException) -> str:
    """For a programmer: what it was and where, the innermost lines."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([f"{type(error).__name__}: {str(error)[:_MOST_WORDS]}", *where])


def grouped(failures: Sequence[tuple[Failure, Mapping[str, object]]]) -> list[dict[str, object]]:
    """One entry for each thing that is wrong, the most frequent first: what, what to do, in which scenarios.

    A scenario comes with `at`, `words`: the line of it to look at, and what is written there.
    """
    groups: dict[tuple[str, ...], list[tuple[Failure, dict[str, object]]]] = {}
    for found, scenario in failures:
        failure = _by_its_cause(found)
        # Two people pressing the same missing button stumble over one thing.
        own = failure.said if failure.cause in (Cause.OUTCOME, Cause.FIELD, Cause.RULE) else failure.message
        place = {**scenario, "at": found.line, "words": found.words}
        groups.setdefault((failure.cause, own, failure.expected, failure.found), []).append((failure, place))
    causes = [
        {
            **asdict(each[0][0]),
            "advice": ADVICE[each[0][0].cause],
            "count": len(scenarios),
            "scenarios": scenarios,
        }
        for each in groups.values()
        # An outline runs once for each of its examples, and is named once.
        for scenarios in ([*{(one["file"], one["name"]): one for _, one in each}.values()],)
    ]
    return sorted(causes, key=lambda cause: -len(cause["scenarios"]))


def _by_its_cause(found: Failure) -> Failure:
    """Whatever sentence a case stumbled over that lies with its applicant again: the matter is what sent it there."""
    if not found.why:
        return found
    said = f"办件退回到{found.stands}，没有往下走：{found.why}"
    return replace(found, said=said, cause=Cause.RULE, step="", expected="", found="", technical="")


def _for_people(words: str) -> list[str]:
    """The sentences of a failure without what pytest adds for programmers."""
    lines = [line.strip() for line in words.splitlines()]
    return [line for line in lines if line and not line.startswith(_PYTEST) and not _QUOTED.match(line)]
