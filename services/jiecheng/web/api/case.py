"""Cases over the API: what may be started, start, read, withdraw, message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter

from jiecheng import forms
from jiecheng.cases import inbox
from jiecheng.cases.case import StartCase, WithdrawCase, rehearse_start, start_case, withdraw_case
from jiecheng.cases.hold import HoldCase, ResumeCase, hold_case, resume_case
from jiecheng.cases.message import CorrelateMessage, correlate_message
from jiecheng.cases.migration import MigrateCase, migrate_case, preview_migration
from jiecheng.cases.reading import show_whole_case
from jiecheng.cases.recall import RecallCase, recall_case
from jiecheng.cases.reversal import ReverseCase, reverse_case
from jiecheng.cases.urge import UrgeCase, urge_case
from jiecheng.cases.views import CaseView, Section
from jiecheng.cases.voiding import (
    ConfirmVoiding,
    DeclineVoiding,
    RequestVoiding,
    confirm_voiding,
    decline_voiding,
    request_voiding,
)
from jiecheng.model.ids import CaseId, ElementId, ProcessId, ReleaseHash
from jiecheng.web.api import shapes
from jiecheng.web.api.desk import AtDesk, OperationKey

router = APIRouter(tags=["办件"])


@router.get("/processes", summary="我可以发起的流程")
def list_processes(desk: AtDesk) -> list[shapes.Process]:
    with desk.open() as (tx, actor):
        return [shapes.Process.model_validate(one) for one in inbox.list_startable(tx, actor)]


@router.post("/cases", status_code=201, summary="发起")
def start(desk: AtDesk, body: shapes.Start, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = start_case(tx, StartCase(actor, ProcessId(body.process), body.data, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/rehearsal", summary="试办：提交以后会怎样，不留下任何东西，可以反复问")
def rehearse(desk: AtDesk, body: shapes.Start) -> shapes.RehearsalOut:
    with desk.open() as (tx, actor):
        found = rehearse_start(tx, StartCase(actor, ProcessId(body.process), body.data))
        return shapes.RehearsalOut.model_validate(found)


@router.get("/cases/{case}", summary="一件办件")
def show(desk: AtDesk, case: int) -> shapes.CaseOut:
    with desk.open() as (tx, actor):
        return case_out(show_whole_case(tx, actor, CaseId(case)))


@router.post("/cases/{case}/withdrawal", summary="撤销")
def withdraw(desk: AtDesk, case: int, body: shapes.Withdrawal, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = withdraw_case(tx, WithdrawCase(actor, CaseId(case), body.reason, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/recall", summary="撤回修改：回到申请人的环节，编号不变")
def recall(desk: AtDesk, case: int, body: shapes.Withdrawal, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = recall_case(tx, RecallCase(actor, CaseId(case), body.reason, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/voiding-request", summary="提请作废：流程管理员写明原因，等另一位确认")
def ask_to_void(desk: AtDesk, case: int, body: shapes.Withdrawal, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = request_voiding(tx, RequestVoiding(actor, CaseId(case), body.reason, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/voiding", summary="确认作废：第二位流程管理员")
def void(desk: AtDesk, case: int, body: shapes.Resumption, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = confirm_voiding(tx, ConfirmVoiding(actor, CaseId(case), body.note, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/voiding-refusal", summary="不同意作废：办件照常办理")
def decline_to_void(desk: AtDesk, case: int, body: shapes.Resumption, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = decline_voiding(tx, DeclineVoiding(actor, CaseId(case), body.note, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/reversal", status_code=201, summary="撤销已办结：发起流程写明的相反办件")
def reverse(desk: AtDesk, case: int, body: shapes.Reversal, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = reverse_case(tx, ReverseCase(actor, CaseId(case), body.data, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/urge", summary="催办：通知现在的承办人，同一件待办半天一次")
def urge(desk: AtDesk, case: int, body: shapes.Urge, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = urge_case(tx, UrgeCase(actor, CaseId(case), body.words, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/hold", summary="挂起：期限和定时停止")
def hold(desk: AtDesk, case: int, body: shapes.Hold, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = hold_case(tx, HoldCase(actor, CaseId(case), body.reason, body.basis, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/resumption", summary="恢复办理：期限按挂起的天数顺延")
def resume(desk: AtDesk, case: int, body: shapes.Resumption, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        answer = resume_case(tx, ResumeCase(actor, CaseId(case), body.note, operation))
        return shapes.AnswerOut.model_validate(answer)


@router.post("/cases/{case}/migration-preview", summary="转到另一版本会怎样，只看不做")
def preview(desk: AtDesk, case: int, body: shapes.Migration) -> shapes.MigrationOut:
    with desk.open() as (tx, actor):
        command = MigrateCase(actor, CaseId(case), ReleaseHash(body.release), frozenset(map(ElementId, body.confirmed)))
        return shapes.MigrationOut.model_validate(preview_migration(tx, command))


@router.post("/cases/{case}/migration", summary="转到另一版本：在办环节都有去处才转")
def migrate(desk: AtDesk, case: int, body: shapes.Migration, operation: OperationKey = "") -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        confirmed = frozenset(map(ElementId, body.confirmed))
        command = MigrateCase(actor, CaseId(case), ReleaseHash(body.release), confirmed, operation)
        return shapes.AnswerOut.model_validate(migrate_case(tx, command))


@router.post("/cases/{case}/messages/{element}", summary="提交办件等待的事项，如提前归还")
def send_message(
    desk: AtDesk, case: int, element: str, body: shapes.Message, operation: OperationKey = ""
) -> shapes.AnswerOut:
    with desk.open() as (tx, actor):
        command = CorrelateMessage(actor, CaseId(case), ElementId(element), body.data, operation, body.instance)
        return shapes.AnswerOut.model_validate(correlate_message(tx, command))


def case_out(view: CaseView) -> shapes.CaseOut:
    case = view.case
    return shapes.CaseOut(
        case=case.id,
        number=case.number,
        title=case.title,
        process=case.process,
        process_name=view.process_name,
        release=case.release,
        state=case.state,
        outcome=case.outcome,
        initiator_name=case.initiator_name,
        started_at=case.started_at,
        ended_at=case.ended_at,
        steps=[shapes.Step.model_validate(one) for one in view.steps],
        fields=values_of(view.sections),
        messages=[shapes.MessageOption.model_validate(one) for one in view.messages],
        attachments=[shapes.Attachment.model_validate(one) for one in view.attachments],
        withdrawable=view.withdrawable,
        may_urge=view.may_urge,
        may_recall=view.may_recall,
        holds=[shapes.HoldOut.model_validate(one) for one in view.holds],
        my_items=list(view.my_items),
        undone_by=[one.number for one in view.undone_by],
        undoes=view.undoes.number if view.undoes else "",
        retractable=[item for item, _ in view.retractable],
        fan_outs=[shapes.FanOut.model_validate(one) for one in view.fan_outs],
        circulations=[shapes.CirculationOut.model_validate(one) for one in view.beside.circulations],
        may_circulate=view.beside.may_circulate,
        questions=[shapes.QuestionOut.model_validate(one) for one in view.beside.questions],
        may_ask=view.beside.may_ask,
        supervisions=[shapes.SupervisionOut.model_validate(one) for one in view.beside.supervisions],
        may_supervise=view.beside.may_supervise,
    )


def values_of(sections: Sequence[Section]) -> list[shapes.Value]:
    """Every field this person sees, form by form."""
    return [
        shapes.Value(
            section=section.title,
            key=field.name,
            label=field.full_label,
            value=[one.value for one in field.flat_options if one.chosen] or field.value,
            words=field.text,
            editable=field.editable,
            required=field.required,
        )
        for section in sections
        for field in _fields(section.view.nodes)
    ]


def _fields(nodes: Iterable[Any]) -> Iterator[forms.FieldView]:
    for node in nodes:
        match node.node:
            case "field":
                yield node
            case "group":
                yield from _fields(node.children)
            case "list":
                for row in node.rows:
                    yield from _fields(row.children)
