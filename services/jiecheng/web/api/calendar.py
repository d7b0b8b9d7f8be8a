"""Over the API: the district's working days, and changes of them with their effect before they are made."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from jiecheng.calendar import Day
from jiecheng.cases import calendar
from jiecheng.web.api.desk import AtDesk
from jiecheng.web.api.shapes import In, Out

router = APIRouter(tags=["工作日历"])


class DayOut(Out):
    date: date
    working: bool
    status: str
    name: str


class SpecialDay(In):
    date: date
    working: bool
    name: str = Field("", max_length=40)


class PublishedYear(In):
    days: list[SpecialDay] = Field(max_length=120, description="与星期不同的日子；没有写到的按星期算")


class OwnDay(In):
    working: bool | None = Field(description="null 表示取消本区另定")
    name: str = ""


class LimitOut(Out):
    number: str
    step: str
    before: date
    after: date
    provisional: bool


class ProposalOut(Out):
    id: int
    sentence: str
    effect: str
    limits: list[LimitOut]
    timers: int
    doubts: list[str]


class SaidOut(Out):
    sentence: str


@router.get("/calendar/{year}", summary="一年的工作日")
def read_year(desk: AtDesk, year: int) -> list[DayOut]:
    with desk.open() as (tx, actor):
        view = calendar.show_year(tx, actor, year)
        return [
            DayOut(date=day.date, working=day.working, status=day.status.value, name=day.name)
            for month in view.months
            for week in month
            for day in week
            if day
        ]


@router.post("/calendar/{year}/proposals", summary="核对一年的放假安排：先看影响，还没有改")
def propose_year(desk: AtDesk, year: int, body: PublishedYear) -> ProposalOut:
    with desk.open() as (tx, actor):
        days = [Day(one.date, one.working, name=one.name or "公布") for one in body.days]
        return _shape(calendar.propose_days(tx, actor, year, days))


@router.put("/calendar/days/{day}", summary="核对本区另定的一天：先看影响，还没有改")
def propose_day(desk: AtDesk, day: date, body: OwnDay) -> ProposalOut:
    with desk.open() as (tx, actor):
        return _shape(calendar.propose_day(tx, calendar.ProposeDay(actor, day, body.working, body.name)))


@router.post("/calendar/proposals/{change}/confirm", summary="确认：日历变更，期限和定时重新计算，通知承办人")
def confirm(desk: AtDesk, change: int) -> SaidOut:
    with desk.open() as (tx, actor):
        return SaidOut(sentence=calendar.confirm_change(tx, actor, change))


def _shape(found: calendar.Proposal) -> ProposalOut:
    limits = [
        LimitOut(
            number=one.number,
            step=one.title,
            before=one.before,
            after=one.after.date,
            provisional=one.after.provisional,
        )
        for one in found.effect.moved
    ]
    return ProposalOut(
        id=found.id, sentence=found.sentence, effect=found.effect.sentence, limits=limits,
        timers=len(found.effect.timers), doubts=list(found.doubts),
    )  # fmt: skip
