"""The forms of a case as read views: of one step, and all that have data. Which fields are shown, the diagram and `Sight` say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jiecheng import forms, store
from jiecheng.cases import facts
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.doors import Sight
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place
from jiecheng.cases.views import (
    Refill,
    Section,
)
from jiecheng.forms.nodes import GroupView
from jiecheng.model.definition import FlowNode
from jiecheng.model.form import FormUse, Right
from jiecheng.model.ids import ElementId, IdentityId
from jiecheng.model.task import titled
from jiecheng.store.form import FormRow


def form_title(deployed: Deployed, form: str) -> str:
    """A form is headed by the first step that fills it in."""
    for node in deployed.definition.nodes.values():
        for use in node.forms:
            if use.form == form and forms.is_edited(deployed.forms[form], use):
                return node.name
    return form


def filled_sections(opened: OpenCase, sight: Sight) -> Sequence[Section]:
    """Every form that has data, read only, as far as this person's own steps let him see its fields; in the order in which
    the process comes to where they are filled in."""
    rows = [row for row in store.form.rows_of(opened.tx.db, opened.id) if sight.form(row)]
    if sight.grant.oversees:
        seen = {name: FormUse(name, Right.READ) for name in opened.deployed.forms}
    else:
        seen = _widest([use for node in _own_nodes(opened, sight) for use in node.forms])
    return [
        _section(opened, seen[name], Refill(row.data), label=row.label)
        for name in opened.deployed.form_order
        for row in rows
        if row.form == name and name in seen and _sees_instance(opened, sight, row)
    ]


def step_sections(
    opened: OpenCase, sight: Sight, node: FlowNode, place: Place, shown: Refill, *, read_only: bool
) -> Sequence[Section]:
    """The step's forms: stored data, with what was typed meanwhile laid over the fields that may be written.

    A form that was filled in only inside the instances of a fan-out stands there once for each of them.
    """
    rows = [row for row in store.form.rows_of(opened.tx.db, opened.id) if sight.form(row)]
    data = store.form.seen_from(rows, place.key)
    sections = []
    for use in node.forms:
        stored = data.get(use.form, {})
        form = opened.deployed.forms[use.form]
        if read_only or not forms.is_edited(form, use):
            inner = [row for row in rows if row.form == use.form and row.key] if use.form not in data else []
            for row in inner or [FormRow(use.form, stored)]:
                sections.append(_section(opened, forms.read_only(use), Refill(row.data), place.known, row.label))
        else:
            context, lookup = place.known, facts.PeopleLookup(opened.tx, sight.actor.identity)
            typed = forms.refill(form, use, shown.data, stored, context=context, lookup=lookup)
            filled = Refill(typed if shown.data else stored, shown.errors)
            sections.append(_section(opened, use, filled, place.known, near=sight.actor.identity))
    return sections


def _sees_instance(opened: OpenCase, sight: Sight, row: FormRow) -> bool:
    """What one instance filled in, its own people and those outside the fan-out read, not the other instances."""
    if not row.key or sight.grant.oversees:
        return True
    tasks = {task.id: task for task in store.task.of_case(opened.tx.db, opened.id)}
    mine = [tasks[item.task] for item in store.work_item.of_case(opened.tx.db, opened.id) if sight.works_on(item)]
    using = [task for task in mine if any(use.form == row.form for use in opened.deployed.node(task.element).forms)]
    if sight.actor_is(opened.case.initiator) and any(
        use.form == row.form for use in opened.deployed.node(opened.deployed.definition.start).forms
    ):
        return True
    shown = [one.instance_key for one in sight.passed if _uses(opened, one.element, row.form)]
    return any(not key or key == row.key for key in (*(task.instance_key for task in using), *shown))


def _uses(opened: OpenCase, element: ElementId, form: str) -> bool:
    node = opened.deployed.definition.nodes.get(element)
    return node is not None and any(use.form == form for use in node.forms)


def _own_nodes(opened: OpenCase, sight: Sight) -> Sequence[FlowNode]:
    """The steps this person has or had: his work items, the start if he made it, the messages he may send; and those
    he was shown."""
    actor = sight.actor
    mine = set(store.work_item.own_elements(opened.tx.db, opened.id, actor.identities))
    if opened.case.initiator in actor.identities:
        mine.add(opened.deployed.definition.start)
        mine |= {node.id for node in opened.deployed.definition.nodes.values() if node.message}
    mine |= {one.element for one in sight.passed}
    # A case that was put under another release may have been shown from a step that is no more.
    return [node for element in mine if (node := opened.deployed.definition.nodes.get(element)) is not None]


def _widest(uses: Sequence[FormUse]) -> dict[str, FormUse]:
    """Per form: read what at least one of the uses shows, hide what none of them does."""
    found: dict[str, FormUse] = {}
    for name in {use.form for use in uses}:
        here = [use for use in uses if use.form == name]
        keys = {key for use in here for key in use.rights}
        hidden = {
            key: Right.HIDDEN for key in keys if all(use.rights.get(key, use.default) is Right.HIDDEN for use in here)
        }
        default = Right.HIDDEN if all(use.default is Right.HIDDEN for use in here) else Right.READ
        shown = dict.fromkeys(keys - hidden.keys(), Right.READ)
        found[name] = FormUse(name, default, {**shown, **hidden})
    return found


def _section(
    opened: OpenCase,
    use: FormUse,
    shown: Refill,
    known: Mapping[str, Any] | None = None,
    label: str = "",
    near: IdentityId | None = None,
) -> Section:
    form = opened.deployed.forms[use.form]
    view = forms.view(
        form,
        use,
        shown.data,
        errors=shown.errors,
        context=facts.case_facts(opened) if known is None else known,
        lookup=facts.PeopleLookup(opened.tx, near),
    )
    title = form_title(opened.deployed, use.form)
    return Section(titled(title, label), _without_heading(view, title))


def _without_heading(view: forms.FormView, title: str) -> forms.FormView:
    """A form that begins with a group called like itself: the heading stands above it already."""
    first = view.nodes[0] if view.nodes else None
    if not isinstance(first, GroupView) or first.label != title:
        return view
    return replace(view, nodes=(replace(first, label=""), *view.nodes[1:]))
