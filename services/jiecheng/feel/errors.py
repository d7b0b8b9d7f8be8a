"""The two ways FEEL says no: a text that is no FEEL (or too dear to run), and a value that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from jiecheng.model.errors import Invalid


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong and what to write instead, in both languages; without full stops."""

    sentence: str
    english: str
    hint: str
    english_hint: str


class FeelError(Invalid):
    """The text is no FEEL, or running it would cost more than allowed. Line and column count from 1."""

    def __init__(self, slip: Slip, line: int = 1, column: int = 1) -> None:
        chinese = f"第 {line} 行第 {column} 列：{slip.sentence}。{slip.hint}"
        super().__init__(f"{chinese}（line {line}, column {column}: {slip.english}; {slip.english_hint}）")
        self.slip = slip
        self.line = line
        self.column = column

    @property
    def reason(self) -> str:
        """The Chinese sentence alone, for a place that has no lines."""
        return self.slip.sentence


class NoValue(Exception):
    """Raised inside operators and functions; the caller turns it into null and keeps the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
