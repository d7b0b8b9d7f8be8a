"""Regular expressions that people write into forms: a browser's way of writing, run by the bounded matcher of this room.

Never Python's own matcher. Looking ahead or behind, named groups and word boundaries cannot be read and are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from jiecheng.feel.errors import FeelError, NoValue
from jiecheng.feel.regex import Budget, Pattern
from jiecheng.feel.regex_parse import LITERAL_ESCAPES, PatternReader
from jiecheng.feel.slips import bad_pattern

_BLANKS = frozenset("\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
# An escaped backslash is passed over as a whole; halves of a surrogate pair stay as they are, which the reader refuses.
_CODE_POINT = re.compile(r"\\\\|\\u(?![dD][89a-fA-F])([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class TextPattern:
    """A pattern that was read; equal when its source is."""

    source: str
    _pattern: Pattern = field(compare=False, repr=False)

    def is_in(self, text: str) -> bool:
        """Whether any part of the text matches. Raises `FeelError` when finding out takes too many steps."""
        try:
            return self._pattern.search(text, 0, Budget()) is not None
        except NoValue as error:
            raise FeelError(bad_pattern(error.reason)) from None


def read_text_pattern(source: str) -> TextPattern:
    """Raises `FeelError`; its `reason` says what cannot be read."""
    try:
        return TextPattern(source, Pattern(_BrowserReader(source, "").read(), is_literal=False))
    except NoValue as error:
        raise FeelError(bad_pattern(error.reason)) from None


class _BrowserReader(PatternReader):
    r"""Differs from XPath in what \d, \w and \s mean, and in \uXXXX and \xXX."""

    classes = MappingProxyType(
        {
            "d": lambda char: char in "0123456789",
            "w": lambda char: char == "_" or (char.isascii() and char.isalnum()),
            "s": lambda char: char in _BLANKS,
        }
    )

    def __init__(self, pattern: str, flags: str) -> None:
        super().__init__(pattern, flags)
        self.pattern = _CODE_POINT.sub(_character, self.pattern)


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    if not digits:
        return found[0]
    char = chr(int(digits, 16))
    return f"\\{char}" if char in LITERAL_ESCAPES else char
