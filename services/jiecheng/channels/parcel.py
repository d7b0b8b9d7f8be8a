"""What is sent, and the one error of sending."""

from __future__ import annotations

from dataclasses import dataclass

from jiecheng.model.errors import JiechengError


@dataclass(frozen=True, slots=True)
class Parcel:
    """`key`: the same for every attempt, so that a receiver who got it twice can tell."""

    key: str
    subject: str
    text: str


class NotSent(JiechengError):
    """It did not go out, and why. `final`: another attempt would not help (the address is refused)."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final
