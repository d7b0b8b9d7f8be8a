"""The tokens of one text and the place where reading stands. Knows no grammar."""

from __future__ import annotations

from typing import NoReturn

from jiecheng.feel import slips
from jiecheng.feel.errors import FeelError, Slip
from jiecheng.feel.lexer import END, Token, position, starts, tokenize
from jiecheng.feel.slips import Pair

SPOKEN = {
    "end": ("结尾", "the end"),
    "number": ("数字", "the number"),
    "string": ("文字", "the text"),
    "name": ("名称", "the name"),
    "keyword": ("关键字", "the keyword"),
    "quoted": ("名称", "the name"),
}


class TokenStream:
    """`token` is the next one; `at` its index."""

    __slots__ = ("_starts", "at", "source", "token", "tokens")

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.at = 0
        self.token = self.tokens[0]
        self._starts: list[int] = []

    def start_of(self, at: int) -> int:
        """Where that token begins in the text."""
        if not self._starts:
            self._starts = starts(self.source)
        return self._starts[at]

    def looks(self, mark: str, ahead: int = 0) -> bool:
        """Whether this sign, keyword or bare word stands `ahead` tokens from here."""
        at = self.at + ahead
        return at < len(self.tokens) and self.tokens[at].mark == mark

    def skip(self, count: int) -> None:
        """Over `count` tokens that were looked at: "end" is none of them."""
        self.at += count
        self.token = self.tokens[self.at]

    def back_to(self, at: int) -> None:
        self.at = at
        self.token = self.tokens[at]

    def advance(self) -> Token:
        token = self.token
        if token is not END:
            self.at += 1
            self.token = self.tokens[self.at]
        return token

    def take(self, mark: str) -> bool:
        if self.token.mark != mark:
            return False
        self.advance()
        return True

    def expect(self, mark: str, hint: Pair) -> None:
        if not self.take(mark):
            self.fail(slips.expected(mark, self.spoken(), hint))

    def spoken(self) -> Pair:
        """What stands here, in both languages."""
        token = self.token
        chinese, english = SPOKEN.get(token.kind, ("符号", "the sign"))
        text = token.text[:30]
        return (chinese, english) if token.kind == "end" else (f"{chinese}“{text}”", f'{english} "{text}"')

    def fail(self, slip: Slip) -> NoReturn:
        raise FeelError(slip, *position(self.source, self.start_of(self.at)))

    def finish(self) -> None:
        if self.token.kind != "end":
            self.fail(slips.goes_on(self.spoken()))
