"""What one reader of a case sees and does not see: what was said and voted inside a step, papers, who has not answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jiecheng import cases, store
from jiecheng.acceptance.judging import case_of
from jiecheng.acceptance.world import World, actor, open_items
from jiecheng.model.errors import JiechengError

_SHORTEST = 4  # characters: a shorter word may stand anywhere


def inside_shown(world: World, who: str, step: str) -> list[str]:
    """Of what was said inside the step, that which this person finds anywhere on the page of the case."""
    inside = _said_inside(world, step)
    assert inside, f"“{step}”还没有留下意见和表决，这句话说明不了什么。"
    with world.transaction() as tx:
        try:
            view = cases.show_case(tx, actor(world, tx, who), case_of(world, tx).id)
        except JiechengError:
            return []
    # The engine's own notes travel with the case and are on no page.
    page = repr(replace(view, case=replace(view.case, snapshot={}, variables={})))
    return [one for one in inside if one in page]


def opens(world: World, who: str) -> bool:
    with world.transaction() as tx:
        try:
            cases.show_case(tx, actor(world, tx, who), case_of(world, tx).id)
        except JiechengError:
            return False
    return True


def reads_paper(world: World, who: str, number: str) -> bool:
    with world.transaction() as tx:
        found = {row.number: row.id for row in store.job.documents_of(tx.db, case_of(world, tx).id)}
        assert number in found, f"没有文书“{number}”，有{'、'.join(found) or '无'}。"
        try:
            cases.read_document(tx, actor(world, tx, who), found[number])
        except JiechengError:
            return False
    return True


def unanswered(world: World, step: str) -> set[str]:
    """The 街镇 (else organs) that a step asked and that have not answered yet."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        asked = [item.candidates[0] for _, item in open_items(tx, world.current(), step) if item.candidates]
        told = [cases.people.describe(tx, one) or {} for one in asked]
    return {str(one.get("street_name") or one.get("organ_name")) for one in told}


def _said_inside(world: World, step: str) -> list[str]:
    """Opinions, sentences of the vote and texts of the forms that only this step fills in."""
    with world.transaction() as tx:
        case = case_of(world, tx)
        deployed = tx.release(case.release)
        nodes = [one for one in deployed.definition.nodes.values() if one.name == step]
        assert nodes, f"流程里没有“{step}”这个环节。"
        own = {use.form for node in nodes for use in node.forms if use.default.value != "read"}
        said = []
        for event in cases.history.events_of(tx, case.id):
            # By element: in a fan-out the name also says which instance it was.
            if event.type == "work_item_decided" and event.public.get("element") in {node.id for node in nodes}:
                said += [event.personal.get("opinion"), event.personal.get("meeting.sentence")]
        for row in store.form.rows_of(tx.db, case.id):
            said += [value for value in row.data.values() if row.form in own]
        # What the step hands out on purpose (the words of a reply) is not inside any more.
        handed_out = repr(case.variables)
    return [
        one
        for one in said
        if isinstance(one, str) and len(one) > _SHORTEST and one not in handed_out and not is_day(one)
    ]


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
