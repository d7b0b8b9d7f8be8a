"""The list of sentences that people read, `features/README.md`, as values for a page. A test holds that it is complete."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LIST = Path(__file__).parents[3] / "features" / "README.md"
_HEADS = ("句式", "---")


@dataclass(frozen=True, slots=True)
class Chapter:
    """`rows`: a sentence as an example, and what is to be known of it; `words`: what stands around them."""

    name: str
    words: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)


@cache
def chapters() -> tuple[Chapter, ...]:
    """In the order of the list; none when this installation came without it."""
    return read(LIST.read_text("utf-8")) if LIST.is_file() else ()


def read(text: str) -> tuple[Chapter, ...]:
    """What stands before the first chapter speaks to those who add sentences, and is left out."""
    found: list[Chapter] = []
    follows = False  # a line of text goes on with the one before
    for line in map(str.strip, text.splitlines()):
        if line.startswith("## "):
            found.append(Chapter(line.removeprefix("## ").strip()))
        elif found and line.startswith("|"):
            said, note = (cell.strip() for cell in line.strip("|").split(" |", 1))
            if said not in _HEADS:
                found[-1].rows.append((said, note.strip(" |")))
        elif found and line and follows:
            found[-1].words[-1] += line
        elif found and line:
            found[-1].words.append(line)
        follows = bool(line) and line[0] not in "#|"
    return tuple(found)
