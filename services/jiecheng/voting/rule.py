"""Shares of a meeting: how they are written in a diagram, compared exactly, and said in Chinese.

Written form is "numerator/denominator". "1/2" means *more than* half (过半数), because half against half decides
nothing; every other share means *at least* that share ("2/3" = 三分之二以上, "1/1" = 全体).
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from jiecheng.model.errors import Invalid
from jiecheng.model.voting import MeetingRule

_SHARE = re.compile(r"\s*([0-9]{1,3})\s*/\s*([0-9]{1,3})\s*")
_HALF = Fraction(1, 2)
_DIGITS = "零一二三四五六七八九十"


def read_rule(quorum: str = "1/2", majority: str = "1/2") -> MeetingRule:
    """The rule that two shares name; `Invalid` when one of them is no share, or a majority is less than half."""
    present, agree = _share(quorum, "到会比例"), _share(majority, "通过比例")
    if agree < _HALF:
        raise Invalid(f"通过比例不能低于一半，现为「{majority}」。请改为 1/2、2/3 等。")
    return MeetingRule(
        quorum=_decimal(present),
        quorum_strict=present == _HALF,
        majority=_decimal(agree),
        majority_strict=agree == _HALF,
    )


def reaches(count: int, base: int, share: Decimal, *, strict: bool) -> bool:
    """Whether `count` out of `base` is the share (or more than it); nobody out of nobody never is."""
    if base == 0:
        return False
    # 2/3 has no finite decimal: the fraction is recovered, so that 4 of 6 is two thirds and not a hair less.
    needed = exact(share) * base
    return count > needed if strict else count >= needed


def exact(share: Decimal) -> Fraction:
    """The share a person meant when he wrote it with a denominator up to three digits."""
    return Fraction(share).limit_denominator(1000)


def say_share(share: Decimal) -> str:
    """半数, 全体, 三分之二 …"""
    fraction = exact(share)
    if fraction == _HALF:
        return "半数"
    if fraction == 1:
        return "全体"
    return f"{_word(fraction.denominator)}分之{_word(fraction.numerator)}"


def _share(text: str, what: str) -> Fraction:
    match = _SHARE.fullmatch(text)
    if match is None or int(match[2]) == 0:
        raise Invalid(f"{what}「{text}」看不懂。请写成 1/2、2/3 这样的分数。")
    share = Fraction(int(match[1]), int(match[2]))
    if not 0 < share <= 1:
        raise Invalid(f"{what}「{text}」必须大于 0 且不超过 1。请写成 1/2、2/3 这样的分数。")
    return share


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _word(number: int) -> str:
    return _DIGITS[number] if number < len(_DIGITS) else str(number)
