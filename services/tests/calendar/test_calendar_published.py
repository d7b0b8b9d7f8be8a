"""A published year is read from the files that people have, and mistakes are named by their line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiecheng.calendar import (
    Calendar,
    Day,
    add_working_days,
    changed_days,
    doubts,
    is_published,
    official_days,
    read_published,
    recounted,
    whole_year,
    with_days,
)
from jiecheng.model.errors import Invalid

CSV = "日期,类型,名称\n2027-01-01,放假,元旦\n2027/1/2,休,元旦\n2027年1月3日,放假,元旦\n2027-02-07,上班,春节\n"
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
DTEND;VALUE=DATE:20270104\r
SUMMARY:元旦 放\r
 假\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270207\r
SUMMARY:春节（班）\r
END:VEVENT\r
END:VCALENDAR\r
"""


def special(days: tuple[Day, ...]) -> list[tuple[date, bool, str]]:
    return [(day.date, day.working, day.name) for day in days if day.name]


@pytest.mark.parametrize(
    ("name", "content"),
    [("2027.csv", CSV.encode()), ("2027.csv", CSV.encode("gb18030")), ("2027.ics", ICS.encode()), ("x", ICS.encode())],
)
def test_a_year_is_read_from_csv_and_from_a_calendar_file(name: str, content: bytes) -> None:
    days = read_published(name, content, 2027)
    assert len(days) == 365
    assert {day.status.value for day in days} == {"正式"}
    assert special(days) == [
        (date(2027, 1, 1), False, "元旦放假"),
        (date(2027, 1, 2), False, "元旦放假"),
        (date(2027, 1, 3), False, "元旦放假"),
        (date(2027, 2, 7), True, "春节调休上班"),
    ]


def test_new_year_may_begin_in_the_year_before() -> None:
    days = read_published("a.csv", "2026-12-31,放假,元旦\n2027-01-01,放假,元旦\n".encode(), 2027)
    assert days[-1] == Day(date(2026, 12, 31), False, name="元旦放假")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("2027-01-01,放假,元旦\n2027-13-01,放假,元旦\n2027-01-02,也许,元旦\n", "有 2 行看不懂"),
        ("2026-01-01,放假,元旦\n", "没有 2027 年"),
        ("2027-01-01,放假,元旦\n2028-05-01,放假,劳动节\n", "2028-05-01，不属于 2027 年"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:开会\nEND:VEVENT\n", "看不懂"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nDTEND:20271231\nSUMMARY:放假\nEND:VEVENT\n", "不像一次放假"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_taken(content: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_published("a.csv", content.encode(), 2027)


def test_a_line_that_is_wrong_is_named() -> None:
    with pytest.raises(Invalid) as wrong:
        read_published("a.csv", "2027-01-01,放假,元旦\n2027-02-30,放假,春节\n".encode(), 2027)
    assert [one.place for one in wrong.value.findings] == ["第 2 行"]


def test_a_thin_year_is_doubted_and_a_real_one_is_not() -> None:
    assert len(doubts(whole_year(2027, [Day(date(2027, 1, 1), False, name="元旦放假")]))) == 2
    assert doubts(official_days(2026)) == []


def test_only_years_of_the_library_are_published() -> None:
    assert is_published(2026)
    assert not is_published(2035)


BEFORE = Calendar({day.date: day for year in range(2025, 2028) for day in official_days(year)})


@given(
    start=st.dates(date(2026, 1, 1), date(2026, 9, 1)),
    n=st.integers(1, 40),
    off=st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=8),
)
def test_a_date_counted_anew_is_the_date_counted_from_the_beginning(start: date, n: int, off: set[date]) -> None:
    after = with_days(BEFORE, [Day(day, False, name="停工") for day in off])
    old = add_working_days(BEFORE, start, n).date
    assert recounted(BEFORE, after, start, old) == add_working_days(after, start, n).date


def test_only_days_that_differ_are_changes() -> None:
    new = [Day(date(2026, 3, 3), False, name="停工"), BEFORE.day(date(2026, 3, 4))]
    found = changed_days(BEFORE, with_days(BEFORE, new), [day.date for day in new])
    assert [(one.after.date, one.counts) for one in found] == [(date(2026, 3, 3), True)]
