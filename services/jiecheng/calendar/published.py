"""Reads a published year's holidays from a file (CSV or iCalendar). Only the special days stand in it; what it does not
name counts by its weekday."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from jiecheng.calendar.days import Day
from jiecheng.model.errors import Finding, Invalid

MOST_BYTES = 200_000
LONGEST_NAME = 40
_OFF, _WORK = frozenset({"放假", "休", "休息", "off"}), frozenset({"上班", "班", "调休上班", "补班", "work"})
_WORK_WORDS, _OFF_WORDS = ("上班", "补班", "（班）", "(班)"), ("放假", "休", "假期", "假日")
_LONGEST_EVENT = 31  # days
_LEAST_OFF = 11  # statutory days off of a year since 2008; thirteen since 2025


def read_published(name: str, content: bytes, year: int) -> tuple[Day, ...]:
    """Every day of `year`, 正式; days of the years beside it that the same paper names come after them.

    Raises Invalid, with the line of each mistake.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("文件太大。一年的放假安排只有几十行，请核对是不是选错了文件。")
    text = _decoded(content)
    special = list(_events(text) if _is_calendar(name, text) else _rows(text))
    _require_year(special, year)
    return whole_year(year, special)


def whole_year(year: int, special: Sequence[Day]) -> tuple[Day, ...]:
    """All days of a year by their weekday, with these special ones laid over."""
    named = {day.date: day for day in special}
    first = date(year, 1, 1)
    every = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    inside = [named.get(day) or Day(day, day.weekday() < 5) for day in every]
    beside = [day for day in special if day.date.year != year]
    return (*inside, *beside)


def doubts(days: Sequence[Day]) -> Sequence[str]:
    """What looks odd about a whole year; said before anybody confirms it, and no reason to refuse."""
    off = [day for day in days if not day.working and day.name]
    said = []
    if len(off) < _LEAST_OFF:
        said.append(f"只有 {len(off)} 天放假，一年的法定放假不少于 {_LEAST_OFF} 天，请核对是不是漏了。")
    if not any(day.working and day.date.weekday() >= 5 for day in days):
        said.append("没有一天调休上班，请核对是不是漏了周末上班的日子。")
    return said


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文件的文字编码认不出来，请另存为 UTF-8 再上传。")


def _is_calendar(name: str, text: str) -> bool:
    return name.lower().endswith((".ics", ".ical")) or text.lstrip().upper().startswith("BEGIN:VCALENDAR")


def _rows(text: str) -> Iterator[Day]:
    """date, 放假 or 上班, name; a first line that is no date is a heading."""
    findings = []
    for number, cells in enumerate(csv.reader(io.StringIO(text)), 1):
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        day = _date(row[0])
        if day is None and number == 1:
            continue
        kind = row[1].lower() if len(row) > 1 else ""
        if day is None or kind not in _OFF | _WORK:
            findings.append(_finding(number, "应是“2027-01-01,放假,元旦”这样的三栏：日期、放假或上班、名称。"))
            continue
        name = row[2][:LONGEST_NAME] if len(row) > 2 else ""
        yield _special(day, kind in _WORK, name)
    if findings:
        raise Invalid(f"有 {len(findings)} 行看不懂，什么也没有改。", findings=findings)


def _events(text: str) -> Iterator[Day]:
    """All-day events; the end of one is the day after its last day, as iCalendar has it."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    event: dict[str, str] | None = None
    for number, line in enumerate(lines, 1):
        if line.upper() == "BEGIN:VEVENT":
            event = {}
        elif line.upper() == "END:VEVENT" and event is not None:
            yield from _days_of(event, number)
            event = None
        elif event is not None and ":" in line:
            name, _, value = line.partition(":")
            event[name.partition(";")[0].upper()] = value.strip()


def _days_of(event: dict[str, str], number: int) -> Iterator[Day]:
    words = event.get("SUMMARY", "").replace("\\,", "，")
    first, end = _date(event.get("DTSTART", "")[:8]), _date(event.get("DTEND", "")[:8])
    works = any(one in words for one in _WORK_WORDS) or words.endswith("班")
    if first is None or not (works or any(one in words for one in _OFF_WORDS)):
        sentence = f"日程“{words}”看不出哪一天、放假还是上班。标题里请写“放假”或“上班”。"
        raise Invalid("日历文件里有一条看不懂，什么也没有改。", findings=[_finding(number, sentence)])
    last = end - timedelta(days=1) if end is not None and end > first else first
    if (last - first).days >= _LONGEST_EVENT:
        raise Invalid(f"日程“{words}”有 {(last - first).days + 1} 天，不像一次放假，什么也没有改。")
    name = re.sub(r"[（(]?(调休上班|上班|补班|放假|假期|假日|休|班)[）)]?", "", words).strip()[:LONGEST_NAME]
    day = first
    while day <= last:
        yield _special(day, works, name)
        day += timedelta(days=1)


def _special(day: date, works: bool, name: str) -> Day:
    return Day(day, works, name=f"{name}{'调休上班' if works else '放假'}")


def _date(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _require_year(special: Sequence[Day], year: int) -> None:
    mine = [day for day in special if day.date.year == year]
    if not mine:
        raise Invalid(f"文件里没有 {year} 年的日子，请核对是不是选错了年份或文件。")
    # New Year's holiday may begin in the last days of the year before, and no paper reaches further.
    far = [day for day in special if abs((day.date - date(year, 7, 2)).days) > 200]
    if far:
        raise Invalid(f"文件里有 {far[0].date.isoformat()}，不属于 {year} 年，请核对是不是选错了年份或文件。")


def _finding(number: int, sentence: str) -> Finding:
    return Finding("calendar", f"第 {number} 行", f"第 {number} 行：{sentence}")
