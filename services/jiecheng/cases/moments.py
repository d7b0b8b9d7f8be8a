"""When a timer is due. The engine has no clock: it hands over ISO 8601 text, and here it meets the present moment."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from jiecheng.cases.house import BEIJING
from jiecheng.model.errors import Invalid

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d*)/(?P<period>P.+)")


def due_at(kind: str, value: str, now: datetime) -> datetime:
    """The moment at which a timer of this kind fires, counted from `now`. A date without a time means its first minute
    in Beijing. Raises Invalid for text that is no date, duration or cycle."""
    if kind == "timeDate":
        return _moment(value)
    if kind == "timeDuration":
        return _after(value, now)
    return _after(_cycle(value)[1], now)


def next_cycle(value: str) -> str | None:
    """What is left of a cycle after it fired once: "R3/P1D" -> "R2/P1D"; None when it was the last time."""
    times, period = _cycle(value)
    if times is None:
        return value
    return f"R{times - 1}/{period}" if times > 1 else None


def _cycle(value: str) -> tuple[int | None, str]:
    match = _CYCLE.fullmatch(value)
    if match is None:
        raise Invalid(f"「{value}」不是有效的循环时间。请写成 R3/P1D 这样的格式。")
    return (int(match["times"]) if match["times"] else None), match["period"]


def _moment(value: str) -> datetime:
    try:
        if len(value) <= 10:
            return datetime.combine(date.fromisoformat(value), time(), BEIJING)
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Invalid(f"「{value}」不是一个存在的日期或时间。") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _after(value: str, now: datetime) -> datetime:
    match = _DURATION.fullmatch(value)
    if match is None or not any(match.groups()):
        raise Invalid(f"「{value}」不是有效的时长。请写成 P10D、PT2H 这样的格式。")
    part = {name: int(text) for name, text in match.groupdict().items() if text}
    months = part.pop("years", 0) * 12 + part.pop("months", 0)
    return _add_months(now, months) + timedelta(**part)


def _add_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    local = moment.astimezone(BEIJING)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    for day in (local.day, 30, 29, 28):
        try:
            return local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
