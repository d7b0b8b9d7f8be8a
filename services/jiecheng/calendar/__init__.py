"""Working days of a district, and due dates that explain themselves day by day. Pure: the day of receipt is handed in."""

from jiecheng.calendar.changes import DayChange, changed_days, recounted, with_days
from jiecheng.calendar.days import WEEKDAYS, Calendar, Day, DayStatus, calendar_of, is_published, official_days
from jiecheng.calendar.due import (
    SHANGHAI,
    DueDate,
    Pause,
    Step,
    add_working_days,
    end_of_day,
    working_days_between,
)
from jiecheng.calendar.office import next_office_hour
from jiecheng.calendar.published import doubts, read_published, whole_year

__all__ = [
    "SHANGHAI",
    "WEEKDAYS",
    "Calendar",
    "Day",
    "DayChange",
    "DayStatus",
    "DueDate",
    "Pause",
    "Step",
    "add_working_days",
    "calendar_of",
    "changed_days",
    "doubts",
    "end_of_day",
    "is_published",
    "next_office_hour",
    "official_days",
    "read_published",
    "recounted",
    "whole_year",
    "with_days",
    "working_days_between",
]
