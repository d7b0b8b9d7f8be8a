"""What another calendar does to dates that were counted before; values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from jiecheng.calendar.days import Calendar, Day
from jiecheng.calendar.due import add_working_days, working_days_between


@dataclass(frozen=True, slots=True)
class DayChange:
    before: Day
    after: Day

    @property
    def counts(self) -> bool:
        """Whether the day is worked now and was not, or the other way; else only its status or its name is another."""
        return self.before.working is not self.after.working


def changed_days(before: Calendar, after: Calendar, around: Iterable[date]) -> tuple[DayChange, ...]:
    """Those of the days in which the two calendars differ, in order."""
    pairs = ((before.day(day), after.day(day)) for day in sorted(set(around)))
    return tuple(DayChange(old, new) for old, new in pairs if old != new)


def with_days(calendar: Calendar, days: Iterable[Day]) -> Calendar:
    """The calendar with these days in place of its own."""
    return replace(calendar, days={**calendar.days, **{day.date: day for day in days}})


def recounted(before: Calendar, after: Calendar, start: date, end: date) -> date:
    """As many working days after `start` as `end` was, counted anew. A day that was none of them stays where it is."""
    if end <= start or not before.day(end).working:
        return end
    return add_working_days(after, start, working_days_between(before, start, end)).date
