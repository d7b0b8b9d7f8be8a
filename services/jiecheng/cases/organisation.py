"""The organisation as people keep it: plan a change with its preview, apply it on its day, hand the open work over.

A change is one row, applied in one transaction when its day has come; the work it moves follows case by case, each in a
transaction of its own, and whoever is cut off in the middle goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from jiecheng import directory, feel, outbox, permissions, store
from jiecheng.cases import handing, joint, lapsed, people, signing
from jiecheng.cases.assignment import resolve
from jiecheng.cases.house import BEIJING, House, Tx
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.open_item import OpenItem
from jiecheng.cases.place import place_of_task
from jiecheng.cases.trouble import report
from jiecheng.model.actor import Actor
from jiecheng.model.directory import Directory, Organ, OrganKind
from jiecheng.model.errors import Invalid, JiechengError
from jiecheng.model.ids import CaseId, IdentityId, OrganId, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.work_item import WorkItem
from jiecheng.store.directory_change import ChangeRow, Handover
from jiecheng.store.incident import Trouble

IMPORT = "导入"
RULE = "人员调整"  # what stands in the history as the rule by which work went over
_CLERKS = ("党政办公室主任", "党政办主任", "办公室主任", "综合科科长", "人事科长")


@dataclass(frozen=True, slots=True)
class ChangeOrganisation:
    """`values`: what the form of this kind of change asks for; `first`: the day from which it holds, today or later."""

    actor: Actor
    kind: str
    values: Mapping[str, str]
    first: date


@dataclass(frozen=True, slots=True)
class Preview:
    """`work`: process, step, open items that will go over; `takers`: who gets the work, in words;
    `warnings`: what is allowed and perhaps not meant."""

    sentence: str
    work: Sequence[tuple[str, str, int]]
    takers: Sequence[str]
    warnings: Sequence[str] = ()


def clerks_of(tx: Tx, organ: OrganId) -> Sequence[IdentityId]:
    """Who keeps the posts of an organ: its office's head, for the sections and both organs of a 街镇 too."""
    known = tx.organisation
    around = [organ, *_above(tx, known.organ(organ)), *(one.id for one in _sisters(tx, known.organ(organ)))]
    posts = [post for one in around for post in known.posts_of_organ.get(one, ()) if post.name in _CLERKS]
    sections = [
        post
        for one in around
        for section in known.children.get(one, ())
        if section.kind is OrganKind.SECTION
        for post in known.posts_of_organ.get(section.id, ())
        if post.name in _CLERKS
    ]
    return [one.id for post in (*posts, *sections) for one in known.holders(post.id, tx.today)]


def preview(tx: Tx, command: ChangeOrganisation) -> Preview:
    """What the change would do, without doing it. Invalid for what cannot be."""
    change = _change(tx, command)
    changed = directory.apply_change(store.directory.load(tx.db), change)
    leaving = list(changed.successors)
    after = directory.index(changed.directory)
    takers = [
        f"{after.person_name(after.identity(new))}（{after.title(after.identity(new))}）"
        for new in dict.fromkeys(changed.successors.values())
        if new is not None
    ]
    names = {process: tx.release(one).definition.name for process, one in tx.latest_releases().items()}
    work = [(names.get(process, process), step, count) for process, step, count in _work(tx, leaving)]  # type: ignore[call-overload]
    return Preview(changed.sentence, work, takers, changed.warnings)


def plan_change(tx: Tx, command: ChangeOrganisation) -> str:
    """Put the change down for its day; one that holds from today is applied at once. Returns a sentence."""
    change = _change(tx, command)
    changed = directory.apply_change(store.directory.load(tx.db), change)
    row = store.directory_change.add(
        tx.db,
        {
            "kind": change.kind, "body": dict(change.values), "organ": _subject(tx, change), "sentence": changed.sentence,
            "first": change.first, "planned_by": command.actor.identity, "planned_by_name": command.actor.name,
        },
    )  # fmt: skip
    if change.first > tx.today:
        return f"已登记：{changed.sentence}到那一天自动生效，之前可以取消。"
    _apply(tx, store.directory_change.get(tx.db, row, lock=True))
    return f"已生效：{changed.sentence}"


