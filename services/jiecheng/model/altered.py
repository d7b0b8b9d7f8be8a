"""A frozen dataclass with some fields changed, for what is changed at every step: `dataclasses.replace` asks each field
anew what it is, which takes longer than making the object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

Thing = TypeVar("Thing")


def altered(thing: Thing, **changes: object) -> Thing:
    """The same with these fields changed; TypeError for a field it does not have. For dataclasses of several fields whose
    `__init__` takes them all."""
    kind: Callable[..., Thing] = type(thing)
    names, values = _fields(kind)
    return kind(**{**dict(zip(names, values(thing), strict=True)), **changes})


@cache
def _fields(kind: Callable[..., Any]) -> tuple[Sequence[str], Callable[[object], Sequence[object]]]:
    names = [one.name for one in fields(cast(Any, kind))]
    return names, attrgetter(*names)
