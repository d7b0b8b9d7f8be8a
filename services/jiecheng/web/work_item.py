"""The page of a work item: what it is about, why this person has it, the forms, the decision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jiecheng.cases.attachment import AddAttachment, add_attachment
from jiecheng.cases.item_view import explain_due, foresee_item, show_item
from jiecheng.cases.phrase import phrase_book
from jiecheng.cases.views import Refill
from jiecheng.cases.work_item import (
    ClaimWorkItem,
    DecideWorkItem,
    ReleaseWorkItem,
    claim_work_item,
    decide_work_item,
    foresee_step,
    release_work_item,
    save_draft,
)
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import WorkItemId
from jiecheng.model.voting import Vote
from jiecheng.model.work_item import OPEN_ITEM_STATES
from jiecheng.web import typed
from jiecheng.web.attachment import file_facts, sent_beside, uploaded_words, uploads_of
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted
from jiecheng.web.rows import change_rows
from jiecheng.web.straight import StraightRouter
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import decision_tone, said

router = StraightRouter("/work-items")
VOTES: Sequence[str] = tuple(vote.value for vote in Vote)


@router.get("/{item:row}")
def show(request: Request, item: int) -> Response:
    with enter(request, ahead=lambda tx: foresee_item(tx, WorkItemId(item))) as visit:
        return _page(visit, WorkItemId(item))


@router.get("/{item:row}/due")
def explain(request: Request, item: int) -> Response:
    """Why the limit is that date, day by day."""
    with enter(request) as visit:
        return visit.page("due.html", view=explain_due(visit.tx, visit.actor, WorkItemId(item)), item=item)


@router.post("/{item:row}/decide")
def decide(request: Request, item: int, posted: Posted) -> Response:
    try:
        with enter(request, posted, ahead=lambda tx: foresee_step(tx, WorkItemId(item))) as visit:
            step, shown = typed.item_step(visit.tx, WorkItemId(item))
            if (changed := change_rows(shown, posted)) is not None:
                return _page(visit, WorkItemId(item), posted=posted, changed=changed)
            command = DecideWorkItem(
                actor=visit.actor,
                item=WorkItemId(item),
                outcome=posted.one(typed.OUTCOME),
                opinion=posted.one(typed.OPINION),
                data=typed.read_data(shown, posted),
                ballots=typed.read_ballots(posted),
                operation=posted.one("_operation"),
            )
            answer = decide_work_item(visit.tx, command)
            return visit.go(f"/cases/{answer.case}", said(answer), decision_tone(answer, visit.actor, step))
    except (Invalid, Refused) as problem:
        # The same form with what was typed and what is wrong; the refused transaction is gone already.
        with enter(request) as visit:
            return _page(visit, WorkItemId(item), posted=posted, problem=visit.trouble(problem))


@router.post("/{item:row}/claim")
def claim(request: Request, item: int, posted: Posted) -> Response:
    with enter(request, posted) as visit:
        answer = claim_work_item(visit.tx, ClaimWorkItem(visit.actor, WorkItemId(item), posted.one("_operation")))
        return visit.go(f"/work-items/{item}", answer.sentence)


@router.post("/{item:row}/release")
def release(request: Request, item: int, posted: Posted) -> Response:
    with enter(request, posted) as visit:
        answer = release_work_item(visit.tx, ReleaseWorkItem(visit.actor, WorkItemId(item), posted.one("_operation")))
        return visit.go("/inbox", answer.sentence)


@router.post("/{item:row}/draft")
def keep_draft(request: Request, item: int, posted: Posted) -> Response:
    with enter(request, posted) as visit:
        _save(visit, WorkItemId(item), posted)
        return visit.saved(f"/work-items/{item}")


@router.post("/{item:row}/phrase")
def insert_phrase(request: Request, item: int, posted: Posted) -> Response:
    """Without a script: the page again, the chosen phrase behind what stands in the opinion. Nothing is kept."""
    with enter(request, posted) as visit:
        opinion = " ".join(part for part in (posted.one(typed.OPINION).rstrip(), posted.one("_phrase")) if part)
        return _page(visit, WorkItemId(item), posted=posted.with_value(typed.OPINION, opinion))


@router.post("/{item:row}/refresh")
def refresh(request: Request, item: int, posted: Posted) -> Response:
    with enter(request, posted) as visit:
        data = typed.read_data(typed.item_forms(visit.tx, WorkItemId(item)), posted)
        view = show_item(visit.tx, visit.actor, WorkItemId(item), Refill(data))
        return visit.page("form_part.html", sections=view.sections, refresh=request.url.path)


@router.post("/{item:row}/attachments")
def attach(request: Request, item: int, posted: Posted) -> Response:
    """Uploads, and keeps as a draft what stands in the form, so that nothing typed is lost on the way. The script sends
    one file at a time beside the page, and hears a sentence."""
    beside = sent_beside(request)
    try:
        with enter(request, posted) as visit:
            if not beside:
                _save(visit, WorkItemId(item), posted)
            answer = _upload(visit, WorkItemId(item), posted)
            return PlainTextResponse("已上传。") if beside else answer
    except (Invalid, Refused) as problem:
        if beside:
            return PlainTextResponse(problem.message, 422)
        with enter(request) as visit:
            return _page(visit, WorkItemId(item), posted=posted, problem=visit.trouble(problem))


def _upload(visit: Visit, item: WorkItemId, posted: Posted) -> Response:
    view = show_item(visit.tx, visit.actor, item)
    uploads, replaces = uploads_of(posted)
    for upload in uploads:
        command = AddAttachment(
            visit.actor, view.case.case.id, upload.name, upload.content, view.task.element, item, replaces
        )
        add_attachment(visit.tx, command)
    return visit.go(f"/work-items/{item}", *uploaded_words(uploads, replaces))


def save_if_mine(visit: Visit, item: WorkItemId, posted: Posted) -> None:
    """Keep what is typed beside another operation, where this person is the one who fills it in."""
    if not show_item(visit.tx, visit.actor, item).why_not:
        save_draft(visit.tx, visit.actor, f"item:{item}", typed.as_draft(_data(visit, item, posted), posted))


def show_again(request: Request, item: WorkItemId, posted: Posted, problem: Invalid | Refused) -> Response:
    """The page with what was typed and why the platform says no; the refused transaction is gone already."""
    with enter(request) as visit:
        asked = request.url.path.removeprefix(f"/work-items/{item}/").partition("/")[0]
        return _page(visit, item, posted=posted, problem=visit.trouble(problem), asked=asked)


def offer_refills(refills: Refills) -> None:
    # Every button of the page sends the whole form: whichever was pressed, what stood there comes back.
    buttons = "decide|draft|attachments|claim|release|phrase|return|transfer|delegate|answer|signers"
    refills.add(rf"/work-items/(\d+)/({buttons})(?:/\d+/withdraw)?", _refill)


def _refill(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    item = WorkItemId(int(match[1]))
    return _page(visit, item, posted=posted, asked=match[2], refilled=True, address=f"/work-items/{item}")


def _save(visit: Visit, item: WorkItemId, posted: Posted) -> None:
    if show_item(visit.tx, visit.actor, item).why_not:
        raise NotFound("这条待办不在您手上，不能暂存。请回到待办列表。")
    save_draft(visit.tx, visit.actor, f"item:{item}", typed.as_draft(_data(visit, item, posted), posted))


def _data(visit: Visit, item: WorkItemId, posted: Posted) -> dict[str, object]:
    return typed.read_data(typed.item_forms(visit.tx, item), posted)


def _page(
    visit: Visit,
    item: WorkItemId,
    *,
    posted: Posted | None = None,
    changed: Mapping[str, object] | None = None,
    problem: Trouble | None = None,
    asked: str = "",
    **values: object,
) -> Response:
    """`asked`: which of the other operations was refused or cut off, so that its part of the page stays open."""
    refill = None
    if posted is not None:
        data = changed or typed.read_data(typed.item_forms(visit.tx, item), posted)
        refill = Refill(data, problem.fields if problem else {})
    view = show_item(visit.tx, visit.actor, item, refill)
    may_decide = view.item.state in OPEN_ITEM_STATES and not view.why_not
    opinion, votes = typed.from_draft(view.draft)
    if posted is not None:
        opinion, votes = posted.one(typed.OPINION), typed.read_votes(posted)
    return visit.page(
        "work_item.html",
        problem.status if problem else 200,
        view=view,
        asked=asked,
        was=(posted or Posted()).one,
        case=view.case.case,
        may_decide=may_decide,
        phrases=phrase_book(visit.tx, visit.actor) if may_decide else None,
        **file_facts(visit, view.case.attachments),
        opinion=opinion,
        chosen=votes,
        votes=VOTES,
        problem=problem,
        **values,
    )
