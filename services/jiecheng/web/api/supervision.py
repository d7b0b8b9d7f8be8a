"""Over the API: 督办, each step of its chain."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from jiecheng.cases.supervision import (
    AnswerSupervision,
    AssignSupervision,
    CloseSupervision,
    ReceiveSupervision,
    ReturnSupervision,
    SuperviseCase,
    answer_supervision,
    assign_supervision,
    close_supervision,
    receive_supervision,
    return_supervision,
    supervise_case,
)
from jiecheng.cases.supervision_view import list_supervisions
from jiecheng.model.ids import CaseId
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["传阅、沟通、督办"])


@router.get("/supervisions", summary="督办：等我办理的、我的、超期的、本单位的")
def list_them(
    desk: AtDesk, which: Literal["turn", "mine", "overdue", "organ"] = "mine", after: str = ""
) -> shapes.SupervisionPage:
    with desk.open() as (tx, actor):
        page = list_supervisions(tx, actor, which, after)
        rows = [shapes.SupervisionOut.model_validate(one) for one in page.rows]
        return shapes.SupervisionPage(rows=rows, next_key=page.next_key)


@router.post("/cases/{case}/supervisions", status_code=201, summary="立项督办")
def supervise(desk: AtDesk, case: int, body: shapes.Supervision, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        wish = (body.demand, body.days, body.due, body.basis, operation, body.task, body.to)
        command = SuperviseCase(actor, CaseId(case), *wish)
        return shapes.AnswerOut.model_validate(supervise_case(tx, command))


@router.post("/supervisions/{supervision}/assignment", summary="交办，或改交别人承办")
def assign(
    desk: AtDesk, supervision: int, body: shapes.SupervisionAssignment, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = AssignSupervision(actor, supervision, body.to, body.words, operation)
        return shapes.AnswerOut.model_validate(assign_supervision(tx, command))


@router.post("/supervisions/{supervision}/receipt", summary="签收督办")
def receive(desk: AtDesk, supervision: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = ReceiveSupervision(actor, supervision, operation)
        return shapes.AnswerOut.model_validate(receive_supervision(tx, command))


@router.post("/supervisions/{supervision}/answer", summary="反馈")
def reply(
    desk: AtDesk, supervision: int, body: shapes.SupervisionAnswer, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = AnswerSupervision(actor, supervision, body.answer, operation)
        return shapes.AnswerOut.model_validate(answer_supervision(tx, command))


@router.post("/supervisions/{supervision}/return", summary="要求补充")
def send_back(
    desk: AtDesk, supervision: int, body: shapes.SupervisionReturn, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = ReturnSupervision(actor, supervision, body.words, body.days, operation)
        return shapes.AnswerOut.model_validate(return_supervision(tx, command))


@router.post("/supervisions/{supervision}/closing", summary="办结督办")
def close(
    desk: AtDesk, supervision: int, body: shapes.SupervisionClosing, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = CloseSupervision(actor, supervision, body.words, operation)
        return shapes.AnswerOut.model_validate(close_supervision(tx, command))
