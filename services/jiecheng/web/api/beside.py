"""Over the API: what stands beside the formal record of a case."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases.circulation import (
    CirculateCase,
    ViewCirculation,
    WithdrawCirculation,
    circulate_case,
    count_unread,
    list_unread,
    mark_read,
    view_circulation,
    withdraw_circulation,
)
from jiecheng.cases.question import (
    AnswerQuestion,
    AskQuestion,
    answer_question,
    ask_question,
    count_questions,
    list_questions,
)
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["传阅、沟通、督办"])


@router.post("/cases/{case}/circulations", status_code=201, summary="传阅给人或机关，不影响办理")
def circulate(desk: AtDesk, case: int, body: shapes.Circulation, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        item = None if body.item is None else WorkItemId(body.item)
        command = CirculateCase(actor, CaseId(case), body.to, body.words, item, operation)
        return shapes.AnswerOut.model_validate(circulate_case(tx, command))


@router.post("/circulations/{circulation}/withdrawal", summary="撤回还没有看的传阅")
def take_back(desk: AtDesk, circulation: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        return shapes.AnswerOut.model_validate(
            withdraw_circulation(tx, WithdrawCirculation(actor, circulation, operation))
        )


@router.post("/circulations/{circulation}/view", summary="写阅办意见：不是决定，不进审批表")
def give_view(
    desk: AtDesk, circulation: int, body: shapes.ReaderView, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = ViewCirculation(actor, circulation, body.view, operation)
        return shapes.AnswerOut.model_validate(view_circulation(tx, command))


@router.get("/circulations", summary="传阅给我、还没有看的")
def unread(desk: AtDesk, after: str = "") -> shapes.UnreadPage:
    with desk.open() as (tx, actor):
        page = list_unread(tx, actor, after)
        rows = [shapes.UnreadRow.model_validate(one) for one in page.rows]
        return shapes.UnreadPage(count=count_unread(tx, actor), rows=rows, next_key=page.next_key)


@router.post("/circulations/read", summary="标为已读")
def read(desk: AtDesk, body: shapes.ReadMarks) -> shapes.UnreadPage:
    with desk.open() as (tx, actor):
        mark_read(tx, actor, body.circulations)
        return shapes.UnreadPage(count=count_unread(tx, actor), rows=[], next_key="")


@router.post("/cases/{case}/questions", status_code=201, summary="沟通：就正在办的一步提问")
def ask(desk: AtDesk, case: int, body: shapes.Question, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        item = None if body.item is None else WorkItemId(body.item)
        command = AskQuestion(actor, CaseId(case), body.to, body.question, item, operation)
        return shapes.AnswerOut.model_validate(ask_question(tx, command))


@router.post("/questions/{question}/answer", summary="答复问我的问题")
def reply(desk: AtDesk, question: int, body: shapes.QuestionAnswer, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = AnswerQuestion(actor, question, body.answer, operation)
        return shapes.AnswerOut.model_validate(answer_question(tx, command))


@router.get("/questions", summary="问我、还没有答复的")
def questions(desk: AtDesk, after: str = "") -> shapes.QuestionPage:
    with desk.open() as (tx, actor):
        page = list_questions(tx, actor, after)
        rows = [shapes.QuestionRow.model_validate(one) for one in page.rows]
        return shapes.QuestionPage(count=count_questions(tx, actor), rows=rows, next_key=page.next_key)
