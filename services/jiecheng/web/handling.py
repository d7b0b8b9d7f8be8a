"""What people do with a work item besides deciding it, each from the fold 其他操作 of its page."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.handing import (
    AnswerDelegation,
    DelegateWorkItem,
    TransferWorkItem,
    answer_delegation,
    delegate_work_item,
    transfer_work_item,
)
from jiecheng.cases.once import Answer
from jiecheng.cases.returning import ReturnCase, return_case
from jiecheng.cases.signers import AddSigner, WithdrawSigner, add_signer, withdraw_signer
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import WorkItemId
from jiecheng.web import typed
from jiecheng.web.posted import Posted
from jiecheng.web.straight import StraightRouter
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import said
from jiecheng.web.work_item import save_if_mine, show_again

router = StraightRouter("/work-items")


@router.post("/{item:row}/return")
def send_back(request: Request, item: int, posted: Posted) -> Response:
    def deed(visit: Visit) -> Answer:
        command = ReturnCase(
            actor=visit.actor,
            item=WorkItemId(item),
            target=posted.one("_target"),
            back=posted.one("_back"),
            opinion=posted.one(typed.OPINION),
            operation=posted.one("_operation"),
        )
        return return_case(visit.tx, command)

    return _perform(request, item, posted, deed)


@router.post("/{item:row}/transfer")
def transfer(request: Request, item: int, posted: Posted) -> Response:
    def deed(visit: Visit) -> Answer:
        to, reason = posted.one("_transfer_to"), posted.one("_transfer_reason")
        command = TransferWorkItem(visit.actor, WorkItemId(item), to, reason, posted.one("_operation"))
        return transfer_work_item(visit.tx, command)

    return _perform(request, item, posted, deed)


@router.post("/{item:row}/delegate")
def delegate(request: Request, item: int, posted: Posted) -> Response:
    def deed(visit: Visit) -> Answer:
        to, question = posted.one("_delegate_to"), posted.one("_delegate_question")
        command = DelegateWorkItem(visit.actor, WorkItemId(item), to, question, posted.one("_operation"))
        return delegate_work_item(visit.tx, command)

    return _perform(request, item, posted, deed)


@router.post("/{item:row}/answer")
def answer_back(request: Request, item: int, posted: Posted) -> Response:
    def deed(visit: Visit) -> Answer:
        words = posted.one("_answer")
        return answer_delegation(
            visit.tx, AnswerDelegation(visit.actor, WorkItemId(item), words, posted.one("_operation"))
        )

    return _perform(request, item, posted, deed)


@router.post("/{item:row}/signers")
def add(request: Request, item: int, posted: Posted) -> Response:
    """What stands in the form is kept as a draft: who added somebody beside or after himself goes on working."""

    def deed(visit: Visit) -> Answer:
        save_if_mine(visit, WorkItemId(item), posted)
        to, way, reason = posted.one("_signer_to"), posted.one("_signer_way"), posted.one("_signer_reason")
        return add_signer(visit.tx, AddSigner(visit.actor, WorkItemId(item), to, way, reason, posted.one("_operation")))

    return _perform(request, item, posted, deed, stays=True)


@router.post("/{item:row}/signers/{signer:row}/withdraw")
def withdraw(request: Request, item: int, signer: int, posted: Posted) -> Response:
    def deed(visit: Visit) -> Answer:
        save_if_mine(visit, WorkItemId(item), posted)
        reason = posted.one(f"_withdraw_reason:{signer}")
        command = WithdrawSigner(visit.actor, WorkItemId(signer), reason, posted.one("_operation"))
        return withdraw_signer(visit.tx, command)

    return _perform(request, item, posted, deed, stays=True)


def _perform(
    request: Request, item: int, posted: Posted, deed: Callable[[Visit], Answer], *, stays: bool = False
) -> Response:
    """`stays`: he goes on with the item, so its page is shown again."""
    try:
        with enter(request, posted) as visit:
            answer = deed(visit)
            return visit.go(f"/work-items/{item}" if stays else f"/cases/{answer.case}", said(answer))
    except (Invalid, Refused) as problem:
        return show_again(request, WorkItemId(item), posted, problem)
