"""The values a case may hold: what JSON can say, with numbers as Decimal (never float) and dates as ISO text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = "bool | int | Decimal | str | Sequence[Value] | Mapping[str, Value] | None"
Variables: TypeAlias = Mapping[str, Value]
