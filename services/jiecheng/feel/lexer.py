"""Cuts a FEEL text into tokens. Knows nothing of which names exist: the parser joins name tokens into names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiecheng.feel.errors import FeelError
from jiecheng.feel.limits import MAX_DIGITS, MAX_SOURCE, NUMBERS

# The standard's name characters, without full-width marks: those are typing slips that deserve a sentence, not a name.
START = (
    r"_A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
)
START += r"\u3004-\u3007\u3021-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\U00010000-\U000EFFFF"
PART = START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
BLANK = r"[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]+"
TOKEN = re.compile(
    rf"""(?P<blank>{BLANK}|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[{START}][{PART}]*|\?)
    |`(?P<quoted>[^`]+)`
    |(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/()\[\]{{}}<>=,.:@'])""",
    re.S | re.X,
)
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


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, string, name, keyword, op or end. `text` is what stands there, `value` what it means."""

    kind: str
    text: str
    value: object
    start: int
    end: int


def position(source: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def tokenize(source: str) -> list[Token]:
    if len(source) > MAX_SOURCE:
        raise FeelError(f"表达式超过 {MAX_SOURCE} 个字符", hint="请拆成几个判定或变量")
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        found = TOKEN.match(source, at)
        if not found:
            raise _unknown(source, at)
        kind = found.lastgroup or "blank"
        if kind != "blank":
            tokens.append(_token(kind, found, source))
        at = found.end()
    tokens.append(Token("end", "", None, len(source), len(source)))
    return tokens


def _token(kind: str, found: re.Match[str], source: str) -> Token:
    text, start, end = found[kind], found.start(), found.end()
    if kind == "number":
        if len(text) > MAX_DIGITS:
            raise FeelError("数字过长", *position(source, start))
        return Token(kind, text, _number(text, source, start), start, end)
    if kind == "string":
        return Token(kind, text, unescape(text[1:-1]), start, end)
    if kind == "quoted":
        return Token("quoted", text, " ".join(text.split()), start, end)
    if kind == "name" and text in KEYWORDS:
        return Token("keyword", text, text, start, end)
    return Token(kind, text, text, start, end)


def _number(text: str, source: str, start: int) -> Decimal:
    try:
        return NUMBERS.create_decimal(text)
    except ArithmeticError as error:
        raise FeelError("数字超出范围", *position(source, start)) from error


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
    line, column = position(source, at)
    char = source[at]
    if char in HALF_WIDTH:
        return FeelError(f"不认识全角符号“{char}”", line, column, f"请改用半角“{HALF_WIDTH[char]}”")
    if char == '"':
        return FeelError("文字缺少结尾的双引号", line, column, '文字要写成 "……"')
    return FeelError(f"不认识的符号“{char}”", line, column)


@lru_cache(maxsize=4096)
def name_parts(name: str) -> tuple[str, ...]:
    """The token texts a name is made of, so that the parser can find it in a text; empty when it cannot be one."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()
