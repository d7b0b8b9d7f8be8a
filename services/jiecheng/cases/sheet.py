"""The approval sheet (审批表) of a case as PDF: printed when asked for, from what this person may read, never kept."""

from __future__ import annotations

from jiecheng import documents, forms
from jiecheng.cases import people
from jiecheng.cases.history import TimelineRow
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.joint import VOTE_WORDS
from jiecheng.cases.reading import show_whole_case
from jiecheng.cases.views import CaseView, StepView
from jiecheng.model.actor import Actor
from jiecheng.model.ids import CaseId
from jiecheng.model.task import TaskState

# Beside the decisions: how it came to who decided, and why it was decided twice.
_MOVES = frozenset({"case_returned", "work_item_transferred", "way_back_taken", "decision_retracted"})


def approval_sheet(tx: Tx, actor: Actor, case: CaseId) -> tuple[str, documents.Rendered]:
    """File name and paper. The head of the case's chain stands in its foot, so that a print can be held against the record."""
    view = show_whole_case(tx, actor, case)
    paper = documents.render_sheet(_sheet(tx, view), fonts=tx.house.fonts)
    return f"{view.case.number} 审批表.pdf", paper


def _sheet(tx: Tx, view: CaseView) -> documents.Sheet:
    return documents.Sheet(
        title=f"{view.process_name}表",
        number=view.case.number,
        organ=people.label(tx, view.case.initiator),
        rows=_rows(view),
        steps=_steps(view),
        meeting=_meeting(view),
        digest=view.case.head_sm3,
        printed_at=tx.now.astimezone(BEIJING).replace(microsecond=0),
    )


def _rows(view: CaseView) -> list[documents.SheetRow]:
    facts = [("事项", view.case.title), ("状态", f"{view.state} {view.case.outcome}".strip())]
    filled = [
        (field.full_label or field.label, field.text)
        for section in view.sections
        for field in forms.fields_in(section.view.nodes)
        if field.text
    ]
    return [documents.SheetRow(label, text) for label, text in (*facts, *filled)]


def _steps(view: CaseView) -> list[documents.SheetStep]:
    """What was decided, and what was sent back or handed on meanwhile, in the order in which it happened."""
    decided = [
        (step.closed_at or view.case.started_at, row)
        for step in view.steps
        if step.state is TaskState.COMPLETED
        for row in (_step(step), *_signers(step))
    ]
    moved = [(row.at, _moved(row)) for row in view.timeline if row.event in _MOVES]
    return [row for _, row in sorted([*decided, *moved], key=lambda one: one[0])]


def _moved(row: TimelineRow) -> documents.SheetStep:
    said = "；".join(one for one in (row.detail, row.opinion) if one)
    who = f"{row.who}（{row.post}）" if row.post else row.who
    return documents.SheetStep(name=row.step, person=who, opinion=said, outcome=row.label, at=people.moment(row.at))


def _step(step: StepView) -> documents.SheetStep:
    return documents.SheetStep(
        name=step.name,
        person="、".join(step.holders),
        opinion=step.opinion or _said_by_each(step),
        outcome=step.outcome,
        at=people.moment(step.closed_at),
    )


def _signers(step: StepView) -> list[documents.SheetStep]:
    """Those who were added to the step (加签): by whom and why, and what they said."""
    return [
        documents.SheetStep(
            name=f"{step.name}（{one.way}）",
            person=f"{one.name}，{one.added_by}加签：{one.why}",
            opinion=one.opinion,
            outcome=one.state,
            at=people.moment(one.at),
        )
        for one in step.signers
    ]


def _said_by_each(step: StepView) -> str:
    """Where several decided each for himself, what each of them said."""
    if not step.counted:
        return ""
    said = [
        f"{one.name}：{VOTE_WORDS.get(one.vote, one.vote)}{f'，{one.reason}' if one.reason else ''}"
        for one in step.votes
    ]
    return "；".join([*said, step.counted])


def _meeting(view: CaseView) -> list[documents.SheetRow]:
    return [
        documents.SheetRow(row.step, row.detail)
        for row in view.timeline
        if row.event == "work_item_decided" and row.detail
    ]
