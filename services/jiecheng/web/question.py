"""沟通 from the pages of a case and of a work item: ask about the step one works on, answer what one was asked."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.once import Answer
from jiecheng.cases.question import AnswerQuestion, AskQuestion, answer_question, ask_question, list_questions
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.web.case import beside
from jiecheng.web.inbox import query_of, tabs
from jiecheng.web.posted import PostedForm
from jiecheng.web.visit import Visit, enter

router = APIRouter()


@router.get("/inbox/questions")
def show(request: Request, after: str = "") -> Response:
    """待答复: what others asked and still wait for."""
    with enter(request) as visit:
        page = list_questions(visit.tx, visit.actor, after)
        return visit.page("inbox_questions.html", page=page, query=query_of(request), tabs=tabs(visit, "questions"))


@router.post("/cases/{case}/questions")
def ask(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        item = WorkItemId(int(posted.one("_item"))) if posted.one("_item").isdecimal() else None
        to, words = posted.one("_to"), posted.one("_question")
        return ask_question(visit.tx, AskQuestion(visit.actor, CaseId(case), to, words, item, posted.one("_operation")))

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/questions/{question}/answer")
def reply(request: Request, case: int, question: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = AnswerQuestion(visit.actor, question, posted.one("_answer"), posted.one("_operation"))
        return answer_question(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)
