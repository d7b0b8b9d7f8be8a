"""预计下一步: a dry run of the engine over a case's own snapshot, each step with its most favourable outcome.

Stores nothing, locks nothing, records nothing, and promises nothing: where what comes next hangs on what nobody has
filled in yet, the forecast ends there. Several that are asked the same at once are one line: 街镇答复（甲街道、乙镇）.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jiecheng import engine, feel, store
from jiecheng.cases import facts, people, submission
from jiecheng.cases.assignment import resolve
from jiecheng.cases.doors import Sight
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.cases.place import Place, place_of, place_of_task
from jiecheng.definitions.known import names_in
from jiecheng.forms import field_labels
from jiecheng.model.case import CaseState
from jiecheng.model.definition import FlowNode, OutcomeOption
from jiecheng.model.errors import JiechengError
from jiecheng.model.form import Right
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Decide, Step, Wait, WaitKind
from jiecheng.model.task import titled
from jiecheng.model.values import Value, Variables

MOST_SHOWN = 4
MOST_NAMED = 3  # of a fan-out, and of the people of a step
_MOST_STEPS = 24  # of the engine: a loop in the diagram must not hold a page up


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that is expected. `people` by name; empty where it waits for no person. `places`: of a fan-out, at whom."""

    name: str
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def step(self) -> str:
        if not self.places:
            return self.name
        more = f"等{len(self.places)}个" if len(self.places) > MOST_NAMED else ""
        return titled(self.name, "、".join(self.places[:MOST_NAMED]) + more)

    def met_by(self, other: Ahead) -> Ahead:
        """The two as one line, nobody named twice."""
        people, places = (*self.people, *other.people), (*self.places, *other.places)
        return replace(self, people=tuple(dict.fromkeys(people)), places=tuple(dict.fromkeys(places)))


@dataclass(frozen=True, slots=True)
class _Stand:
    """A token that would be completed next."""

    token: Token
    node: FlowNode
    place: Place


@dataclass(slots=True)
class _Run:
    """`opened` is a picture of the case that nobody will ever write."""

    opened: OpenCase
    sight: Sight
    stands: list[_Stand]
    ahead: dict[str, Ahead] = field(default_factory=dict)
    events: list[Ahead] = field(default_factory=list)
    seen: set[tuple[ElementId, str]] = field(default_factory=set)  # what stands or stood, in which instance


def forecast(opened: OpenCase, sight: Sight) -> Sequence[Ahead]:
    """What is expected after the steps that are open now, in order; nothing where nobody can say."""
    if opened.case.state is not CaseState.RUNNING:
        return ()
    mirror = OpenCase(opened.tx, opened.case, opened.deployed)
    run = _Run(mirror, sight, [])
    try:
        for task in store.task.open_of_case(opened.tx.db, opened.id):
            run.stands.append(_Stand(task.token, opened.deployed.node(task.element), place_of_task(mirror, task)))
        run.seen = {_standing(run, stand.node, stand.place) for stand in run.stands}
        for _ in range(_MOST_STEPS):
            if not run.stands or len(run.ahead) >= MOST_SHOWN or not _go_on(run):
                break
    except (JiechengError, feel.FeelError):
        pass  # what is missing now will be filled in; until then nobody knows the way
    shown = [_shortened(one) for one in run.ahead.values()]
    return (shown or run.events)[:MOST_SHOWN]


def favourable(node: FlowNode) -> OutcomeOption | None:
    """The outcome that carries a case forward: agreement, else the first that is no refusal and needs no reasons."""
    kind = [one for one in node.outcomes if one.value == "agree"]
    kind += [one for one in node.outcomes if one.style != "danger" and not one.opinion_required]
    return next(iter((*kind, *node.outcomes)), None)


def _go_on(run: _Run) -> bool:
    stand = run.stands.pop(0)
    opened = run.opened
    step = engine.complete(
        opened.deployed.executable,
        opened.case.snapshot,
        facts.case_facts(opened),
        stand.token,
        _written(opened, stand),
        _decider(opened),
    )
    if _hangs_open(opened, stand, step):
        return False
    opened.update(variables={**opened.case.variables, **step.writes}, snapshot=dict(step.snapshot))
    gone = {closed.token for closed in step.closed}
    run.stands = [one for one in run.stands if one.token not in gone]
    for wait in step.opened:
        _meet(run, wait)
    if step.done:
        _expect(run, Ahead(ending_words(opened, step)))
    return not step.done