def draft_import(tx: Tx, actor: Actor, tables: Mapping[str, directory.Rows]) -> tuple[int, Sequence[str]]:
    """Read uploaded tables and say what would change; nothing changes yet. Returns the draft's number and the difference."""
    permissions.require_directory_change(actor, ())
    difference = directory.differences(store.directory.load(tx.db), directory.read_tables(tables))
    if not difference:
        raise Invalid("上传的表格和现在的机构人员完全一样，没有需要改的。")
    kept = {name: [[number, dict(cells)] for number, cells in rows] for name, rows in tables.items()}
    draft = store.directory_change.add(
        tx.db,
        {
            "kind": IMPORT, "body": {"tables": kept, "version": store.directory.version(tx.db)}, "organ": "",
            "sentence": f"导入机构人员表，{len(difference)} 处变化。", "first": tx.today,
            "planned_by": actor.identity, "planned_by_name": actor.name,
        },
        state="draft",
    )  # fmt: skip
    return draft, difference


def confirm_import(tx: Tx, actor: Actor, draft: int) -> str:
    """Put the tables of a draft in place of the organisation, if it still is the one they were compared with."""
    permissions.require_directory_change(actor, ())
    row = store.directory_change.get(tx.db, draft, lock=True)
    if row.kind != IMPORT or row.state != "draft":
        raise Invalid("这次导入已经确认或取消，请重新上传。")
    body: Mapping[str, Any] = row.body
    if int(str(body["version"])) != store.directory.version(tx.db):
        raise Invalid("上传以后机构人员又有变化，刚才看到的差异已经不准。请重新上传，核对新的差异。")
    before = store.directory.load(tx.db)
    new = directory.read_tables(
        {name: [(int(number), cells) for number, cells in rows] for name, rows in body["tables"].items()}
    )
    _put_in_place(tx, draft, before, new)
    return f"已生效：{row.sentence}"


def import_tables(tx: Tx, new: Directory) -> Sequence[str]:
    """The same from the command line, where whoever types it has seen the tables. Returns the difference."""
    before = store.directory.load(tx.db)
    difference = directory.differences(before, new)
    if difference:
        draft = store.directory_change.add(
            tx.db,
            {
                "kind": IMPORT, "body": {}, "organ": "", "first": tx.today, "planned_by": "", "planned_by_name": "命令行",
                "sentence": f"导入机构人员表，{len(difference)} 处变化。",
            },
            state="draft",
        )  # fmt: skip
        _put_in_place(tx, draft, before, new)
    return difference


def _put_in_place(tx: Tx, change: int, before: Directory, new: Directory) -> None:
    """Who was in office and is not any more hands his work over: the diagram's rules say who gets it."""
    old, now = directory.index(before), directory.index(new)
    leaving = [
        one
        for one in before.identities.values()
        if old.in_office(one, tx.today)
        and not (one.id in new.identities and now.in_office(new.identities[one.id], tx.today))
    ]
    store.directory.replace(tx.db, new)
    # When his work goes over, the tables may not know him any more.
    names = {one.id: f"{old.person_name(one)}（{old.title(one)}）" for one in leaving}
    store.directory_change.keep_names(tx.db, change, names)
    store.directory_change.owe_handovers(tx.db, change, dict.fromkeys(names))
    store.directory_change.close(tx.db, change, "done")


def cancel_change(tx: Tx, actor: Actor, change: int) -> str:
    row = store.directory_change.get(tx.db, change, lock=True)
    permissions.require_directory_change(actor, clerks_of(tx, OrganId(row.organ)))
    if row.state != "planned":
        raise Invalid("这条调整已经生效或取消，不能再取消。需要改回来请另外登记一条。")
    store.directory_change.close(tx.db, change, "cancelled")
    return f"已取消：{row.sentence}"


