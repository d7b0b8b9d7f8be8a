"""A command that cannot go on: one Chinese sentence that says what to do, and an exit code other than 0."""

from __future__ import annotations

from jiecheng.model.errors import JiechengError


class Trouble(JiechengError):
    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
