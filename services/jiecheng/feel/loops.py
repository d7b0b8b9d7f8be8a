"""Closures for lists, contexts, filters, loops and quantifiers. Every turn is paid from the run's budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_LIST
from jiecheng.feel.runtime import Frame, Node, Run
from jiecheng.feel.temporal import Date, from_ordinal
from jiecheng.feel.values import FeelValue, Range, chinese_kind

Iteration = tuple[str, Node, Node | None]  # name, source, end of "source..end"


def make_list(items: tuple[Node, ...]) -> Node:
    def run(frame: Frame) -> FeelValue:
        frame.run.spend(len(items))
        return [item(frame) for item in items]

    return run


def make_context(entries: tuple[tuple[str, Node], ...]) -> Node:
    """Later entries see earlier ones."""

    def run(frame: Frame) -> FeelValue:
        result: dict[str, FeelValue] = {}
        inner = Frame(frame.run, result, frame)
        for name, node in entries:
            result[name] = node(inner)
        return result

    return run


def filtered(source: Node, test: Node) -> Node:
    """`source[test]`: by position when the test is a number, else those elements for which it is true."""

    def run(frame: Frame) -> FeelValue:
        whole = source(frame)
        elements = whole if isinstance(whole, list) else [] if whole is None else [whole]
        kept = []
        for at, element in enumerate(elements):
            frame.run.spend()
            answer = test(_element_frame(frame, element))
            if at == 0 and type(answer) is Decimal:
                return _pick(elements, answer, frame.run)
            if answer is True:
                kept.append(element)
        if not elements and type(answer := test(_element_frame(frame, None))) is Decimal:
            return _pick(elements, answer, frame.run)
        return kept

    return run


def _element_frame(frame: Frame, element: FeelValue) -> Frame:
    names = {"item": element, **element} if isinstance(element, dict) else {"item": element}
    return Frame(frame.run, names, frame)


def _pick(elements: list[FeelValue], index: Decimal, run: Run) -> FeelValue:
    if index == index.to_integral_value() and index != 0 and abs(index) <= len(elements):
        at = int(index)
        return elements[at - 1 if at > 0 else at]
    run.null(f"清单没有第 {index} 项")
    return None


def _elements(frame: Frame, source: Node, end: Node | None) -> list[FeelValue] | Iterator[FeelValue]:
    first = source(frame)
    if end is None and not isinstance(first, Range):
        return first if isinstance(first, list) else [first] if first is not None else _nothing("循环的清单是空值")
    low, high = (first.start, first.end) if isinstance(first, Range) else (first, end(frame) if end else None)
    if isinstance(low, Date) and isinstance(high, Date):
        days = _count(Decimal(low.ordinal), Decimal(high.ordinal), first)
        return [from_ordinal(day) for day in days]
    if type(low) is not Decimal or type(high) is not Decimal:
        raise NoValue(f"不能从{chinese_kind(low)}数到{chinese_kind(high)}")
    return [Decimal(number) for number in _count(low, high, first)]


def _nothing(reason: str) -> list[FeelValue]:
    raise NoValue(reason)


def _count(low: Decimal, high: Decimal, source: FeelValue) -> range:
    if low != low.to_integral_value() or high != high.to_integral_value():
        raise NoValue("循环的起止要是整数")
    if abs(high - low) > MAX_LIST:
        raise NoValue(f"循环超过 {MAX_LIST} 次")
    first, last = int(low), int(high)
    if isinstance(source, Range):
        if first > last:
            raise NoValue("区间的起点大于终点")
        return range(first + (not source.start_closed), last + source.end_closed)
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def _turns(frame: Frame, iterations: tuple[Iteration, ...]) -> Iterator[Frame]:
    """One frame per combination, the last name turning fastest."""
    if not iterations:
        yield frame
        return
    (name, source, end), rest = iterations[0], iterations[1:]
    for element in _elements(frame, source, end):
        frame.run.spend()
        yield from _turns(Frame(frame.run, {name: element}, frame), rest)


def loop(iterations: tuple[Iteration, ...], body: Node) -> Node:
    """`for … return`; the results so far are visible as `partial`."""

    def run(frame: Frame) -> FeelValue:
        partial: list[FeelValue] = []
        outer = Frame(frame.run, {"partial": partial}, frame)
        try:
            for turn in _turns(outer, iterations):
                partial.append(_settled(body(turn), partial, frame.run))
        except NoValue as no:
            frame.run.null(no.reason)
            return None
        return partial

    return run


def _settled(value: FeelValue, partial: list[FeelValue], run: Run) -> FeelValue:
    if value is not partial:
        return value
    # A body that returns `partial` itself means its present contents; else the list would hold itself.
    run.handle(partial)
    return list(partial)


def quantified(iterations: tuple[Iteration, ...], test: Node, decisive: bool) -> Node:
    """`some` is decided by one True, `every` by one False; an unknown turn leaves the answer unknown."""

    def run(frame: Frame) -> FeelValue:
        unknown = False
        try:
            for turn in _turns(frame, iterations):
                answer = test(turn)
                if answer is decisive:
                    return decisive
                unknown = unknown or not isinstance(answer, bool)
        except NoValue as no:
            frame.run.null(no.reason)
            return None
        return None if unknown else not decisive

    return run
