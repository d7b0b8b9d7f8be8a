"""What a migration leaves as it was although the new version calls it otherwise: its row, its item, its drafts, its dates.

The engine closes a wait whose element was renamed and opens it anew under the same token; for people it is one and the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jiecheng import store
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Step, Wait
from jiecheng.store.renaming import Renamed

Mapped = Mapping[ElementId, ElementId]
Pairs = Sequence[tuple[Wait, Wait]]  # a wait before, and as the new version has it


def renamed_waits(before: Sequence[Wait], step: Step, mapping: Mapped) -> Pairs:
    """The waits that mean the same before and after, under other names."""
    closed = {one.token for one in step.closed}
    opened = {one.token: one for one in step.opened}
    pairs = [(one, opened.get(_token(one.token, mapping))) for one in before if one.token in closed]
    return [(one, other) for one, other in pairs if other is not None and _is_same(one, other, mapping)]


def without(step: Step, pairs: Pairs) -> Step:
    """The step as far as it closes and opens anything for people."""
    old, new = {one.token for one, _ in pairs}, {other.token for _, other in pairs}
    return replace(
        step,
        closed=tuple(one for one in step.closed if one.token not in old),
        opened=tuple(one for one in step.opened if one.token not in new),
    )


def rename(opened: OpenCase, old: ProcessDefinition, pairs: Pairs, mapping: Mapped) -> None:
    """The rows of these waits get the names they have now. `opened` is under the new release already."""
    for renamed in _rows(opened.deployed.definition, pairs):
        store.renaming.rename_wait(opened.tx.db, opened.id, renamed)
    for before, after in pairs:
        for one, other in zip(before.subscriptions, after.subscriptions, strict=True):
            told = Renamed(before.token, one.element, after.token, other.element, "")
            store.renaming.rename_event(opened.tx.db, opened.id, told)
    store.renaming.rename_done(opened.tx.db, opened.id, mapping)
    store.renaming.rename_ways_back(opened.tx.db, opened.id, mapping)
    calls = {each: new for each, new in mapping.items() if _tells_apart(old, each)}
    if calls:
        store.renaming.rename_instances(opened.tx.db, opened.id, calls)


def _rows(new: ProcessDefinition, pairs: Pairs) -> Iterator[Renamed]:
    for before, after in pairs:
        name = new.nodes[after.element].name if after.element in new.nodes else ""
        yield Renamed(before.token, before.element, after.token, after.element, name)


def _tells_apart(definition: ProcessDefinition, element: ElementId) -> bool:
    """Whether keys of instances name this element: a call of what is called several times."""
    node = definition.nodes.get(element)
    return node is not None and bool(node.calls) and not node.several


def _token(token: Token, mapping: Mapped) -> Token:
    """What waits for an event sub-process has its scope's token and its own name."""
    scope, mark, element = token.partition(":")
    return Token(f"{scope}{mark}{mapping.get(ElementId(element), element)}")


def _is_same(before: Wait, after: Wait, mapping: Mapped) -> bool:
    if (before.kind, before.instance, len(before.subscriptions)) != (
        after.kind,
        after.instance,
        len(after.subscriptions),
    ):
        return False
    events = zip(before.subscriptions, after.subscriptions, strict=True)
    return mapping.get(before.element, before.element) == after.element and all(
        (one.kind, mapping.get(one.element, one.element), one.value) == (other.kind, other.element, other.value)
        for one, other in events
    )
