"""Cuts a FEEL text into tokens. Knows nothing of which names exist: the parser joins name tokens into names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiecheng.feel import slips
from jiecheng.feel.errors import FeelError
from jiecheng.feel.limits import MAX_DIGITS, MAX_SOURCE, NUMBERS

# The standard's name characters, without full-width marks: those are typing slips that deserve a sentence, not a name.
START = (
    r"_A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
)
START += r"\u3004-\u3007\u3021-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\U00010000-\U000EFFFF"
PART = START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
BLANK = r"[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]++"
COMMENT = r"//[^\n]*+|/\*.*?\*/"
# What cuts most texts comes first: one blank, a word of plain letters, a sign. Possessive, so that a long run of blanks
# in front of an unknown sign is read once only.
TOKEN = re.compile(
    rf"""[ ]?
    (?:(?P<word>[A-Za-z_][A-Za-z_0-9]*+(?![{PART}])|[{START}][{PART}]*+|\?)
    |(?P<op>[+()\[\]{{}}=,:@']|->?|\*\*?|<=?|>=?|!=|\.\.|\.(?!\d)|/(?![/*]))
    |(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
    |(?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |`(?P<quoted>[^`]+)`
    |(?P<blank>(?:{BLANK}|{COMMENT})++)
    |(?P<open_comment>/\*)
    |(?P<end>\Z))""",
    re.S | re.X,
)
BLANKS = re.compile(rf"(?:{BLANK}|{COMMENT})++", re.S)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.S)
SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
HALF_WIDTH = dict(zip("，；：＝＜＞＋－＊／（）“”‘’。！？【】、", ",;:=<>+-*/()\"\"''.!?[],", strict=True))
KEYWORDS = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "null",
        "true",
        "false",
        "function",
    ]
)


@dataclass(slots=True)
class Token:
    """`kind`: number, string, name, quoted, keyword, op or end. `value` is what the text means.

    `mark`: the text of signs, keywords and bare words, "" of anything else, so that the parser compares once. Where it
    stands it does not know: signs and words are the same token wherever they occur, and places are asked for by `starts`.
    """

    kind: str
    text: str
    mark: str
    value: object


END = Token("end", "", "", None)


@lru_cache(maxsize=4096)
def _word(text: str) -> Token:
    return Token("keyword" if text in KEYWORDS else "name", text, text, text)


@lru_cache(maxsize=64)
def _sign(text: str) -> Token:
    return Token("op", text, text, text)


def position(source: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def tokenize(source: str) -> list[Token]:
    """All tokens, the last one of kind "end"."""
    if len(source) > MAX_SOURCE:
        raise FeelError(slips.TOO_LONG)
    tokens: list[Token] = []
    keep = tokens.append
    for found in _pieces(source):
        kind = found.lastgroup or "end"  # every way through the pattern has a name
        text = found[kind]
        if kind == "word":
            keep(_word(text))
        elif kind == "op":
            keep(_sign(text))
        elif kind == "end":
            keep(END)
            return tokens
        elif kind == "string":
            keep(Token(kind, text, "", unescape(text[1:-1])))
        elif kind != "blank":
            keep(Token(kind, text, "", _value(kind, text, source, found.start(kind))))
    raise _unknown(source, max((found.end() for found in _pieces(source)), default=0))


def _pieces(source: str) -> Iterator[re.Match[str]]:
    """One match behind the other, up to the first sign that is none of ours."""
    return iter(TOKEN.scanner(source).match, None)  # type: ignore[attr-defined]


def starts(source: str) -> list[int]:
    """Where each token of a text begins, as `tokenize` cuts it: read again, because only who is lost asks for it."""
    return [found.start(found.lastgroup or 0) for found in _pieces(source) if found.lastgroup != "blank"]


def _value(kind: str, text: str, source: str, start: int) -> object:
    if kind == "quoted":
        return " ".join(text.split())
    if kind == "open_comment":
        raise FeelError(slips.OPEN_COMMENT, *position(source, start))
    if len(text) > MAX_DIGITS:
        raise FeelError(slips.LONG_NUMBER, *position(source, start))
    return _number(text, source, start)


def _number(text: str, source: str, start: int) -> Decimal:
    try:
        return NUMBERS.create_decimal(text)
    except ArithmeticError as error:
        raise FeelError(slips.LARGE_NUMBER, *position(source, start)) from error


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    # Two \\u escapes may be the halves of one character beyond the basic plane.
    return ESCAPE.sub(_unescape_one, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape_one(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else found[0]
    return SIMPLE_ESCAPES.get(found[3], found[0])


def _unknown(source: str, at: int) -> FeelError:
    at = _behind_blanks(source, at)
    line, column = position(source, at)
    char = source[at : at + 1]
    if char in HALF_WIDTH:
        return FeelError(slips.full_width(char, HALF_WIDTH[char]), line, column)
    if char == '"':
        return FeelError(slips.OPEN_STRING, line, column)
    return FeelError(slips.unknown_sign(char), line, column)


def _behind_blanks(source: str, at: int) -> int:
    found = BLANKS.match(source, at)
    return found.end() if found else at


@lru_cache(maxsize=4096)
def name_parts(name: str) -> tuple[str, ...]:
    """The token texts a name is made of, so that the parser can find it in a text; empty when it cannot be one."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()
