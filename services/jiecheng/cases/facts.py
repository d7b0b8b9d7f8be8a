"""What expressions may look at: the case's variables, the step's data with persons and organs described, today."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jiecheng import decisions, directory, feel, forms, store
from jiecheng.cases.deployed import DAYS_AHEAD
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse
from jiecheng.model.ids import ElementId, IdentityId, OrganId
from jiecheng.model.values import Value, Variables

_FARTHEST = 120


@dataclass(frozen=True, slots=True)
class PeopleLookup:
    """The organisation as forms look at it: options of a picker, and what a chosen id stands for. `near`: for whom; those
    of his own house come first."""

    tx: Tx
    near: IdentityId | None = None

    def options(self, picker: str, scope: str) -> Sequence[forms.Option]:
        if picker == "attachment":
            return ()  # papers are handed in beside the form, not inside it
        known = self.tx.organisation
        home = directory.house_of(known, self.near) if self.near is not None else ""
        return known.memo.of(
            ("options", picker, scope, home, self.tx.today), lambda: tuple(self._options(picker, scope))
        )

    def _options(self, picker: str, scope: str) -> Sequence[forms.Option]:
        found = directory.options(self.tx.organisation, picker, scope, self.tx.today)
        if self.near is not None:
            home = directory.house_of(self.tx.organisation, self.near)
            found = sorted(found, key=lambda one: directory.house_of(self.tx.organisation, one[0]) != home)
        if picker == "organ":
            return [forms.Option(value=value, label=label, detail=detail) for value, label, detail in found]
        # Two people may share a name and one person may hold two posts: the post tells them apart.
        return [
            forms.Option(
                value=value, label=f"{label}（{title}）", detail=directory.house_name(self.tx.organisation, value)
            )
            for value, label, title in found
        ]

    def describe(self, picker: str, value: str) -> Variables | None:
        if picker == "attachment":
            return None
        if picker == "organ":
            return directory.describe_organ(self.tx.organisation, OrganId(value), self.tx.today)
        return directory.describe_identity(self.tx.organisation, IdentityId(value), self.tx.today)


def evaluate(source: str, variables: Mapping[str, Any], where: str) -> Value:
    """The value of `source`: FEEL when it begins with "=", else the text itself. `where` names the place for people."""
    if not source.startswith("="):
        return source
    try:
        return feel.to_json(feel.compile_expression(source).evaluate(variables))
    except feel.FeelError as error:
        raise Invalid(f"流程图中「{where}」的表达式不能计算：{error}。请联系流程负责人。") from error


def case_facts(opened: OpenCase) -> dict[str, Any]:
    """Variables of the case, the day it is, the 街镇 of the district and the working days ahead, where the diagram
    speaks of them."""
    known = {"reversed_case": None, **opened.case.variables, "today": opened.tx.today}
    if opened.deployed.speaks_of_streets:
        index, today = opened.tx.organisation, opened.tx.today
        streets = index.memo.of(("all_streets", today), lambda: directory.all_streets(index, today))
        known["all_streets"] = [dict(one) for one in streets]
    if opened.deployed.speaks_of_days:
        known[DAYS_AHEAD] = _working_days_ahead(opened.tx)
    return known


def _working_days_ahead(tx: Tx) -> list[str]:
    """Counted once a day: every look at a case of such a process asks for them."""
    calendar, day = tx.working_days, tx.today
    kept = tx.house.days_ahead
    if kept is None or kept[0] is not calendar or kept[1] != day:
        every = (day + timedelta(days=number) for number in itertools.count(1))
        working = (one.isoformat() for one in every if calendar.day(one).working)
        kept = tx.house.days_ahead = (calendar, day, tuple(itertools.islice(working, _FARTHEST)))
    return list(kept[2])


def step_facts(
    opened: OpenCase,
    uses: Sequence[FormUse],
    data: Mapping[str, Mapping[str, Value]],
    around: Mapping[str, Any],
) -> dict[str, Any]:
    """What the outputs of a step look at: what is `around` it, then its forms' data laid over that, pickers described."""
    lookup = PeopleLookup(opened.tx)
    facts = dict(around)
    for use in uses:
        facts |= forms.describe_pickers(opened.deployed.forms[use.form], data.get(use.form, {}), lookup)
    return facts


def look_up(opened: OpenCase, element: ElementId, variables: Variables) -> decisions.DecisionResult:
    """What a business rule task answers now: its register rows looked up, its table evaluated. Keeps nothing."""
    node = opened.deployed.node(element)
    known: dict[str, Any] = dict(variables)
    for wanted in node.facts:
        value = evaluate(wanted.equals, known, node.name)
        rows = store.register.matching(opened.tx.db, wanted.register, wanted.where, value, opened.id)
        known[wanted.target] = [{**row.columns, "status": row.status, "number": row.number} for row in rows]
    return decisions.evaluate(opened.deployed.tables, node.decision, known)


def decide(opened: OpenCase, element: ElementId, variables: Variables) -> Value:
    """Answer a business rule task: look up its register rows, evaluate its table, keep the explanation for the history."""
    from jiecheng.cases.place import place_among

    node = opened.deployed.node(element)
    place = place_among(opened, element, variables)
    if node.facts:
        opened.lock_registers()
    result = look_up(opened, element, variables)
    tables: list[Value] = [
        {"decision": one.decision, "rows": list(one.rows), "annotations": [dict(words) for words in one.annotations]}
        for one in result.explanations
    ]
    opened.record_consequence(
        "decision_evaluated",
        element,
        {"element": element, "name": place.called(node.name), "decision": node.decision, "tables": tables},
        {"result": result.value, "inputs": [dict(one.inputs) for one in result.explanations]},
        clause=" ".join(node.clauses),
        compartment=place.compartment,
    )
    return with_quotations(opened, result.value)


def with_quotations(opened: OpenCase, value: Value) -> Value:
    """A finding that names its clause also quotes it: whoever is refused reads the words, not a number."""
    if not isinstance(value, list | tuple):
        return value
    profile = str(opened.case.variables.get("profile", ""))
    return [
        {**one, "basis": opened.deployed.clause_words(str(one["clause"]), profile)}
        if isinstance(one, Mapping) and one.get("clause")
        else one
        for one in value
    ]
