"""Working days are counted as officials count them, and every date explains itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiecheng.calendar import (
    Calendar,
    Day,
    DayStatus,
    Pause,
    add_working_days,
    calendar_of,
    end_of_day,
    official_days,
    working_days_between,
)
from jiecheng.model.errors import Invalid

YEARS = calendar_of(*(official_days(year) for year in range(2020, 2028)))


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2026, 3, 2), 1, date(2026, 3, 3)),  # the day after receipt is day 1
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday: the weekend does not count
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # received on a Saturday
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # over the Spring Festival, with a worked Saturday before it
        (date(2026, 9, 18), 9, date(2026, 10, 8)),  # a worked Sunday, two holidays
        (date(2024, 2, 8), 2, date(2024, 2, 18)),  # the 18th was a worked Sunday
    ],
)
def test_due_dates_over_weekends_holidays_and_worked_weekends(start: date, n: int, due: date) -> None:
    found = add_working_days(YEARS, start, n)
    assert (found.date, found.provisional) == (due, False)


def test_every_day_on_the_way_says_why_it_counts_or_not() -> None:
    due = add_working_days(YEARS, date(2026, 9, 18), 2)
    assert due.steps == (
        (date(2026, 9, 19), False, "周六，不计"),
        (date(2026, 9, 20), True, "周日，国庆节调休上班，第 1 个工作日"),
        (date(2026, 9, 21), True, "周一，第 2 个工作日"),
    )
    assert due.sentence == "自收到次日起第 2 个工作日，即 2026-09-21（周一）。"
    assert add_working_days(YEARS, date(2026, 9, 30), 1).steps[0][2] == "周四，国庆节放假，不计"


def test_a_date_in_an_unpublished_year_is_provisional_and_says_so() -> None:
    unpublished = calendar_of(official_days(2026))
    due = add_working_days(unpublished, date(2026, 12, 30), 3)
    assert due.provisional
    assert "暂定" in due.sentence
    assert "（暂定，该年放假安排尚未公布）" in due.steps[-1][2]
    assert not add_working_days(unpublished, date(2026, 12, 30), 1).provisional


def test_publication_moves_a_provisional_date() -> None:
    published = [Day(date(2027, 1, number), number == 4, name="元旦放假") for number in range(1, 5)]
    before = add_working_days(calendar_of(official_days(2026)), date(2026, 12, 31), 1)
    after = add_working_days(calendar_of(official_days(2026), published), date(2026, 12, 31), 1)
    assert (before.date, before.provisional) == (date(2027, 1, 1), True)
    assert (after.date, after.provisional) == (date(2027, 1, 4), False)


def test_a_local_day_goes_over_the_national_one() -> None:
    local = [Day(date(2026, 3, 3), False, name="台风停工")]
    due = add_working_days(calendar_of(official_days(2026), local), date(2026, 3, 2), 1)
    assert due.date == date(2026, 3, 4)
    assert due.steps[0] == (date(2026, 3, 3), False, "周二，台风停工，不计")


def test_a_held_case_stops_its_clock() -> None:
    pause = Pause(date(2026, 3, 4), date(2026, 3, 6), "补正材料")
    due = add_working_days(YEARS, date(2026, 3, 2), 2, [pause])
    assert due.date == date(2026, 3, 9)
    assert due.steps[1] == (date(2026, 3, 4), False, "周三，计时暂停（补正材料），不计")


def test_a_pause_without_an_end_has_no_due_date() -> None:
    with pytest.raises(Invalid, match="暂停还没有结束"):
        add_working_days(YEARS, date(2026, 3, 2), 2, [Pause(date(2026, 3, 3), date.max, "挂起")])


@pytest.mark.parametrize("n", [0, -1, 1001])
def test_a_limit_that_makes_no_sense_is_invalid(n: int) -> None:
    with pytest.raises(Invalid, match="1 到 1000"):
        add_working_days(YEARS, date(2026, 3, 2), n)


@given(st.dates(date(2020, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_counting_back_gives_the_number_again(start: date, n: int) -> None:
    due = add_working_days(YEARS, start, n)
    assert working_days_between(YEARS, start, due.date) == n
    assert working_days_between(YEARS, due.date, start) == -n
    assert sum(counted for _, counted, _ in due.steps) == n
    assert [day for day, _, _ in due.steps] == [start + timedelta(days=k + 1) for k in range(len(due.steps))]
    assert YEARS.day(due.date).working


def test_a_limit_passes_at_half_past_five_in_shanghai() -> None:
    assert end_of_day(date(2026, 3, 9)).astimezone(UTC) == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "working"), [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_published_years_are_official_and_whole(year: int, working: int) -> None:
    days = official_days(year)
    assert days[0].date == date(year, 1, 1)
    assert days[-1].date == date(year, 12, 31)
    assert {day.status for day in days} == {DayStatus.OFFICIAL}
    assert sum(day.working for day in days) == working


def test_a_year_beyond_the_library_counts_by_weekday_and_is_provisional() -> None:
    days = official_days(2099)
    assert {day.status for day in days} == {DayStatus.PROVISIONAL}
    assert all(day.working == (day.date.weekday() < 5) for day in days)
    assert Calendar().day(date(2099, 10, 1)) == days[273]
