"""What stays: histories with their verdict, and the registers."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases import history, register
from jiecheng.model.ids import CaseId
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk

router = APIRouter(tags=["历史与台账"])


@router.get("/cases/{case}/history", summary="办件历史，按发生顺序")
def show_history(desk: AtDesk, case: int) -> shapes.HistoryOut:
    with desk.open() as (tx, actor):
        view = history.show_history(tx, actor, CaseId(case))
        return shapes.HistoryOut(
            case=view.case.id,
            number=view.case.number,
            state=view.case.state,
            version=view.version,
            rows=[shapes.HistoryRow.model_validate(row) for row in view.rows],
        )


@router.get("/cases/{case}/history/verdict", summary="校验办件历史")
def verify(desk: AtDesk, case: int) -> shapes.Verdict:
    with desk.open() as (tx, actor):
        verdict = history.verify_case(tx, actor, CaseId(case))
        return shapes.Verdict(
            ok=verdict.ok,
            count=verdict.count,
            sentence=verdict.sentence,
            faults=[f"{fault.seq}: {fault.sentence}" for fault in verdict.faults],
        )


@router.get("/registers/{name}", summary="台账")
def list_entries(desk: AtDesk, name: str, tab: str = "", text: str = "", after: str = "") -> shapes.RegisterOut:
    with desk.open() as (tx, actor):
        view = register.list_entries(tx, actor, name, register.Wish(tab=tab, text=text.strip()), key=after)
        return shapes.RegisterOut(
            name=view.definition.name,
            title=view.definition.title,
            tab=view.tab,
            counts=dict(view.counts),
            rows=[shapes.Entry.model_validate(row) for row in view.page.rows],
            next_key=view.page.next_key,
        )
