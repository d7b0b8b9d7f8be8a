"""How values read on a page: days, moments, sizes, query strings. Template filters; no markup, no decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlencode

from jinja2 import Environment

from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.command import CHINESE_EVENTS
from jiecheng.model.voting import Vote

# One time zone for the whole country; without tzdata on the machine this still holds.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
CHINESE_VOTES: Mapping[str, str] = {
    Vote.AGREE: "同意",
    Vote.DISAGREE: "不同意",
    Vote.ABSTAIN: "弃权",
    Vote.ABSENT: "缺席",
    Vote.RECUSED: "回避",
}


def day(value: date | datetime | str | None) -> str:
    """2026-11-21（周六）"""
    found = _as_day(value)
    return f"{found:%Y-%m-%d}（周{WEEKDAYS[found.weekday()]}）" if found else str(value or "")


def plain_day(value: date | datetime | str | None) -> str:
    """2026-11-21"""
    found = _as_day(value)
    return f"{found:%Y-%m-%d}" if found else str(value or "")


def moment(value: datetime | None) -> str:
    """2026-11-21 14:05"""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}" if value else ""


def size(count: int) -> str:
    """12 KB"""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def case_word(state: str) -> str:
    return CHINESE_CASE_STATES[CaseState(state)]


def event_word(event: str) -> str:
    return CHINESE_EVENTS.get(event, event)


def vote_word(vote: str) -> str:
    return CHINESE_VOTES.get(vote, vote)


def without(query: Mapping[str, str], *names: str) -> str:
    """The query string without these keys."""
    return urlencode({key: value for key, value in query.items() if key not in names})


def with_value(query: Mapping[str, str], name: str, value: str) -> str:
    """The query string with this key set."""
    return urlencode({**query, name: value})


def teach(environment: Environment) -> None:
    """Give a template environment these words."""
    environment.filters.update(
        day=day,
        plain_day=plain_day,
        moment=moment,
        size=size,
        case_word=case_word,
        event_word=event_word,
        vote_word=vote_word,
        without=without,
        with_value=with_value,
    )


def _as_day(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
