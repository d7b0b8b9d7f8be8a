"""Pages of substitution (代理): what is arranged, the form, the preview before it, changing and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import substitution as deeds
from jiecheng.cases import substitution_view
from jiecheng.cases.house import Tx
from jiecheng.cases.substitution import (
    ArrangeSubstitution,
    ChangeSubstitution,
    DeclineSubstitution,
    EndSubstitution,
    Terms,
)
from jiecheng.cases.substitution_view import Board, SubstitutionView
from jiecheng.model.errors import Invalid, Refused
from jiecheng.web.inbox import process_names
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/substitution")


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form, as it was typed."""

    giver: str = ""
    to: str = ""
    first: str = ""
    last: str = ""
    reason: str = ""
    scope: tuple[str, ...] = ()
    arriving: bool = False

    def terms(self) -> Terms:
        first, last = _day(self.first, "first"), _day(self.last, "last")
        return Terms(self.to, first, last, self.reason, self.scope, self.arriving)

    def fields(self) -> Sequence[tuple[str, str]]:
        """As the page of the preview carries them on."""
        kept = [
            ("_giver", self.giver), ("_to", self.to), ("_first", self.first), ("_last", self.last),
            ("_reason", self.reason), ("_scope", "some" if self.scope else "all"),
        ]  # fmt: skip
        return [*kept, *(("_chosen", one) for one in self.scope), *([("_arriving", "yes")] if self.arriving else [])]


@router.get("")
def show(request: Request) -> Response:
    with enter(request) as visit:
        return _page(visit, Form())


@router.post("")
def arrange(request: Request, posted: PostedForm) -> Response:
    form = _form(posted)
    try:
        with enter(request, posted) as visit:
            giver = substitution_view.giver_named(visit.tx, visit.actor, form.giver)
            command = ArrangeSubstitution(visit.actor, giver, form.terms(), posted.one("_operation"))
            return visit.go("/substitution", deeds.arrange_substitution(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, form, visit.trouble(problem))


@router.post("/edit")
def edit_again(request: Request, posted: PostedForm) -> Response:
    """Back from the preview, with everything as it was typed."""
    with enter(request, posted) as visit:
        return _page(visit, _form(posted))


@router.post("/preview")
def preview(request: Request, posted: PostedForm) -> Response:
    form = _form(posted)
    try:
        with enter(request, posted) as visit:
            giver = substitution_view.giver_named(visit.tx, visit.actor, form.giver)
            found = substitution_view.preview(visit.tx, visit.actor, giver, form.terms())
            around = {"action": "/substitution", "back": "/substitution/edit", "changing": False}
            return visit.page("substitution_preview.html", found=found, form=form, hidden=form.fields(), **around)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, form, visit.trouble(problem))


@router.get("/{number}")
def show_one(request: Request, number: int) -> Response:
    with enter(request) as visit:
        return _one(visit, number)


@router.post("/{number}/preview")
def preview_change(request: Request, number: int, posted: PostedForm) -> Response:
    form = _form(posted)
    try:
        with enter(request, posted) as visit:
            view = substitution_view.show_substitution(visit.tx, visit.actor, number)
            found = substitution_view.preview(visit.tx, visit.actor, view.row.giver, form.terms(), number)
            around = {
                "action": f"/substitution/{number}", "back": f"/substitution/{number}/edit", "changing": True,
            }  # fmt: skip
            return visit.page("substitution_preview.html", found=found, form=form, hidden=form.fields(), **around)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _one(visit, number, form, visit.trouble(problem))


@router.post("/{number}/edit")
def edit_one_again(request: Request, number: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        return _one(visit, number, _form(posted))


@router.post("/{number}")
def change(request: Request, number: int, posted: PostedForm) -> Response:
    form = _form(posted)
    try:
        with enter(request, posted) as visit:
            command = ChangeSubstitution(visit.actor, number, form.terms(), posted.one("_operation"))
            return visit.go(f"/substitution/{number}", deeds.change_substitution(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _one(visit, number, form, visit.trouble(problem))


@router.post("/{number}/end")
def end(request: Request, number: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = EndSubstitution(visit.actor, number, posted.one("_operation"))
            return visit.go("/substitution", deeds.end_substitution(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _one(visit, number, None, visit.trouble(problem))


@router.post("/{number}/decline")
def decline(request: Request, number: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = DeclineSubstitution(visit.actor, number, posted.one("_why"), posted.one("_operation"))
            return visit.go("/substitution", deeds.decline_substitution(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _one(visit, number, None, visit.trouble(problem))


def _form(posted: Posted) -> Form:
    chosen = posted.fields.get("_chosen", ()) if posted.one("_scope") == "some" else ()
    return Form(
        giver=posted.one("_giver"),
        to=posted.one("_to"),
        first=posted.one("_first"),
        last=posted.one("_last"),
        reason=posted.one("_reason"),
        scope=tuple(chosen),
        arriving=posted.one("_arriving") == "yes",
    )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid.at(field, "请填写日期，例如 2026-12-01。") from None


def _page(visit: Visit, form: Form, problem: Trouble | None = None) -> Response:
    return visit.page("substitution.html", problem.status if problem else 200, problem=problem, **_around(visit, form))


def _one(visit: Visit, number: int, form: Form | None = None, problem: Trouble | None = None) -> Response:
    view = substitution_view.show_substitution(visit.tx, visit.actor, number)
    shown = _around(visit, form or _as_it_stands(view))
    board = shown["board"]
    assert isinstance(board, Board)
    # For whom it is does not change.
    shown["board"] = Board((), (), board.colleagues, (), anybody=False, official=True)
    status = problem.status if problem else 200
    return visit.page("substitution_one.html", status, view=view, problem=problem, **shown)


def _as_it_stands(view: SubstitutionView) -> Form:
    row = view.row
    return Form(
        to=view.substitute, first=row.first.isoformat(), last=row.last.isoformat(), reason=row.reason,
        scope=row.scope, arriving=row.arriving,
    )  # fmt: skip


def _around(visit: Visit, form: Form) -> dict[str, object]:
    return {
        "form": form,
        "board": substitution_view.show_board(visit.tx, visit.actor),
        "choices": _choices(visit.tx),
        "today": visit.tx.today.isoformat(),
    }


def _choices(tx: Tx) -> Sequence[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Process, its name, its steps as a scope names them."""
    names = process_names(tx)
    return [(one, names.get(one, one), list(steps.items())) for one, steps in deeds.work_of_processes(tx).items()]
