"""Substitutions (代理) over the API: what is arranged, the preview, arrange, change, end."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases.substitution import (
    ArrangeSubstitution,
    ChangeSubstitution,
    DeclineSubstitution,
    EndSubstitution,
    Terms,
    arrange_substitution,
    change_substitution,
    decline_substitution,
    end_substitution,
)
from jiecheng.cases.substitution_view import (
    SubstitutionView,
    giver_named,
    preview,
    show_board,
    show_substitution,
)
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["代理"])


@router.get("/substitutions", summary="我请人代办的、我代别人办的")
def list_all(desk: AtDesk) -> shapes.SubstitutionList:
    with desk.open() as (tx, actor):
        board = show_board(tx, actor)
        return shapes.SubstitutionList(
            given=[_out(one) for one in board.given], standing=[_out(one) for one in board.standing]
        )


@router.post("/substitutions/preview", summary="预览：哪些会交过去，哪些仍由本人办理、为什么；什么也不改变")
def look_ahead(desk: AtDesk, body: shapes.SubstitutionIn) -> shapes.SubstitutionPreview:
    with desk.open() as (tx, actor):
        found = preview(tx, actor, giver_named(tx, actor, body.giver), _terms(body))
        return shapes.SubstitutionPreview.model_validate(found)


@router.post("/substitutions", summary="安排代理")
def arrange(desk: AtDesk, body: shapes.SubstitutionIn, operation: OperationKey = "") -> shapes.SubstitutionAnswer:
    with desk.open() as (tx, actor):
        command = ArrangeSubstitution(actor, giver_named(tx, actor, body.giver), _terms(body), operation)
        return shapes.SubstitutionAnswer.model_validate(arrange_substitution(tx, command))


@router.get("/substitutions/{number}", summary="一条代理和它的经过")
def show(desk: AtDesk, number: int) -> shapes.SubstitutionDetail:
    with desk.open() as (tx, actor):
        view = show_substitution(tx, actor, number)
        log = [shapes.SubstitutionLogRow.model_validate(one) for one in view.log]
        return shapes.SubstitutionDetail(**_out(view).model_dump(), log=log)


@router.put("/substitutions/{number}", summary="修改还没有开始的代理")
def change(
    desk: AtDesk, number: int, body: shapes.SubstitutionIn, operation: OperationKey = ""
) -> shapes.SubstitutionAnswer:
    with desk.open() as (tx, actor):
        command = ChangeSubstitution(actor, number, _terms(body), operation)
        return shapes.SubstitutionAnswer.model_validate(change_substitution(tx, command))


@router.post("/substitutions/{number}/end", summary="提前结束；还没有开始的取消")
def end(desk: AtDesk, number: int, operation: OperationKey = "") -> shapes.SubstitutionAnswer:
    with desk.open() as (tx, actor):
        return shapes.SubstitutionAnswer.model_validate(end_substitution(tx, EndSubstitution(actor, number, operation)))


@router.post("/substitutions/{number}/decline", summary="被指定的人不能代办")
def decline(
    desk: AtDesk, number: int, body: shapes.SubstitutionDecline, operation: OperationKey = ""
) -> shapes.SubstitutionAnswer:
    with desk.open() as (tx, actor):
        command = DeclineSubstitution(actor, number, body.reason, operation)
        return shapes.SubstitutionAnswer.model_validate(decline_substitution(tx, command))


def _terms(body: shapes.SubstitutionIn) -> Terms:
    return Terms(body.to, body.first, body.last, body.reason, tuple(body.scope), body.arriving)


def _out(view: SubstitutionView) -> shapes.SubstitutionOut:
    row = view.row
    return shapes.SubstitutionOut(
        id=row.id,
        giver=row.giver,
        giver_label=view.giver,
        substitute=row.substitute,
        substitute_label=view.substitute,
        first=row.first,
        last=row.last,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        scope=list(row.scope),
        arriving=row.arriving,
        reason=row.reason,
        state=view.code,
        cause=row.cause,
        reached=view.reached,
        decided=view.decided,
        may_change=view.may_change,
        may_end=view.may_end,
        may_decline=view.may_decline,
    )
