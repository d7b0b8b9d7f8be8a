"""What a page shows before something begins: the start form of a process, the form behind a message. Reads only."""

from __future__ import annotations

from typing import Any

from jiecheng import forms, permissions, store
from jiecheng.cases import facts, people
from jiecheng.cases.case import read_facts, starters
from jiecheng.cases.doors import sight_of
from jiecheng.cases.house import Tx
from jiecheng.cases.message import MessageAt, draft_subject, require_sender, waiting_message
from jiecheng.cases.open_case import read_case
from jiecheng.cases.picture import plain_picture
from jiecheng.cases.reading import case_view
from jiecheng.cases.sections import form_title, step_sections
from jiecheng.cases.views import (
    MessageView,
    Refill,
    Section,
    StartView,
)
from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import ProcessId


def show_start(tx: Tx, actor: Actor, process: ProcessId, refill: Refill | None = None) -> StartView:
    """The start form of a process's newest release. Raises Refused when this person may not start it."""
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
    lookup = facts.PeopleLookup(tx, actor.identity)
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


def show_message(tx: Tx, actor: Actor, at: MessageAt, refill: Refill | None = None) -> MessageView:
    """The form behind a message that the case waits for and this person may send."""
    opened = read_case(tx, at.case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    message = waiting_message(opened, actor, at.element, at.instance)
    if message is None:
        raise Refused("办件现在不接受这个事项，请打开办件查看最新进展。", rule="message_not_awaited", conflict=True)
    require_sender(opened, actor, message)
    draft = store.form.draft(tx.db, actor.identity, draft_subject(opened, message))
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    sight = sight_of(opened, actor, grant)
    sections = step_sections(opened, sight, message.node, message.place, shown, read_only=False)
    return MessageView(
        case=case_view(opened, actor, grant),
        element=message.node.id,
        instance=message.place.key,
        name=message.name,
        documentation=message.node.documentation,
        sections=sections,
        draft_subject=draft_subject(opened, message),
    )
