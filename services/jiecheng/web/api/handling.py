"""Over the API: what people do with a work item besides deciding it."""

from __future__ import annotations

from fastapi import APIRouter

from jiecheng.cases.attachment import RemoveAttachment, remove_attachment
from jiecheng.cases.handing import (
    AnswerDelegation,
    DelegateWorkItem,
    TransferWorkItem,
    answer_delegation,
    delegate_work_item,
    transfer_work_item,
)
from jiecheng.cases.retract import RetractDecision, retract_decision
from jiecheng.cases.returning import ReturnCase, return_case
from jiecheng.cases.signers import AddSigner, WithdrawSigner, add_signer, withdraw_signer
from jiecheng.model.ids import AttachmentId, WorkItemId
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["待办"])


@router.post("/work-items/{item}/return", summary="退回到以前的环节")
def send_back(desk: AtDesk, item: int, body: shapes.Return, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = ReturnCase(actor, WorkItemId(item), body.target, body.back, body.opinion, operation)
        return shapes.AnswerOut.model_validate(return_case(tx, command))


@router.post("/work-items/{item}/transfer", summary="转办：交给别人办理，不再回来")
def transfer(desk: AtDesk, item: int, body: shapes.Transfer, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = TransferWorkItem(actor, WorkItemId(item), body.to, body.reason, operation)
        return shapes.AnswerOut.model_validate(transfer_work_item(tx, command))


@router.post("/work-items/{item}/delegation", summary="委派：请别人协办，答复以后由本人决定")
def delegate(desk: AtDesk, item: int, body: shapes.Delegation, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = DelegateWorkItem(actor, WorkItemId(item), body.to, body.question, operation)
        return shapes.AnswerOut.model_validate(delegate_work_item(tx, command))


@router.post("/work-items/{item}/answer", summary="答复委派")
def answer_back(
    desk: AtDesk, item: int, body: shapes.DelegationAnswer, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = AnswerDelegation(actor, WorkItemId(item), body.answer, operation)
        return shapes.AnswerOut.model_validate(answer_delegation(tx, command))


@router.post("/work-items/{item}/retraction", summary="撤回自己的办理：下一环节还没有打开或办理时")
def retract(desk: AtDesk, item: int, body: shapes.Retraction, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = RetractDecision(actor, WorkItemId(item), body.reason, operation)
        return shapes.AnswerOut.model_validate(retract_decision(tx, command))


@router.post("/work-items/{item}/signers", summary="加签：请别人在本人之前、之后或同时签署")
def add(desk: AtDesk, item: int, body: shapes.Signer, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = AddSigner(actor, WorkItemId(item), body.to, body.way, body.reason, operation)
        return shapes.AnswerOut.model_validate(add_signer(tx, command))


@router.post("/work-items/{signer}/withdrawal", summary="减签：撤下本人加签、还没有签的人")
def withdraw(
    desk: AtDesk, signer: int, body: shapes.SignerWithdrawal, operation: OperationKey = ""
) -> shapes.AnswerOut:
    """`signer`：加签的人的待办，见环节的 signers。"""
    with desk.open() as (tx, actor):
        command = WithdrawSigner(actor, WorkItemId(signer), body.reason, operation)
        return shapes.AnswerOut.model_validate(withdraw_signer(tx, command))


@router.delete("/attachments/{attachment}", summary="删除本人误传的附件，只在所在环节办完以前")
def remove(desk: AtDesk, attachment: int, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = RemoveAttachment(actor, AttachmentId(attachment), operation)
        return shapes.AnswerOut.model_validate(remove_attachment(tx, command))
