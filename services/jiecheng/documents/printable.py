"""What people typed, made fit for print: no controls, no reordering, nothing wider than the line, nothing without a glyph."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

# The printers' old sign for a character they have no type for.
GETA = "〓"
_ZERO_WIDTH_SPACE = "\u200b"
# Characters that Typst does not break between of itself: all but blanks and Chinese.
_RUN = re.compile(r"[^\s\u2e80-\uffef\U00020000-\U0003ffff]+")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")


def plain(text: str) -> str:
    """One paragraph without line ends, controls, invisible or reordering characters; blanks at the ends gone."""
    flat = _LINE_ENDS.sub(" ", text).replace("\t", " ")
    # Cf holds the bidi overrides: with one of them a page could read otherwise than the case.
    kept = (each for each in unicodedata.normalize("NFC", flat) if unicodedata.category(each) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text of several lines, without empty ones."""
    return [cleaned for line in _LINE_ENDS.split(text) if (cleaned := plain(line))]


def printable(text: str, glyphs: Collection[int], longest: int) -> str:
    """The text with 〓 for what no font has, and places to break in words of more than `longest` letters."""
    shown = "".join(each if ord(each) in glyphs else GETA for each in plain(text))
    return _RUN.sub(lambda run: _ZERO_WIDTH_SPACE.join(run[0]) if len(run[0]) > longest else run[0], shown)


def missing(text: str, glyphs: Collection[int]) -> list[str]:
    """The characters of the text that no font has, each once."""
    return [each for each in dict.fromkeys(plain(text)) if ord(each) not in glyphs]


@lru_cache(maxsize=16)
def glyphs_in(font: Path) -> frozenset[int]:
    """The code points a TrueType or OpenType font has glyphs for, from its cmap table (formats 4 and 12)."""
    data = font.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        if tag == b"cmap":
            return frozenset().union(*_subtables(data, offset))
    return frozenset()


def _subtables(data: bytes, cmap: int) -> list[set[int]]:
    found = []
    for index in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", data, cmap + 4 + 8 * index)
        shape = struct.unpack_from(">H", data, cmap + offset)[0]
        if platform in (0, 3) and shape == 12:
            found.append(_segmented_coverage(data, cmap + offset))
        elif platform in (0, 3) and shape == 4:
            found.append(_segment_mapping(data, cmap + offset))
    return found


def _segmented_coverage(data: bytes, at: int) -> set[int]:
    covered: set[int] = set()
    for index in range(struct.unpack_from(">L", data, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", data, at + 16 + 12 * index)
        covered.update(range(first + (glyph == 0), last + 1))
    return covered


def _segment_mapping(data: bytes, at: int) -> set[int]:
    size = struct.unpack_from(">H", data, at + 6)[0]  # twice the number of segments
    covered: set[int] = set()
    for index in range(0, size, 2):
        last, first = (struct.unpack_from(">H", data, at + offset + index)[0] for offset in (14, 16 + size))
        delta, step = (struct.unpack_from(">H", data, at + 16 + times * size + index)[0] for times in (2, 3))
        for point in range(first, min(last, 0xFFFE) + 1):
            if step == 0:
                glyph = (point + delta) & 0xFFFF
            else:
                place = at + 16 + 3 * size + index + step + 2 * (point - first)
                glyph = struct.unpack_from(">H", data, place)[0]
            if glyph:
                covered.add(point)
    return covered
