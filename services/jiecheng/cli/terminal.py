"""What a person at the terminal reads: plain lines and tables that stay in column with Chinese characters."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def say(sentence: str = "") -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def complain(sentence: str) -> None:
    sys.stderr.write(f"✗ {sentence}\n")
    sys.stderr.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """One line when it is done, with its seconds; nothing when it failed, because the error speaks for it."""
    began = time.monotonic()
    yield
    say(f"  ✓ {pad(name, 24)} {time.monotonic() - began:5.1f} 秒")


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, *rows]
    columns = [max(width(line[index]) for line in lines) for index in range(len(head))]
    ruled = [head, ["─" * column for column in columns], *rows]
    return "\n".join("  " + "  ".join(map(pad, line, columns)).rstrip() for line in ruled)
