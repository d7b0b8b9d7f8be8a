"""Office hours: when people may be disturbed. Pure; the moment is handed in."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from jiecheng.calendar.days import Calendar
from jiecheng.calendar.due import CLOSING_TIME, SHANGHAI

OPENING_TIME = time(8, 30)


def next_office_hour(calendar: Calendar, now: datetime) -> datetime:
    """`now` itself in office hours, else the next opening."""
    here = now.astimezone(SHANGHAI)
    day = here.date()
    if calendar.day(day).working and here.time() < CLOSING_TIME:
        return max(now, datetime.combine(day, OPENING_TIME, SHANGHAI))
    day += timedelta(days=1)
    while not calendar.day(day).working:
        day += timedelta(days=1)
    return datetime.combine(day, OPENING_TIME, SHANGHAI)