def apply_due(house: House) -> int:
    """Apply every change whose day has come, then hand over what is still to go over; how much was done."""
    done = 0
    with house.transaction() as tx:
        lapsed.owe_handovers(tx)
        waiting = store.directory_change.due(tx.db, tx.today)
    for change in waiting:
        with house.transaction() as tx:
            row = store.directory_change.get(tx.db, change, lock=True)
            if row.state == "planned":
                _apply(tx, row)
                done += 1
    with house.transaction() as tx:
        handovers = store.directory_change.due_handovers(tx.db)
    for handover in handovers:
        done += 1 + _hand_over(house, handover)
    return done


def next_due(tx: Tx) -> datetime | None:
    """When a change of the organisation, or a hand-over, is to be done next."""
    if store.directory_change.due_handovers(tx.db) or lapsed.with_work(tx):
        return tx.now
    days = (store.directory_change.next_day(tx.db), lapsed.next_day(tx))
    day = min((one for one in days if one is not None), default=None)
    return datetime.combine(day, time.min, BEIJING) if day is not None else None


def _change(tx: Tx, command: ChangeOrganisation) -> directory.Change:
    change = directory.Change(command.kind, command.values, command.first)
    permissions.require_directory_change(command.actor, clerks_of(tx, OrganId(_subject(tx, change))))
    if command.first < tx.today:
        raise Invalid("生效日期不能早于今天：以前的办理记录按当时的任职留存。", fields={"first": ["请填今天或以后。"]})
    return change


def _subject(tx: Tx, change: directory.Change) -> str:
    """The organ whose matter the change is; its clerk may make it."""
    known = tx.organisation
    if organ := change.values.get("organ"):
        return known.organ(OrganId(organ)).id
    if identity := change.values.get("identity"):
        return known.organ_of(known.identity(IdentityId(identity))).id
    post = next((one for code, one in known.directory.posts.items() if code == change.values.get("post")), None)
    if post is None:
        raise Invalid("请选择机关、岗位或任职的人。")
    return post.organ


def _apply(tx: Tx, row: ChangeRow) -> None:
    """The change as of now. What cannot be any more (somebody left meanwhile) fails in plain sight and changes nothing."""
    try:
        changed = directory.apply_change(store.directory.load(tx.db), directory.Change(row.kind, row.body, row.first))
    except JiechengError as error:
        store.directory_change.close(tx.db, row.id, "failed", error.message)
        message = f"组织调整没有生效：{row.sentence}原因：{error.message}请系统管理员重新登记。"
        report(tx, None, Trouble("directory", row.id, "", message))
        return
    store.directory.replace(tx.db, changed.directory)
    store.directory_change.owe_handovers(tx.db, row.id, changed.successors)
    store.directory_change.close(tx.db, row.id, "done")


def _hand_over(house: House, handover: Handover) -> int:
    with house.transaction() as tx:
        work = store.directory_change.open_work(tx.db, handover.identity)
    for case, items in groupby(work, key=lambda one: one[0]):
        with house.transaction() as tx:
            _hand_over_case(tx, case, [item for _, item in items], handover)
    with house.transaction() as tx:
        store.directory_change.finish_handover(tx.db, handover)
    return len(work)


def _hand_over_case(tx: Tx, case: CaseId, items: Sequence[WorkItemId], handover: Handover) -> None:
    opened = open_case(tx, case)
    moved = 0
    for number in items:
        item, task = store.work_item.with_task(tx.db, number)
        # Read again behind the lock: it may have been decided while we waited.
        if item.pending or item.closed_at is not None or handover.identity not in item.candidates:
            continue  # what he decided while he was in office stands, though others sign after him
        at = OpenItem(opened, item, task, opened.deployed.node(task.element))
        told = f"{_who_left(tx, handover)}离任，无人接办"
        if item.advises and not _takes_over(opened, item, handover):
            signing.leave(at, told)
        elif item.asked_by is not None and item.assignee == handover.identity and handover.successor is None:
            handing.come_back(at, told)
        else:
            _move(opened, task, number, handover)
        moved += 1
    store.directory_change.count_moved(tx.db, handover.change, moved)
    opened.close()


