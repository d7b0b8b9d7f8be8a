"""What follows from something that never changes (a day of an organisation, a release), worked out at its first asking.

The key names everything that the answer hangs on; what is answered is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Answer = TypeVar("Answer")
MOST = 2_000  # kept; the days of a running installation are few, those of a scenario many


class Memo:
    """Threads share it: at worst two of them work out the same."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, object] = {}

    def of(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """None is no answer, and worked out again."""
        known = self._known.get(question)
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[question] = answer()
        return cast(Answer, known)
