"""A clock that stands still until a sentence moves it, and the dates of the sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from jiecheng.cases import BEIJING

OFFICE_HOURS = 9
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@dataclass(slots=True)
class MovedClock:
    now: datetime = datetime(2026, 12, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def read_date(text: str) -> date:
    """2026年12月1日 as a date."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}”不是日期，请写成 2026年12月1日。")
    return date(*(int(part) for part in found.groups()))


def moment(day: date, hour: int = OFFICE_HOURS) -> datetime:
    """That hour of the day in Beijing."""
    return datetime.combine(day, time(hour), BEIJING)
