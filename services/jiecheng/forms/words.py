"""Values as people read them: Chinese dates, grouped numbers, 是 and 否."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from jiecheng.forms.expression import Expression, Names, Template

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}:[0-9]{2})(?::[0-9.]+)?(?:Z|[+-][0-9:]+)?)?")


def say_moment(text: str) -> str:
    """2026年3月1日, 2026年3月1日 09:30; a text that is no ISO date stays as it is."""
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    day = f"{int(match[1])}年{int(match[2])}月{int(match[3])}日"
    return f"{day} {match[4]}" if match[4] else day


def say_number(number: Decimal | int) -> str:
    """1,234,567.50 without an exponent."""
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"


def say(value: object) -> str:
    """Any value of the house inside a sentence."""
    match value:
        case None:
            words = ""
        case bool():
            words = "是" if value else "否"
        case Decimal():
            words = f"{value:f}"
        case str():
            words = say_moment(value)
        case Mapping():
            words = say(value.get("name") or value.get("label") or value.get("id"))
        case Sequence():
            words = "、".join(say(one) for one in value)
        case _:
            words = str(value)
    return words


def fill(template: Template, names: Names) -> str:
    """The template with its expressions computed."""
    return "".join(say(part.evaluate(names)) if isinstance(part, Expression) else part for part in template.parts)
