"""The relations of Allen's interval algebra between points and intervals, and `range`."""

from __future__ import annotations

from collections.abc import Callable

from jiecheng.feel.comparison import equal, in_range, less, less_or_equal
from jiecheng.feel.errors import NoValue
from jiecheng.feel.range_text import read_range
from jiecheng.feel.registry import Family, register, text, want
from jiecheng.feel.runtime import Run
from jiecheng.feel.values import FeelValue, Range, chinese_kind

FAMILY: Family = {}


def _sure(answer: bool | None, left: FeelValue, right: FeelValue) -> bool:
    if answer is None:
        raise NoValue(f"{chinese_kind(left)}与{chinese_kind(right)}不能比较")
    return answer


def _less(left: FeelValue, right: FeelValue) -> bool:
    return _sure(less(left, right), left, right)


def _same(left: FeelValue, right: FeelValue) -> bool:
    if left is None or right is None:
        return False
    return _sure(equal(left, right), left, right)


def _at_most(left: FeelValue, right: FeelValue) -> bool:
    return _sure(less_or_equal(left, right), left, right)


def _interval(value: FeelValue) -> Range:
    return want(value, Range, "区间")


def _as_range(value: FeelValue) -> Range:
    if value is None:
        raise NoValue("这里应为点或区间，却是空值")
    return value if isinstance(value, Range) else Range(value, value)


def _ends_before(one: Range, other: Range) -> bool:
    """`one` lies wholly before `other`; touching ends count only when one of them is open."""
    if one.end is None or other.start is None:
        return False
    return _less(one.end, other.start) or (_same(one.end, other.start) and not (one.end_closed and other.start_closed))


def _before(one: FeelValue, other: FeelValue) -> bool:
    return _ends_before(_as_range(one), _as_range(other))


def _meets(one: FeelValue, other: FeelValue) -> bool:
    first, second = _interval(one), _interval(other)
    return first.end_closed and second.start_closed and _same(first.end, second.start)


def _starts_no_later(one: Range, other: Range) -> bool:
    """`one` starts before `other`, or together with it, openness counted."""
    if one.start is None or other.start is None:
        return one.start is None
    return _less(one.start, other.start) or (
        _same(one.start, other.start) and (one.start_closed or not other.start_closed)
    )


def _ends_no_earlier(one: Range, other: Range) -> bool:
    if one.end is None or other.end is None:
        return one.end is None
    return _less(other.end, one.end) or (_same(one.end, other.end) and (one.end_closed or not other.end_closed))


def _overlaps(one: FeelValue, other: FeelValue) -> bool:
    first, second = _interval(one), _interval(other)
    return not _ends_before(first, second) and not _ends_before(second, first)


def _overlaps_before(one: FeelValue, other: FeelValue) -> bool:
    first, second = _interval(one), _interval(other)
    begins = not _starts_no_later(second, first)
    return begins and _overlaps(one, other) and _ends_no_earlier(second, first)


def _finishes(one: FeelValue, other: FeelValue) -> bool:
    whole = _interval(other)
    if not isinstance(one, Range):
        return whole.end_closed and _same(one, whole.end)
    same_end = one.end_closed == whole.end_closed and _same(one.end, whole.end)
    return same_end and _starts_no_later(whole, one)


def _starts(one: FeelValue, other: FeelValue) -> bool:
    whole = _interval(other)
    if not isinstance(one, Range):
        return whole.start_closed and _same(one, whole.start)
    same_start = one.start_closed == whole.start_closed and _same(one.start, whole.start)
    return same_start and _ends_no_earlier(whole, one)


def _includes(one: FeelValue, other: FeelValue) -> bool:
    whole = _interval(one)
    if not isinstance(other, Range):
        return _sure(in_range(other, whole), other, whole)
    return _starts_no_later(whole, other) and _ends_no_earlier(whole, other)


def _coincides(one: FeelValue, other: FeelValue) -> bool:
    if not isinstance(one, Range) and not isinstance(other, Range):
        if one is None or other is None:
            raise NoValue("这里应为点或区间，却是空值")
        return _same(one, other)
    first, second = _interval(one), _interval(other)
    same_sides = first.start_closed == second.start_closed and first.end_closed == second.end_closed
    return same_sides and _same(first.start, second.start) and _same(first.end, second.end)


def _register_relation(
    name: str, relation: Callable[[FeelValue, FeelValue], bool], signatures: tuple[str, ...]
) -> None:
    @register(FAMILY, name, *signatures)
    def apply(run: Run, one: FeelValue, other: FeelValue) -> FeelValue:
        return relation(one, other)


ANY_TWO = ("point1, point2", "point, range", "range, point", "range1, range2")
for _name, _relation, _signatures in (
    ("before", _before, ANY_TWO),
    ("after", lambda one, other: _before(other, one), ANY_TWO),
    ("meets", _meets, ("range1, range2",)),
    ("met by", lambda one, other: _meets(other, one), ("range1, range2",)),
    ("overlaps", _overlaps, ("range1, range2",)),
    ("overlaps before", _overlaps_before, ("range1, range2",)),
    ("overlaps after", lambda one, other: _overlaps_before(other, one), ("range1, range2",)),
    ("finishes", _finishes, ("point, range", "range1, range2")),
    ("finished by", lambda one, other: _finishes(other, one), ("range, point", "range1, range2")),
    ("includes", _includes, ("range, point", "range1, range2")),
    ("during", lambda one, other: _includes(other, one), ("point, range", "range1, range2")),
    ("starts", _starts, ("point, range", "range1, range2")),
    ("started by", lambda one, other: _starts(other, one), ("range, point", "range1, range2")),
    ("coincides", _coincides, ("point1, point2", "range1, range2")),
):
    _register_relation(_name, _relation, _signatures)


@register(FAMILY, "range", "from")
def to_range(run: Run, source: FeelValue) -> FeelValue:
    """An interval from its text. The ends must be literals: the text is read, never computed."""
    return read_range(text(source))
