"""The names that a scenario of a draft may quote: steps with their buttons and fields, what is waited for, endings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiecheng import definitions, permissions, store
from jiecheng.cases.draft import draft_bundle
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode
from jiecheng.model.draft import ProcessDraft
from jiecheng.model.errors import Invalid


@dataclass(frozen=True, slots=True)
class SpokenStep:
    name: str
    outcomes: Sequence[str]
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Spoken:
    process: str
    steps: Sequence[SpokenStep] = ()
    messages: Sequence[str] = ()
    endings: Sequence[str] = ()


def spoken_names(tx: Tx, actor: Actor, number: int) -> tuple[ProcessDraft, Spoken]:
    """Of a draft that cannot be read there are no names yet."""
    permissions.require_release_read(actor)
    draft = store.draft.get(tx.db, number)
    files = store.draft.files(tx.db, number, draft.revision)
    try:
        bundle = draft_bundle(tx, draft, files)
        process = definitions.read_process(bundle.bpmn, bundle.called)
    except Invalid:
        return draft, Spoken(draft.name)
    nodes = [one for one in process.nodes.values() if one.name]
    return draft, Spoken(
        process.name,
        [
            _step(one, bundle.forms)
            for one in nodes
            if one.kind in ("userTask", "startEvent") and (one.forms or one.outcomes)
        ],
        sorted({one.message for one in nodes if one.message}),
        [one.name for one in nodes if one.kind == "endEvent" and one.scope is None],
    )


def _step(node: FlowNode, forms: Mapping[str, str]) -> SpokenStep:
    labels = [
        label for use in node.forms for label in definitions.field_names(forms.get(f"{use.form}.form", "")).values()
    ]
    return SpokenStep(node.name, [one.label for one in node.outcomes], list(dict.fromkeys(labels)))
