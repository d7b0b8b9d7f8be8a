"""Work items over the API: the list, one item, claim, release, decide."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases import inbox
from jiecheng.cases.item_view import show_item
from jiecheng.cases.work_item import (
    ClaimWorkItem,
    DecideWorkItem,
    ReleaseWorkItem,
    claim_work_item,
    decide_work_item,
    release_work_item,
)
from jiecheng.model.ids import WorkItemId
from jiecheng.model.voting import Ballot, Vote
from jiecheng.store.work_list import ListFilter
from jiecheng.web.api import shapes
from jiecheng.web.api.case import case_out, values_of
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["待办"])


@router.get("/inbox", summary="我的待办")
def list_open(desk: AtDesk, process: str = "", due: str = "", text: str = "", after: str = "") -> shapes.ItemPage:
    with desk.open() as (tx, actor):
        page = inbox.list_open(tx, actor, ListFilter(process, due, text.strip()), after)
        rows = [shapes.ItemRow.model_validate(row) for row in page.rows]
        return shapes.ItemPage(rows=rows, next_key=page.next_key)


@router.get("/inbox/lent", summary="我代办的：正在代别人办理的待办")
def list_lent(
    desk: AtDesk, whom: str = "", process: str = "", due: str = "", text: str = "", after: str = ""
) -> shapes.ItemPage:
    with desk.open() as (tx, actor):
        page = inbox.list_lent(tx, actor, ListFilter(process, due, text.strip(), whom=whom), after)
        rows = [shapes.ItemRow.model_validate(row) for row in page.rows]
        return shapes.ItemPage(rows=rows, next_key=page.next_key)


@router.get("/inbox/waiting", summary="我在等加签的人签的：签完回到我这里，或者我的决定生效")
def list_waiting(desk: AtDesk) -> list[shapes.ItemRow]:
    with desk.open() as (tx, actor):
        return [shapes.ItemRow.model_validate(row) for row in inbox.list_waiting(tx, actor)]


@router.get("/work-items/{item}", summary="一条待办：表单、可作的决定、会议成员")
def show(desk: AtDesk, item: int) -> shapes.ItemOut:
    with desk.open() as (tx, actor):
        view = show_item(tx, actor, WorkItemId(item))
        members = view.meeting.members if view.meeting else ()
        return shapes.ItemOut(
            item=view.item.id,
            case=case_out(view.case),
            step=shapes.Step.model_validate(view.step),
            state=view.item.state,
            fields=values_of(view.sections),
            outcomes=[shapes.Outcome.model_validate(one) for one in view.outcomes],
            members=[shapes.Member.model_validate(one) for one in members],
            may_claim=view.may_claim,
            may_release=view.may_release,
            why_not=view.why_not,
            returned=view.task.returned,
            returns=[shapes.ReturnTarget(target=target, name=name) for target, name in view.operations.returns],
            return_ways=list(view.operations.return_ways),
            may_transfer=view.operations.may_transfer,
            may_delegate=view.operations.may_delegate,
            may_answer=view.operations.may_answer,
            signer_ways=list(view.operations.signer_ways),
            chain=list(view.operations.chain),
            missing=list(view.operations.missing),
            in_place_of=view.in_place_of,
        )


@router.post("/work-items/{item}/claim", summary="签收")
def claim(desk: AtDesk, item: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = claim_work_item(tx, ClaimWorkItem(actor, WorkItemId(item), operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/work-items/{item}/release", summary="退回待签收")
def release(desk: AtDesk, item: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = release_work_item(tx, ReleaseWorkItem(actor, WorkItemId(item), operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/work-items/{item}/decision", summary="办理")
def decide(desk: AtDesk, item: int, body: shapes.Decision, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = DecideWorkItem(
            actor=actor,
            item=WorkItemId(item),
            outcome=body.outcome,
            opinion=body.opinion,
            data=body.data,
            ballots=[Ballot(one.member, Vote(one.vote), one.reason) for one in body.ballots],
            operation=operation,
        )
        return shapes.AnswerOut.model_validate(decide_work_item(tx, command))
