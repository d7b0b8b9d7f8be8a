"""What the house does about supervisions by itself: opens one where the diagram's limit says so, and reminds of answers.

Recorded as 系统. It orders nobody: whoever is above assigns, and answers are people's.
"""

from __future__ import annotations

from datetime import date, datetime, time

from jiecheng import calendar, directory, store
from jiecheng.cases import facts, people
from jiecheng.cases.doors import door_id, outside_title
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import place_of_task
from jiecheng.cases.readers import tell
from jiecheng.model.actor import SYSTEM_IDENTITY, Actor
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId
from jiecheng.model.supervision import OWING, SupervisionState
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.store.reminder import ReminderRow
from jiecheng.store.supervision import SupervisionRow

LEVELS = 3  # how far up a superior may stand
_MORNING = time(9, 0)


def superiors_of(tx: Tx, holder: IdentityId, levels: int = LEVELS) -> tuple[IdentityId, ...]:
    """The heads above this person, the nearest first."""
    found: list[IdentityId] = []
    for level in range(1, levels + 1):
        asked: dict[str, Value] = {"of": holder, "levels": level}
        try:
            found += directory.resolve(tx.organisation, "superior", asked, on=tx.today, initiator=None).identities
        except Invalid:
            break  # who has left has nobody above
    if levels > 1:
        found += _party_heads(tx, holder)
    return tuple(one for one in dict.fromkeys(found) if one != holder)


def people_below(tx: Tx, actor: Actor) -> frozenset[IdentityId]:
    """Everybody of whom this person is a superior."""
    return directory.people_below(tx.organisation, actor.identities, LEVELS, tx.today)


def _party_heads(tx: Tx, holder: IdentityId) -> tuple[IdentityId, ...]:
    """At a 街镇 the 党(工)委's head stands above the people of both organs (X7)."""
    known = tx.organisation
    identity = known.directory.identities.get(holder)
    street = known.organ_of(identity).street if identity is not None else ""
    if not street:
        return ()
    try:
        party = known.party_organ(street, tx.today)
        if holder not in directory.people_within(known, party.id, tx.today):
            return ()
        asked: dict[str, Value] = {"organ": str(party.id)}
        return directory.resolve(known, "head", asked, on=tx.today, initiator=None).identities
    except Invalid:
        return ()


def step_columns(opened: OpenCase, task: Task, owner: IdentityId) -> dict[str, str]:
    """The step as a supervision names it. From before the door it is the door, not what is behind it."""
    tx = opened.tx
    inside = task.compartment and owner in directory.people_within(tx.organisation, OrganId(task.compartment), tx.today)
    hidden = bool(task.compartment) and not inside
    return {
        "element": door_id(opened, task.element) if hidden else task.element,
        "name": outside_title(opened, task) if hidden else task.title,
        "instance_key": task.instance_key,
        "compartment": task.compartment if inside else "",
    }


def open_by_itself(
    opened: OpenCase, task: Task, holders: tuple[IdentityId, ...], others: tuple[IdentityId, ...]
) -> None:
    """A step long overdue whose limit asks for it: the nearest superior gets a supervision to assign. Once a step.

    `others`: who gets it where nobody is above.
    """
    node, tx = opened.deployed.definition.nodes.get(task.element), opened.tx
    if node is None or node.due is None or not node.due.supervise:
        return
    days = facts.evaluate(node.due.supervise, place_of_task(opened, task).known, node.name)
    above = [one for holder in holders for one in superiors_of(tx, holder, 1)] or list(others)
    owing = {
        row.element for row in store.supervision.of_case(tx.db, opened.id) if row.state is not SupervisionState.CLOSED
    }
    if days in (None, "") or not above:
        return
    columns = step_columns(opened, task, above[0])
    if columns["element"] in owing:
        return
    demand = "超期未办，请说明原因和办结时间。"
    values = {
        **columns,
        "case_id": opened.id,
        "owner": above[0],
        "demand": demand,
        "due_days": int(str(days)),
        "basis": node.due.basis,
    }
    made = store.supervision.add(tx.db, values)
    store.supervision.add_step(
        tx.db,
        made,
        "supervise_case",
        SupervisionState.FILED,
        SYSTEM_IDENTITY,
        f"{demand}（{node.due.basis or node.name}）",
    )
    public: dict[str, Value] = {"element": columns["element"], "name": columns["name"], "supervision": made}
    told: dict[str, Value] = {"words": f"立项督办，由{people.label(tx, above[0])}交办：{demand}"}
    rule = node.due.basis or str(node.id)
    opened.record_consequence("supervision_opened", rule, public, told, rule, columns["compartment"])
    tell(
        opened,
        f"supervision:{made}",
        above[:1],
        f"「{opened.case.title}」「{columns['name']}」超期，已立项督办，请您交办。",
    )


def arm(opened: OpenCase, supervision: int, days: int | None, due: datetime, start: date | None = None) -> None:
    """The reminders of one answer: on the last working morning but one, and when it is late. `start`: the day from which
    the days count, today where it is not said."""
    tx = opened.tx
    store.reminder.cancel_of_supervision(tx.db, supervision)
    moments = [("overdue", due)]
    if days is not None and days > 1:
        day = calendar.add_working_days(tx.working_days, start or tx.today, days - 1).date
        morning = datetime.combine(day, _MORNING, BEIJING)
        # Counted anew, that morning may be over: nobody is told afterwards that something will be due.
        moments += [("before_due", morning)] if start is None or morning > tx.now else []
    store.reminder.add_of_supervision(tx.db, supervision, opened.id, moments)


def remind(opened: OpenCase, reminder: ReminderRow) -> bool:
    """Tell who owes the answer, and once it is late the one who supervises too. False where none is owed any more."""
    tx = opened.tx
    assert reminder.supervision is not None
    row = store.supervision.get(tx.db, reminder.supervision)
    store.reminder.mark_sent(tx.db, reminder.id)
    if row.state not in OWING or row.handler is None:
        return False
    late = reminder.kind == "overdue"
    readers = [row.handler, *([row.owner] if late else [])]
    said = "已超期，还没有反馈" if late else "即将到期"
    tell(
        opened, f"reminder:{reminder.id}", readers,
        f"「{row.name}」的督办{said}，期限 {people.moment(row.due_at)}，要求：{row.demand}",
    )  # fmt: skip
    if late:
        _record_late(opened, row)
    return True


def _record_late(opened: OpenCase, row: SupervisionRow) -> None:
    public: dict[str, Value] = {"element": row.element, "name": row.name, "supervision": row.id}
    told: dict[str, Value] = {"words": f"{people.label(opened.tx, row.handler)}没有按期反馈督办。"}
    opened.record_consequence("supervision_overdue", "督办期限", public, told, compartment=row.compartment)
    opened.close()
