"""What is passed on when somebody is shown a case, and to whom: one step with its forms, to people or an organ's clerks.

Never decides who may (permissions), and remembers nothing: circulations, questions and supervisions keep their own rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiecheng import permissions, store
from jiecheng.cases import accounts, people, standing
from jiecheng.cases.case import read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.readers import clerks, within
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, NotFound
from jiecheng.model.ids import ElementId, IdentityId, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem

_BETWEEN = re.compile(r"[、,，;；\n]+")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Passage:
    """The step that is passed on, as rows keep it. `workers`: who works or worked on it; `recused`: who must not see it."""

    element: ElementId
    name: str
    instance_key: str = ""
    compartment: str = ""
    workers: tuple[IdentityId, ...] = ()
    recused: tuple[IdentityId, ...] = ()
    open: bool = False  # somebody works on it now

    @property
    def columns(self) -> Mapping[str, str]:
        return {
            "element": self.element,
            "name": self.name,
            "instance_key": self.instance_key,
            "compartment": self.compartment,
        }


def passage_of(opened: OpenCase, actor: Actor, item: WorkItemId | None = None) -> Passage:
    """The step of this item; without one the applicant's own start, or the step this person worked on last."""
    if item is not None:
        found, task = store.work_item.with_task(opened.tx.db, item)
        if found.case != opened.id:
            raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
        return _of_item(opened, found, task)
    if opened.case.initiator not in actor.identities:
        last = store.work_item.newest_of(opened.tx.db, opened.id, actor.identities)
        if last is not None:
            return _of_item(opened, *last)
    start = opened.deployed.node(opened.deployed.definition.start)
    return Passage(start.id, start.name, workers=(opened.case.initiator,))


def passage_at_work(opened: OpenCase, actor: Actor, item: WorkItemId | None = None) -> Passage:
    """The step of this item, else of the one this person works on; without workers where there is none."""
    if item is not None:
        return passage_of(opened, actor, item)
    db = opened.tx.db
    now = [one.id for _, one in store.work_item.waiting(db, opened.id) if _works(actor, one)]
    last = store.work_item.newest_of(db, opened.id, actor.identities)
    if now and last is not None and last[0].state not in OPEN_ITEM_STATES:
        last = store.work_item.with_task(db, max(now))
    if last is not None:
        return _of_item(opened, *last)
    return Passage(opened.deployed.definition.start, "")


def passing_facts(opened: OpenCase, passage: Passage) -> permissions.PassingFacts:
    return permissions.PassingFacts(opened.case.state, passage.workers, read_facts(opened))


def readers_named(tx: Tx, text: str) -> tuple[IdentityId, ...]:
    """The people the words mean, each once: names, or organs, for which their clerks stand."""
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    if not pieces:
        raise Invalid.at("to", "请写明给谁：写姓名或机关的名称，几个之间用顿号隔开。")
    found = tuple(dict.fromkeys(one for piece in pieces for one in _meant(tx, piece)))
    if len(found) > _MOST:
        raise Invalid.at("to", f"一次最多发给 {_MOST} 人，现在是 {len(found)} 人。请分几次。")
    return found


def require_readers(opened: OpenCase, actor: Actor, passage: Passage, readers: Sequence[IdentityId]) -> None:
    """All of them may be shown it, or the first who may not is named."""
    tx = opened.tx
    inside = within(tx, passage.compartment)
    aside = people.same_persons(tx, passage.recused, readers)
    known = read_facts(opened) if aside else None
    for one in readers:
        near = known is not None and one in (known.initiator, *known.participants)
        facts = permissions.ReaderFacts(
            people.label(tx, one), reader_of(tx, one), inside is None or one in inside, one in aside and not near
        )
        permissions.require_new_reader(actor, facts)


def reader_of(tx: Tx, identity: IdentityId) -> Actor | None:
    known = tx.organisation
    found = known.directory.identities.get(identity)
    return accounts.actor_of(tx, identity) if found is not None and known.in_office(found, tx.today) else None


def _meant(tx: Tx, piece: str) -> Sequence[IdentityId]:
    known = tx.organisation
    organs = [
        one for one in known.directory.organs.values()
        if piece in (one.id, one.name, f"{known.street_name(one.street)}{one.name}")
    ]  # fmt: skip
    if not organs:
        return (people.named(tx, piece),)
    if len(organs) > 1:
        raise Invalid.at(
            "to",
            f"名为“{piece}”的机关有 {len(organs)} 个，请在前面写上街镇，例如“{known.street_name(organs[0].street)}{piece}”。",
        )
    found = clerks(tx, organs[0].id)
    if not found:
        raise Invalid.at("to", f"{piece}现在没有收文的人，请写明交给哪一位。")
    return found


def _of_item(opened: OpenCase, item: WorkItem, task: Task) -> Passage:
    workers = tuple(one for one in dict.fromkeys(item.near) if one)
    standing.hand(opened, item)
    at_work = item.state in OPEN_ITEM_STATES
    return Passage(task.element, task.title, task.instance_key, task.compartment, workers, task.recused, at_work)


def _works(actor: Actor, item: WorkItem) -> bool:
    return any(one in actor.identities for one in item.near)
