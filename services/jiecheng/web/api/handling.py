"""Over the API: what people do with a work item besides deciding it."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases.returning import ReturnCase, return_case
from jiecheng.model.ids import WorkItemId
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["待办"])


@router.post("/work-items/{item}/return", summary="退回到以前的环节")
def send_back(desk: AtDesk, item: int, body: shapes.Return, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = ReturnCase(actor, WorkItemId(item), body.target, body.back, body.opinion, operation)
        return shapes.AnswerOut.model_validate(return_case(tx, command))
