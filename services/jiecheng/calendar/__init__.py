"""Working days of a district, and due dates that explain themselves day by day. Pure: the day of receipt is handed in."""

from jiecheng.calendar.days import Calendar, Day, DayStatus, calendar_of, official_days
from jiecheng.calendar.due import (
    SHANGHAI,
    DueDate,
    Pause,
    Step,
    add_working_days,
    end_of_day,
    working_days_between,
)

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Day",
    "DayStatus",
    "DueDate",
    "Pause",
    "Step",
    "add_working_days",
    "calendar_of",
    "end_of_day",
    "official_days",
    "working_days_between",
]
