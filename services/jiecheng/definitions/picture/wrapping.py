"""Chinese text in narrow boxes: measured by character class, broken by the rules of the language, lines of even length."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LEADING = 1.28  # line height in ems

_NOT_FIRST = set("，。、；：？！）》」』”’〕】…—,.;:?!)%")
_NOT_LAST = set("（《「『“‘〔【(")


@dataclass(frozen=True, slots=True)
class Block:
    """Wrapped lines in one size; `width` and `height` in pixels."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float


def ems(words: str) -> float:
    """The width of one line in ems, to about five percent."""
    return sum(_em(character) for character in words)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in " ilj.,:;|'!ftr()":
        return 0.34
    return 0.7 if character.isupper() or character in "mw%@" else 0.57


def block(words: str, width: float, size: float) -> Block:
    """All of the words, however many lines that takes."""
    lines = wrap(words, width / size)
    return _block(lines, size)


def fit(words: str, width: float, height: float, sizes: tuple[float, ...] = (12, 11, 10)) -> Block:
    """The largest size in which the words stay inside the box; in the smallest they end in an ellipsis."""
    for size in sizes:
        lines = wrap(words, width / size)
        if len(lines) * size * LEADING <= height and all(ems(line) * size <= width + 1 for line in lines):
            return _block(lines, size)
    size = sizes[-1]
    count = max(1, int(height / (size * LEADING)))
    lines = wrap(words, width / size)
    if len(lines) > count:
        lines = [*lines[: count - 1], _cut(lines[count - 1], width / size)]
    return _block(lines, size)


def wrap(words: str, limit: float) -> list[str]:
    """Lines of at most `limit` ems, evened out; a word longer than that stands alone."""
    lines: list[str] = []
    for paragraph in words.splitlines():
        pieces = _pieces(paragraph.strip())
        if not pieces:
            continue
        filled = _fill(pieces, limit)
        narrower = limit - 0.5
        while narrower > 2 and len(filled) > 1:
            tried = _fill(pieces, narrower)
            if len(tried) > len(filled) or any(ems(line) > narrower for line in tried):
                break
            filled, narrower = tried, narrower - 0.5
        lines += filled
    return lines


def _fill(pieces: list[str], limit: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and ems((lines[-1] + piece).rstrip()) > limit:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _pieces(words: str) -> list[str]:
    """Units that must not be broken: Latin words, and characters with the punctuation that clings to them."""
    pieces: list[str] = []
    for character in words:
        clings = pieces and (
            character in _NOT_FIRST
            or pieces[-1][-1] in _NOT_LAST
            or character == " "
            or (_is_latin(character) and _is_latin(pieces[-1][-1]))
        )
        if clings:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "_-./'")


def _cut(line: str, limit: float) -> str:
    while line and ems(line) + 1 > limit:
        line = line[:-1]
    return f"{line}…"


def _block(lines: list[str], size: float) -> Block:
    width = max((ems(line) for line in lines), default=0) * size
    return Block(tuple(lines), size, width, len(lines) * size * LEADING)
