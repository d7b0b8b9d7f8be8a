"""The drawing of a case: where it went and where it stands, as far as this person sees. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape

from jiecheng import definitions, store
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.doors import Sight, element_states
from jiecheng.cases.history import passed_elements
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.definitions.picture import Drawing
from jiecheng.model.task import Task

_WORKING = ("open", "failed")
_NUMBER = "〔办件编号〕"  # where a shared drawing has the number of the case


def plain_picture(tx: Tx, deployed: Deployed) -> Drawing:
    """The diagram before anybody has walked it: one drawing a release."""
    key = (deployed.release.hash, frozenset[tuple[str, str]](), frozenset[str]())
    drawn = tx.house.pictures.get(key, None)
    if drawn is None:
        drawn = _draw(deployed, {}, frozenset(), deployed.definition.name)
        tx.house.pictures.put(key, drawn)
    return drawn


def case_picture(opened: OpenCase, tasks: Sequence[Task], sight: Sight) -> Drawing:
    passed = passed_elements(opened.tx, opened.case)
    active = {row.element: row.compartment for row in store.subscription.waiting(opened.tx.db, opened.id)}
    active |= {
        job.element: job.compartment for job in store.job.of_case(opened.tx.db, opened.id) if job.state in _WORKING
    }
    states, flows = element_states(opened, sight, passed, active, tasks)
    # Cases that went the same way share a drawing; only the number in its title is a case's own.
    key = (opened.deployed.release.hash, frozenset(states.items()), flows)
    drawn = opened.tx.house.pictures.get(key, None)
    if drawn is None:
        drawn = _draw(opened.deployed, states, flows, f"{_NUMBER} 办理路径")
        opened.tx.house.pictures.put(key, drawn)
    return replace(drawn, main=drawn.main.replace(_NUMBER, escape(opened.case.number)))


def _draw(deployed: Deployed, states: Mapping[str, str], flows: Collection[str], title: str) -> Drawing:
    called = list(deployed.definition.called.values())
    diagrams = deployed.release.bundle.diagrams
    return definitions.picture.draw_all(diagrams, called, states=states, flows=flows, title=title)
