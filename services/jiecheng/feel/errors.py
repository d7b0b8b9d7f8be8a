"""The two ways FEEL says no: a text that is no FEEL (or too dear to run), and a value that does not exist."""

from __future__ import annotations

from jiecheng.model.errors import Invalid


class FeelError(Invalid):
    """The text is no FEEL, or running it would cost more than allowed. Line and column count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1, hint: str = "") -> None:
        place = f"第 {line} 行第 {column} 列：{message}"
        super().__init__(f"{place}。{hint}" if hint else place)
        self.reason = message
        self.line = line
        self.column = column
        self.hint = hint


class NoValue(Exception):
    """Raised inside operators and functions; the caller turns it into null and keeps the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