def _move(opened: OpenCase, task: Task, item: WorkItemId, handover: Handover) -> None:
    tx, old = opened.tx, handover.identity
    new = (handover.successor,) if handover.successor else _by_rule(opened, task, item, old)
    if old in task.members:
        # One vote a person: who is a member already does not get a second one.
        new = tuple(one for one in new if one not in task.members)[:1]
        store.task.set_members(tx.db, task.id, [*_replaced(task.members, old, new)])
    store.directory_change.hand_over(tx.db, item, old, new)
    if handover.successor is not None:
        store.handing.follow(tx.db, item, old, handover.successor)
    names = "、".join(people.labels(tx, new))
    told = f"{_who_left(tx, handover)}离任，{f'由{names}接办' if new else '尚无人接办'}"
    opened.record_consequence(
        "work_item_moved",
        RULE,
        {"item": item, "task": task.id, "element": task.element, "name": task.title},
        {"from": old, "to": list(new), "words": told},
        compartment=task.compartment,
    )
    if new:
        text = f"{opened.case.number}「{task.title}」由您接办：{told}。"
        key = f"moved:{handover.change}:{item}"
        payload = {"identities": list(new), "text": text}
        store.outbox.owe(tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
    elif not store.work_item.get(tx.db, item).candidates:
        joint.raise_vacancy(opened, task, told)


def _who_left(tx: Tx, handover: Handover) -> str:
    if handover.identity in tx.organisation.directory.identities:
        return people.label(tx, handover.identity)
    names: Mapping[str, str] = store.directory_change.get(tx.db, handover.change).body.get(
        store.directory_change.LEFT, {}
    )
    return names.get(handover.identity, handover.identity)


def _takes_over(opened: OpenCase, item: WorkItem, handover: Handover) -> bool:
    """Whether the successor can sign in the place of an added signer who left: not what he asked for himself."""
    assert item.under is not None, "an added signer's item lies under another"
    above = store.work_item.get(opened.tx.db, item.under)
    return handover.successor is not None and handover.successor != above.assignee


def _replaced(members: Sequence[IdentityId], old: IdentityId, new: Sequence[IdentityId]) -> Iterator[IdentityId]:
    """The members with the newcomer in the place of the one who left; with nobody new the place stays, and waits."""
    for one in members:
        yield new[0] if one == old and new else one


def _by_rule(opened: OpenCase, task: Task, item: WorkItemId, old: IdentityId) -> tuple[IdentityId, ...]:
    """Whom the diagram's rule names today. Where others are named beside the one who left, they simply remain.

    A rule that cannot be asked any more (its 街镇 has ended) names nobody, which is a vacancy that is seen: raised here, it
    would keep everybody else's work from going over at every look.
    """
    others = [one for one in store.work_item.get(opened.tx.db, item).candidates if one != old]
    node = opened.deployed.node(task.element)
    if others or node.assignment is None:
        return ()
    try:
        return resolve(opened, node.assignment, node.name, place_of_task(opened, task).known)[0].identities
    except (JiechengError, feel.FeelError):
        return ()


def _work(tx: Tx, leaving: Sequence[IdentityId]) -> Sequence[tuple[str, str, int]]:
    return store.directory_change.work_by_step(tx.db, leaving) if leaving else ()


def _above(tx: Tx, organ: Organ) -> list[OrganId]:
    found = []
    current = organ
    while current.kind in (OrganKind.SECTION, OrganKind.AGENCY) and current.parent:
        current = tx.organisation.organ(current.parent)
        found.append(current.id)
    return found


def _sisters(tx: Tx, organ: Organ) -> Sequence[Organ]:
    """Both organs of one 街镇 have one office."""
    if not organ.street or organ.kind is OrganKind.AGENCY:
        return ()
    return [one for one in tx.organisation.organs_of_street[organ.street] if one.kind is not OrganKind.AGENCY]
