"""What a page shows before something begins: the start form of a process, the form behind a message. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jiecheng import forms, permissions, store
from jiecheng.cases import facts, people
from jiecheng.cases.case import read_facts
from jiecheng.cases.doors import sight_of
from jiecheng.cases.house import Tx
from jiecheng.cases.message import draft_subject, waiting_message
from jiecheng.cases.open_case import read_case
from jiecheng.cases.picture import plain_picture
from jiecheng.cases.reading import case_view
from jiecheng.cases.sections import form_title, step_sections
from jiecheng.cases.views import (
    CaseView,
    Refill,
    Section,
    StartView,
)
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import CaseId, ElementId, ProcessId


def show_start(tx: Tx, actor: Actor, process: ProcessId, refill: Refill | None = None) -> StartView:
    """The start form of a process's newest release. Raises Refused when this person may not start it."""
    from jiecheng.cases.case import starters

    newest = tx.latest_releases().get(process)
    if newest is None:
        raise NotFound("没有这个流程，或者它还没有发布。请从「发起」页面选择。")
    deployed = tx.release(newest)
    permissions.require_start(actor, starters(tx, deployed, actor))
    draft = store.form.draft(tx.db, actor.identity, f"start:{process}")
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    context: dict[str, Any] = {
        "initiator": people.describe(tx, actor.identity),
        "profile": tx.profile,
        "today": tx.today,
    }
    lookup = facts.PeopleLookup(tx)
    node = deployed.node(deployed.definition.start)
    return StartView(
        process=process,
        name=deployed.definition.name,
        documentation=deployed.definition.documentation,
        version=deployed.release.version,
        sections=[
            Section(
                form_title(deployed, use.form),
                forms.view(
                    deployed.forms[use.form], use, shown.data, errors=shown.errors, context=context, lookup=lookup
                ),
            )
            for use in node.forms
        ],
        picture=plain_picture(tx, deployed),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
    )


def show_message(
    tx: Tx, actor: Actor, case: CaseId, element: ElementId, refill: Refill | None = None
) -> tuple[CaseView, FlowNode, Sequence[Section]]:
    """The form behind a message that the case waits for and this person may send."""
    opened = read_case(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    message = waiting_message(opened, actor, element)
    if message is None:
        raise Refused("办件现在不接受这个事项，请刷新页面查看最新进展。", rule="message_not_awaited", conflict=True)
    words = "、".join(people.labels(tx, message.senders))
    permissions.require_message(
        actor,
        message.senders,
        permissions.MessageFacts(message.name, words, read_facts(opened), opened.case.state),
    )
    draft = store.form.draft(tx.db, actor.identity, draft_subject(opened, message))
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    sight = sight_of(opened, actor, grant)
    sections = step_sections(opened, sight, message.node, message.place, shown, read_only=False)
    return case_view(opened, actor, grant), message.node, sections
