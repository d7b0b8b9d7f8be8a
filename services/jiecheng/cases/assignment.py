"""Who an assignment of the diagram names today, and who is kept out of it (回避). Never decides rights."""

from __future__ import annotations

from collections.abc import Mapping

from jiecheng import directory
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.definition import Assignment
from jiecheng.model.directory import Resolution
from jiecheng.model.ids import IdentityId
from jiecheng.model.values import Value


def resolve(
    opened: OpenCase, assignment: Assignment, where: str, known: Mapping[str, Value]
) -> tuple[Resolution, tuple[IdentityId, ...]]:
    """Who an assignment names today, and who is kept out of it (回避). `known`: what its expressions see."""
    parameters = {name: facts.evaluate(text, known, where) for name, text in assignment.parameters.items()}
    excluded = tuple(one for text in assignment.exclude for one in _identities(_excluded(text, known, where)))
    found = directory.resolve(
        opened.tx.organisation,
        assignment.resolver,
        parameters,
        on=opened.tx.today,
        initiator=opened.case.initiator,
        exclude=excluded,
    )
    return found, excluded


def _excluded(text: str, known: Mapping[str, Value], where: str) -> Value:
    if text in ("initiator", "subject"):
        who = known.get(text)
        return who.get("id") if isinstance(who, Mapping) else None
    return facts.evaluate(text, known, where)


def _identities(found: Value) -> tuple[IdentityId, ...]:
    """One identity, a picked one with its id, or a list of them."""
    if isinstance(found, list | tuple):
        return tuple(one for each in found for one in _identities(each))
    code = found.get("id") if isinstance(found, Mapping) else found
    return (IdentityId(str(code)),) if code else ()
