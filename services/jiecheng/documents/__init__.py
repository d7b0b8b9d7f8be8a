"""Letters as PDF (placeholder until the room lands)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    title: str


@dataclass(frozen=True, slots=True)
class Rendered:
    pdf: bytes
    text: str
    title: str = ""


def read_letter(text: str) -> Letter:
    return Letter(text)


def render_letter(
    letter: Letter, facts: Mapping[str, Any], *, number: str, issued_on: date, fonts: Path
) -> Rendered:
    raise NotImplementedError
