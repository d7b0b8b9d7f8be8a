"""收文 over the API: what one's organs were sent, and signing for it."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases.received import ReceivePaper, list_papers, receive_paper
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["收文"])


@router.get("/papers", summary="发给我单位的文书，新的在前")
def show_list(desk: AtDesk, text: str = "", after: str = "") -> shapes.PaperPage:
    with desk.open() as (tx, actor):
        page = list_papers(tx, actor, text.strip(), after)
        rows = [shapes.Paper.model_validate(row) for row in page.rows]
        return shapes.PaperPage(rows=rows, next_key=page.next_key)


@router.post("/papers/{paper}/receipt", summary="签收一份文书")
def sign(desk: AtDesk, paper: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        return shapes.AnswerOut.model_validate(receive_paper(tx, ReceivePaper(actor, paper, operation)))
