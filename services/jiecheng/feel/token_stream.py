"""The tokens of one text and the place where reading stands. Knows no grammar."""

from __future__ import annotations

from typing import NoReturn

from jiecheng.feel.errors import FeelError
from jiecheng.feel.lexer import Token, position, tokenize

SPOKEN = {"end": "结尾", "number": "数字", "string": "文字", "name": "名称", "keyword": "关键字", "quoted": "名称"}


class TokenStream:
    """`token` is the next one; `at` its index."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.at = 0
        self.token = self.tokens[0]

    def looks(self, mark: str, ahead: int = 0) -> bool:
        """Whether this sign, keyword or bare word stands `ahead` tokens from here."""
        at = self.at + ahead
        return at < len(self.tokens) and self.tokens[at].mark == mark

    def skip(self, count: int) -> None:
        self.at = min(self.at + count, len(self.tokens) - 1)
        self.token = self.tokens[self.at]

    def back_to(self, at: int) -> None:
        self.at = at
        self.token = self.tokens[at]

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
            self.token = self.tokens[self.at]
        return token

    def take(self, mark: str) -> bool:
        if self.token.mark != mark:
            return False
        self.advance()
        return True

    def expect(self, mark: str, hint: str = "") -> None:
        if not self.take(mark):
            self.fail(f"这里应为“{mark}”，却是{self.spoken()}", hint)

    def spoken(self) -> str:
        token = self.token
        return SPOKEN["end"] if token.kind == "end" else f"{SPOKEN.get(token.kind, '符号')}“{token.text[:30]}”"

    def fail(self, message: str, hint: str = "") -> NoReturn:
        raise FeelError(message, *position(self.source, self.token.start), hint)

    def finish(self) -> None:
        if self.token.kind != "end":
            self.fail(f"表达式到这里应已结束，却还有{self.spoken()}", "请检查是否少写了运算符或括号")
