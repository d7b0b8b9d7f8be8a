"""When people may be disturbed."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiecheng.calendar import SHANGHAI, calendar_of, next_office_hour, official_days

KNOWN = calendar_of(official_days(2026))


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:00"),
        ("2026-03-02 06:00", "2026-03-02 08:30"),
        ("2026-03-02 17:30", "2026-03-03 08:30"),
        ("2026-03-06 20:00", "2026-03-09 08:30"),  # Friday evening
        ("2026-09-30 20:00", "2026-10-08 08:30"),  # the National Day
        ("2026-02-14 10:00", "2026-02-14 10:00"),  # a worked Saturday
    ],
)
def test_the_next_office_hour(now: str, then: str) -> None:
    read = datetime.fromisoformat
    assert next_office_hour(KNOWN, read(now).replace(tzinfo=SHANGHAI)) == read(then).replace(tzinfo=SHANGHAI)
