"""What a scenario finds: who has the work, how the case ended, what the register, the forms and the record say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiecheng import cases, forms, store
from jiecheng.acceptance.world import World, actor, deliver, in_words, open_items
from jiecheng.model.actor import SYSTEM_IDENTITY
from jiecheng.model.case import Case, CaseState
from jiecheng.model.release import Clause


def case_of(world: World, tx: cases.Tx) -> Case:
    world.expect_no_refusal()
    return store.case.get(tx.db, world.current())


def holders(world: World, step: str) -> set[str]:
    """Names of those whom the step waits for."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        known = tx.organisation
        return {
            known.person_name(known.identity(one))
            for _, item in open_items(tx, world.current(), step)
            for one in ((item.assignee,) if item.assignee else item.candidates)
        }


def reasons(world: World, step: str) -> list[str]:
    """Why the open step went to those who have it."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        return [task.reason for task, _ in open_items(tx, world.current(), step)]


def steps_open(world: World) -> list[str]:
    with world.transaction() as tx:
        return [task.title for task, _ in open_items(tx, world.current())]


def situation(world: World) -> str:
    """For the message of a failed scenario: where the case stands and what it found wrong."""
    wrong = "".join(f"{one['rule']} {one['message']}" for one in findings(world))
    waiting = "、".join(f"“{one}”" for one in steps_open(world))
    return f"{f'等待办理的是{waiting}' if waiting else '没有等待办理的环节'}。{wrong}"


def ended_as(world: World) -> tuple[CaseState, str]:
    with world.transaction() as tx:
        found = case_of(world, tx)
        return found.state, found.outcome


def rows_of_person(world: World, register: str, name: str) -> list[str]:
    """Statuses of all rows of that person, whichever case wrote them."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        return [row.status for row in store.register.matching(tx.db, register, "person_name", name, None)]


def findings(world: World) -> list[Mapping[str, Any]]:
    with world.transaction() as tx:
        found: Any = case_of(world, tx).variables.get("findings") or []
        return list(found)


def variable(world: World, name: str) -> Any:  # noqa: ANN401 - a case's variable is any FEEL value
    with world.transaction() as tx:
        return case_of(world, tx).variables.get(name)


def clause(world: World, name: str) -> Clause:
    """A clause of the release of the case spoken of."""
    with world.transaction() as tx:
        known = tx.release(store.case.get(tx.db, world.current()).release).clauses
    assert name in known, f"条款库里没有 {name}。"
    return known[name]


def decided_by_table(world: World, step: str) -> Mapping[str, Any]:
    """The last result of the step that asks a table, under the table's own headings."""
    with world.transaction() as tx:
        case = case_of(world, tx)
        deployed = tx.release(case.release)
        asked = [one for one in deployed.definition.nodes.values() if one.name == step and one.decision]
        assert asked, f"流程里没有名为“{step}”的规则判定。"
        found: Any = case.variables.get(asked[0].result_variable)
        assert isinstance(found, Mapping), f"“{step}”还没有得出结果，现在是{found!r}。"
        told: Any = deployed.in_words(found)
    return {**found, **told}


def clause_behind(world: World, what: str) -> Clause:
    """The clause that a step's table names in `clause` or `basis`, or that a rule ("C1") rests on in this city."""
    with world.transaction() as tx:
        case = case_of(world, tx)
        deployed = tx.release(case.release)
        asked = [one for one in deployed.definition.nodes.values() if one.name == what and one.decision]
        found: Any = case.variables.get(asked[0].result_variable) if asked else {"clause": what}
        rests = deployed.clause(str(found.get("clause") or found.get("basis")), tx.profile)
    assert rests is not None, f"条款库里没有“{what}”所说的条款：{found}。"
    return rests


def refusal(world: World) -> str:
    """What the platform refused, in words; speaking of it settles it."""
    assert world.refusal is not None, (
        f"平台受理了，没有拒绝；现在等待办理的是 {steps_open(world) if world.case else '无'}。"
    )
    said, world.clause = in_words(world.refusal), getattr(world.refusal, "clause", "")
    for key, label in sorted(_labels(world).items(), key=lambda one: -len(one[0])):  # not_adopted before adopted
        said = said.replace(f"{key}：", f"{label}：")
    world.refusal = None
    return said


def _labels(world: World) -> dict[str, str]:
    """Field key -> label, over all forms: a page shows the label where the answer has the key."""
    with world.transaction() as tx:
        deployed = [tx.release(one) for one in tx.latest_releases().values()]
    return {
        key: label for one in deployed for form in one.forms.values() for key, label in forms.field_labels(form).items()
    }


def notices(world: World, name: str) -> list[str]:
    world.expect_no_refusal()
    deliver(world)
    with world.transaction() as tx:
        reader = actor(world, tx, name)
        return [row.text for row in store.notice.list_latest(tx.db, reader.identities, None, 50)]


def shown(world: World, step: str) -> str:
    """Everything the holder of the step sees in its forms, as one text."""
    with world.transaction() as tx:
        found = open_items(tx, world.current(), step)
        assert found, f"现在没有等待办理的“{step}”。"
        item = found[0][1]
        holder = tx.organisation.person_name(tx.organisation.identity(item.candidates[0]))
        view = cases.show_item(tx, actor(world, tx, holder, item.candidates), item.id)
    return repr(view.sections)


def votes(world: World) -> list[str]:
    """What meetings and votes of this case came to, in words, oldest first."""
    with world.transaction() as tx:
        events = cases.history.events_of(tx, case_of(world, tx).id)
    said = ("meeting.sentence", "voting.sentence")
    return [str(event.personal[path]) for event in events for path in said if path in event.personal]


def decided_by_system(world: World) -> list[str]:
    """Decisions that carry the system's name; there must be none (X3)."""
    with world.transaction() as tx:
        events = cases.history.events_of(tx, case_of(world, tx).id)
    return [
        str(event.public.get("name"))
        for event in events
        if event.type == "work_item_decided" and event.personal.get("actor.identity") in ("", None, SYSTEM_IDENTITY)
    ]


def cancelled_because(world: World, step: str) -> list[str]:
    """Why a step was closed undecided, as the history tells it, oldest first."""
    with world.transaction() as tx:
        events = cases.history.events_of(tx, case_of(world, tx).id)
    return [
        str(event.public["why"]) for event in events if event.type == "task_cancelled" and event.public["name"] == step
    ]