def _written(opened: OpenCase, stand: _Stand) -> dict[str, Value]:
    if stand.node.kind != "userTask":
        return {}
    option = favourable(stand.node)
    extra: dict[str, Value] = {"outcome": option.value if option else "", "opinion": ""}
    filled = submission.Submission(submission.filled_before(opened, stand.place))
    return submission.outputs(opened, stand.node, filled, extra, stand.place)


def _hangs_open(opened: OpenCase, stand: _Stand, step: Step) -> bool:
    """Whether the way that was gone hangs on fields that are still to be filled in at this step."""
    asked = _asked(opened, stand)
    written = {one.target for one in stand.node.outputs if names_in(one.source) & asked}
    definition = opened.deployed.definition
    passed = [definition.nodes[ElementId(one)] for one in step.passed if one in definition.nodes]
    if written:
        written |= {one.result_variable for one in passed if one.kind == "businessRuleTask"}
    gateways = {one.id for one in passed if one.kind == "exclusiveGateway"}
    return any(flow.source in gateways and names_in(flow.condition) & written for flow in definition.flows.values())


def _asked(opened: OpenCase, stand: _Stand) -> frozenset[str]:
    filled = submission.filled_before(opened, stand.place)
    return frozenset(
        key
        for use in stand.node.forms
        for key in field_labels(opened.deployed.forms[use.form])
        if use.rights.get(key, use.default) in (Right.EDIT, Right.REQUIRED)
        and filled.get(use.form, {}).get(key) is None
    )


def _meet(run: _Run, wait: Wait) -> None:
    node = run.opened.deployed.definition.nodes.get(wait.element)
    if node is None:
        return
    place = place_of(run.opened, wait.element, wait.inside)
    if wait.kind is WaitKind.EVENT:
        if run.sight.behind(place.compartment):
            run.events.append(Ahead(f"等待：{place.called(node.name)}"))
        return
    if wait.kind is WaitKind.USER:
        at = _standing(run, node, place)
        if at not in run.seen:
            _expect(run, _expected(run, node, place))
        elif at == (node.id, place.key):
            return  # the second time round a loop says nothing new
        run.seen.add(at)
    run.stands.append(_Stand(wait.token, node, place))


def _standing(run: _Run, node: FlowNode, place: Place) -> tuple[ElementId, str]:
    """Where he sees it: behind closed doors it is the door, however many steps there are inside."""
    wall = None if run.sight.behind(place.compartment) else run.opened.deployed.definition.walls_around(node.id)
    return (wall.id if wall else node.id, place.key)


def _expect(run: _Run, found: Ahead) -> None:
    met = run.ahead.get(found.name)
    run.ahead[found.name] = found if met is None else met.met_by(found)


def _shortened(one: Ahead) -> Ahead:
    return replace(one, people=one.people[:MOST_NAMED] + (("等",) if len(one.people) > MOST_NAMED else ()))


def _expected(run: _Run, node: FlowNode, place: Place) -> Ahead:
    places = (place.label,) if place.label else ()
    if not run.sight.behind(place.compartment):
        wall = run.opened.deployed.definition.walls_around(node.id)
        return Ahead(wall.name if wall else CLOSED_DOORS, (CLOSED_DOORS,), places)
    if node.assignment is None:
        return Ahead(node.name, (), places)
    found, _ = resolve(run.opened, node.assignment, node.name, place.known)
    names = [one.split("（")[0] for one in people.labels(run.opened.tx, found.identities)]
    return Ahead(node.name, tuple(names), places)


def _decider(opened: OpenCase) -> Decide:
    """A business rule answered as it would be now, without the lock and the record of a real decision."""

    def answer(element: ElementId, variables: Variables) -> Value:
        return facts.with_quotations(opened, facts.look_up(opened, element, variables).value)

    return answer


def ending_words(opened: OpenCase, step: Step) -> str:
    nodes = opened.deployed.definition.nodes
    ends = [nodes[ElementId(one)] for one in step.passed if one in nodes and nodes[ElementId(one)].kind == "endEvent"]
    return f"办结：{ends[-1].name}" if ends and ends[-1].name else "办结"
