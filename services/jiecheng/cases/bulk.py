"""批量办理: one decision on several items of the same step, each in a transaction of its own, each with its own answer.

Only where a step asks for nothing but the decision: no field, no vote, no opinion that must be filled in. What may be
filled in stays as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jiecheng import forms, store
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import House, Tx
from jiecheng.cases.work_item import DecideWorkItem, decide_work_item, step_of
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode, OutcomeOption
from jiecheng.model.errors import Invalid, JiechengError, NotFound
from jiecheng.model.ids import ElementId, ReleaseHash, WorkItemId
from jiecheng.model.values import Value
from jiecheng.model.voting import Mode
from jiecheng.store.work_list import ListRow

MOST = 200


@dataclass(frozen=True, slots=True)
class DecideMany:
    """`operation`: one press of a button; each item has a key of its own under it."""

    actor: Actor
    items: Sequence[WorkItemId]
    outcome: str
    opinion: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands before the press: the rows, the step they have in common, the decisions that suit all of them."""

    rows: Sequence[ListRow]
    step: str
    outcomes: Sequence[OutcomeOption]


@dataclass(frozen=True, slots=True)
class Result:
    item: WorkItemId
    done: bool
    sentence: str


def bulk_outcomes(deployed: Deployed, element: ElementId) -> Sequence[OutcomeOption]:
    """The decisions of a step that may be pressed for many at once; none where it asks for more than the decision."""
    node = deployed.definition.nodes.get(element)
    if node is None or node.mode is not Mode.SINGLE or _asks(deployed, node):
        return ()
    return tuple(one for one in node.outcomes if not one.opinion_required)


def bulk_keys(tx: Tx, rows: Iterable[ListRow]) -> Mapping[WorkItemId, str]:
    """Items with the same key may be decided together; "" where each must be looked at by itself."""
    rows = [*rows]
    of_step = {step: _bulk_key(tx, *step) for step in {(row.release, row.element) for row in rows}}
    return {row.item: "" if row.signs else of_step[row.release, row.element] for row in rows}


def _bulk_key(tx: Tx, release: ReleaseHash, element: ElementId) -> str:
    deployed = tx.release(release)
    return f"{deployed.release.process}/{element}" if bulk_outcomes(deployed, element) else ""


def choose(tx: Tx, actor: Actor, items: Sequence[WorkItemId]) -> Choice:
    """What these items have in common. Raises Invalid where they cannot be decided together."""
    wanted = tuple(dict.fromkeys(items))
    if not wanted:
        raise Invalid("还没有选择待办。请先在列表左边勾选要一起办理的待办。")
    if len(wanted) > MOST:
        raise Invalid(f"一次最多办理 {MOST} 件，您选了 {len(wanted)} 件。请分几次办理。")
    own = store.work_list.open_rows(tx.db, actor.identities, wanted)
    mine = {row.item for row in own}
    lent = store.work_list.lent_rows(tx.db, actor.identities, wanted)
    rows = [*own, *(row for row in lent if row.item not in mine)]
    if not rows:
        raise NotFound("选中的待办都已不在您手上，可能刚刚已办理。请回到待办列表看最新情况。")
    keys = {*bulk_keys(tx, rows).values()}
    if len(keys) > 1:
        names = "、".join(dict.fromkeys(row.element_name for row in rows))
        raise Invalid(f"选中的待办不是同一个环节（{names}），不能一起办理。请只勾选同一环节的待办。")
    if keys == {""}:
        raise Invalid(f"「{rows[0].element_name}」需要填写表单、意见或表决，不能批量办理。请逐件打开办理。")
    offered = [bulk_outcomes(tx.release(row.release), row.element) for row in rows]
    common = tuple(one for one in offered[0] if all(one in each for each in offered))
    if not common:
        raise Invalid("选中的待办属于流程的不同版本，可选的决定不一样。请逐件打开办理。")
    return Choice(rows, rows[0].element_name, common)


def decide_many(house: House, command: DecideMany) -> Iterator[Result]:
    """Each item as soon as it is done. One that is refused stays as it was and stops none of the others."""
    for item in tuple(dict.fromkeys(command.items))[:MOST]:
        try:
            with house.transaction() as tx:
                result = _decide(tx, command, item)
            yield result  # after its commit: what is told has happened
        except JiechengError as refusal:
            yield Result(item, False, refusal.message)


def _decide(tx: Tx, command: DecideMany, item: WorkItemId) -> Result:
    deployed, node = step_of(tx, item)
    if store.work_item.get(tx.db, item).advises:
        raise Invalid("这是请您签署意见的加签，不能批量办理。请打开这件待办单独签。")
    if command.outcome not in {one.value for one in bulk_outcomes(deployed, node.id)}:
        raise Invalid("这一环节不能批量办理，或者没有这个决定。请打开这件待办单独办理。")
    key = f"{command.operation}:{item}" if command.operation else ""
    answer = decide_work_item(
        tx,
        DecideWorkItem(
            command.actor,
            item,
            command.outcome,
            command.opinion,
            _as_it_stands(tx, command.actor, item, deployed, node),
            operation=key,
        ),
    )
    names = [(one.step, "、".join(who.split("（")[0] for who in one.people) or "暂无人选") for one in answer.holders]
    next_steps = "；".join(f"{step}（{who}）" for step, who in names)
    return Result(item, True, answer.sentence + (f" 下一环节：{next_steps}。" if next_steps else ""))


def _asks(deployed: Deployed, node: FlowNode) -> bool:
    return any(forms.demands(deployed.forms[use.form], use) for use in node.forms)


def _as_it_stands(tx: Tx, actor: Actor, item: WorkItemId, deployed: Deployed, node: FlowNode) -> Mapping[str, Value]:
    """What the step's forms hold already, so that one press for many changes none of it."""
    if store.form.draft(tx.db, actor.identity, f"item:{item}") is not None:
        raise Invalid("这件待办您暂存过内容，批量办理会丢掉它，没有办理。请打开这件待办单独办理。")
    _, task = store.work_item.with_task(tx.db, item)
    filled = store.form.of_case(tx.db, task.case, task.instance_key)
    edited = [use.form for use in node.forms if forms.is_edited(deployed.forms[use.form], use)]
    return {key: value for form in edited for key, value in filled.get(form, {}).items() if value is not None}
