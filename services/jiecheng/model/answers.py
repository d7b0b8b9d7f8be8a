"""Answers about something that never changes, each worked out at its first asking. What is answered is never changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Answer = TypeVar("Answer")
MOST = 2_000  # kept; the days of a running installation are few, those of a scenario many


class Answers:
    """Threads share it: at worst two of them work out the same."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, object] = {}

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        known = self._known.get(question)
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[question] = answer()
        return cast(Answer, known)
