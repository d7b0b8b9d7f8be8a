"""How a letter says dates, money, lists and sentences. Pure text; the filters of the template language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

_CLOSING = "。！？；…”.!?;"


def chinese_date(value: object) -> str:
    """2026年3月16日 from a date or ISO text. Months and days without a leading zero: GB/T 9704-2012, 7.3.5.4."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"“{value}”不是日期") from None
    if not isinstance(value, date):
        raise ValueError(f"“{_quoted(value)}”不是日期")
    return f"{value.year}年{value.month}月{value.day}日"


def money(value: object) -> str:
    """12,345.60元 from a number; whole yuan without decimals."""
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        if not amount.is_finite():
            raise InvalidOperation
        rounded = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(f"“{_quoted(value)}”不是金额") from None
    return f"{rounded:,.0f}元" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}元"


def joined(values: object, between: str = "、") -> str:
    """甲、乙、丙; a person or an organ counts with its name."""
    if isinstance(values, str) or not isinstance(values, list | tuple):
        raise ValueError(f"“{_quoted(values)}”不是几项内容，不能用 join 连接")
    return between.join(str(each["name"] if isinstance(each, Mapping) and "name" in each else each) for each in values)


def sentence(value: object) -> str:
    """What somebody typed, closed with a full stop where he left it out."""
    if not isinstance(value, str):
        raise ValueError(f"“{_quoted(value)}”不是一段文字")
    text = value.strip()
    return text if not text or text[-1] in _CLOSING else f"{text}。"


def _quoted(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"date": chinese_date, "money": money, "join": joined, "sentence": sentence}
)
