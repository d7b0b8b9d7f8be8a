"""A year in the life of the demo district: cases begun, worked on, refused, overdue and ended by the real commands.

What happens how often stands in recipes (infra/demo/season/<process>.yaml). Chance comes from a seed and the day, time
from a moved clock: a year that was stopped goes on as it would have. Timers, reminders and papers on the way are the
flows' own deeds. Several processes may live through one year, a day at a time, each with its share of the cases.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from jiecheng import cases, store
from jiecheng.acceptance import deeds, filling
from jiecheng.acceptance.clock import MovedClock
from jiecheng.acceptance.season_desks import Waiting, left_alone, set_out
from jiecheng.acceptance.season_turns import turned
from jiecheng.acceptance.world import World, in_words, move_to
from jiecheng.cases import BEIJING
from jiecheng.cases.views import Section
from jiecheng.forms.nodes import FieldView, fields_in
from jiecheng.model.actor import Actor
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId, IdentityId, ProcessId
from jiecheng.model.task import Task
from jiecheng.model.work_item import WorkItem

_DAYS = re.compile(r"[+-]\d+")  # so many days from today
ANY = "any"  # of a field with choices: up to so many of them
OPENS, CLOSES = time(9, 0), time(17, 30)
QUICK, SLOW = (0, 4), (12, 25)  # working days until somebody decides: most people, and those who forget
FORGETFUL = 0.03
SEED = 1
_PLACES = 20
_TRIES = 5  # people who are asked whether they have something to apply for
OPINION = "已核对有关材料，情况属实。"
REASON = "经研究，条件还不具备，理由和需要补充的材料已书面说明。"


class NothingToChoose(AssertionError):
    """The recipe picks from a field that offers this person nothing."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """`weight`: its share of the cases; `initiators`: kinds of organs whose people begin it, empty for anybody;
    `fields`: label -> ways to fill it; `outcomes`: step -> outcome -> share;
    `answers`: step -> label -> ways to fill it."""

    process: ProcessId
    weight: int
    initiators: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    begun: int = 0
    decided: int = 0
    refused: int = 0
    refusals: dict[str, int] = field(default_factory=dict)

    def refuse(self, words: str) -> None:
        self.refused += 1
        self.refusals[words[:100]] = self.refusals.get(words[:100], 0) + 1

    def add(self, other: Tally) -> None:
        self.begun, self.decided = self.begun + other.begun, self.decided + other.decided
        self.refused += other.refused
        for words, times in other.refusals.items():
            self.refusals[words] = self.refusals.get(words, 0) + times


def read_recipes(folder: Path) -> Sequence[Recipe]:
    found = []
    for file in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(file.read_text("utf-8"))
        found.append(
            Recipe(
                ProcessId(file.stem), int(content.get("weight", 1)), tuple(content.get("initiators", ())),
                content.get("fields", {}), content.get("outcomes", {}), content.get("answers", {}),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """One of several processes that live through a year together. The first also begins the cases and lets time pass,
    which is a fifth of everything: so it works on fewer."""

    number: int = 0
    of: int = 1

    def has(self, case: CaseId) -> bool:
        if self.of == 1:
            return True
        place, first = case % _PLACES, int(_PLACES * (1.25 / self.of - 0.25))
        if self.number == 0:
            return place < first
        return place >= first and place % (self.of - 1) == self.number - 1


Together = Callable[[datetime], datetime]  # an hour of mine -> the latest that anybody in this year has reached


class Season:
    """Lives through one working day after the other."""

    def __init__(
        self,
        house: cases.House,
        clock: MovedClock,
        recipes: Sequence[Recipe],
        share: Share = Share(),
        together: Together = lambda hour: hour,
    ) -> None:
        self.world = World(house, clock)
        self.tally = Tally()
        self._recipes, self._share, self._together = recipes, share, together
        self._chance = random.Random(0)  # noqa: S311 - a story, not a secret
        self._starters: dict[tuple[ProcessId, int, int], Sequence[IdentityId]] = {}
        self._ready: dict[int, date] = {}  # item -> the day somebody gets round to it

    def open_day(self, day: date) -> None:
        """Whatever fell due since the last day happens at its own moment. One of the shares does it, before all work."""
        move_to(self.world, datetime.combine(day, OPENS, BEIJING))

    def live_day(self, day: date, new: int = 0) -> None:
        """Begin so many cases, and do the work that people get round to on this day."""
        self._chance = random.Random(f"{SEED} {self._share.number} {day}")  # noqa: S311
        self.world.clock.now = max(self.world.clock.now, datetime.combine(day, OPENS, BEIJING))
        deeds_of_day: list[Callable[[], None]] = [self._begin] * new
        deeds_of_day += [lambda at=at: self._work(*at) for at in self._due(day)]  # type: ignore[misc]
        self._chance.shuffle(deeds_of_day)
        for hour, deed in zip(self._hours(day, len(deeds_of_day)), deeds_of_day, strict=True):
            self.world.clock.now = self._together(max(self.world.clock.now, hour))
            deed()

    def set_out(self, wanted: Waiting) -> None:
        """Something that waits on a desk at the end of the year."""

        def fill(tx: cases.Tx, who: Actor, asked: Waiting) -> dict[str, object]:
            recipe = next(one for one in self._recipes if one.process == asked.process)
            return self._start_data(tx, who, replace(recipe, fields={**recipe.fields, **asked.fields}))

        for _ in range(_TRIES):  # whom chance picked may be lent already
            try:
                why = set_out(self.world, wanted, fill, self._said, OPINION)
            except AssertionError as slip:
                why = str(slip)
            if not why:
                return
        self.tally.refuse(why)

    def _said(self, process: str, step: str) -> Mapping[str, str]:
        recipe = next((one for one in self._recipes if one.process == process), None)
        answers = recipe.answers.get(step, {}) if recipe else {}
        return {field: self._chance.choice(list(ways)) for field, ways in answers.items()}

    def working_days(self, first: date, last: date) -> Sequence[date]:
        with self.world.transaction() as tx:
            known = tx.working_days
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in every if known.day(day).working]

    def _hours(self, day: date, number: int) -> Sequence[datetime]:
        opens, closes = (datetime.combine(day, at, BEIJING) for at in (OPENS, CLOSES))
        return sorted(opens + (closes - opens) * self._chance.random() for _ in range(number))

    def _due(self, day: date) -> Sequence[tuple[Task, WorkItem]]:
        """Open work whose people get round to it today."""
        with self.world.transaction() as tx:
            waiting, kept = store.work_item.all_open(tx.db), left_alone(tx)
        return [
            (task, item)
            for item, task in waiting
            if item.candidates and item.case not in kept and self._share.has(item.case) and self._day_of(item) <= day
        ]

    def _day_of(self, item: WorkItem) -> date:
        """The day its people get round to it, the same whoever asks and whenever."""
        if item.id not in self._ready:
            chance = random.Random(f"{SEED} {item.id}")  # noqa: S311
            low, high = SLOW if chance.random() < FORGETFUL else QUICK
            opened = item.opened_at.astimezone(BEIJING).date()
            self._ready[item.id] = opened + timedelta(days=1 + chance.randint(low, high))
        return self._ready[item.id]

    def _begin(self) -> None:
        recipe = self._chance.choices(self._recipes, [one.weight for one in self._recipes])[0]
        data: dict[str, object] = {}

        def deed(tx: cases.Tx) -> None:
            who, filled = self._somebody_applies(tx, recipe)
            data.update(filled)
            cases.start_case(tx, cases.StartCase(who, recipe.process, data))

        if self._attempt(deed):
            self.tally.begun += 1

    def _somebody_applies(self, tx: cases.Tx, recipe: Recipe) -> tuple[Actor, dict[str, object]]:
        """A department that has nothing stationed at a 街镇 proposes nobody for it: then somebody else does."""
        for tried in range(_TRIES):
            who = cases.accounts.actor_of(tx, self._starter(tx, recipe))
            try:
                return who, self._start_data(tx, who, recipe)
            except NothingToChoose:
                if tried == _TRIES - 1:
                    raise
        raise AssertionError

    def _work(self, task: Task, item: WorkItem) -> None:
        with self.world.transaction() as tx:
            fresh, now = store.work_item.with_task(tx.db, item.id)
            case = store.case.get(tx.db, item.case)
            node = tx.release(case.release).node(task.element)
        if fresh.closed_at is not None or case.state != "running":
            return  # a timer, or another step of the same case, was quicker
        if turned(self.world, self._chance, now, fresh):
            self.tally.decided += 1
            return
        recipe = next((one for one in self._recipes if one.process == case.process), None)
        shares = recipe.outcomes.get(task.name, {}) if recipe else {}
        labels = [one.label for one in node.outcomes if shares.get(one.label, 0) > 0]
        label = self._chance.choices(labels, [shares[one] for one in labels])[0] if labels else node.outcomes[0].label
        option = next(one for one in node.outcomes if one.label == label)
        opinion = REASON if option.opinion_required else OPINION
        try:
            deeds.take(self.world, now, fresh, label, opinion, self._said(case.process, task.name))
        except AssertionError as slip:
            self.tally.refuse(f"{task.name}：{slip}")
            return
        self._count_decision()

    def _count_decision(self) -> None:
        refusal, self.world.refusal = self.world.refusal, None
        if refusal is None:
            self.tally.decided += 1
        else:
            self.tally.refuse(in_words(refusal))

    def _attempt(self, deed: Callable[[cases.Tx], None]) -> bool:
        try:
            self.world.attempt(deed)
        except AssertionError as slip:  # the recipe speaks of a field that this form does not show today
            self.tally.refuse(str(slip))
            return False
        refusal, self.world.refusal = self.world.refusal, None
        if refusal is not None:
            self.tally.refuse(in_words(refusal))
        return refusal is None

    def _starter(self, tx: cases.Tx, recipe: Recipe) -> IdentityId:
        """Somebody who may begin it; who they are is asked once a month, and who of them is still there at each choice."""
        month = (recipe.process, tx.today.year, tx.today.month)
        if month not in self._starters:
            self._starters[month] = _starters(tx, recipe)
        known = tx.organisation
        there = [one for one in self._starters[month] if known.in_office(known.identity(one), tx.today)]
        return self._chance.choice(there or _starters(tx, recipe))

    def _start_data(self, tx: cases.Tx, who: Actor, recipe: Recipe) -> dict[str, object]:
        def shown(typed: Mapping[str, object]) -> Sequence[Section]:
            return cases.show_start(tx, who, recipe.process, cases.Refill(typed)).sections

        fields = {item.full_label: item for one in shown({}) for item in fields_in(one.view.nodes) if item.editable}
        said = {
            label: self._words(
                ways, next((item for key, item in fields.items() if key.startswith(label)), None), tx.today
            )
            for label, ways in recipe.fields.items()
        }
        return filling.fill(lambda typed: [one.view for one in shown(typed)], filling.Said(said), tx.today)

    def _words(self, ways: Any, item: FieldView | None, today: date) -> str:  # noqa: ANN401 - whatever YAML holds
        if isinstance(ways, Mapping):
            return self._picked(ways, item)
        chosen = str(self._chance.choice(ways) if isinstance(ways, list) else ways)
        if _DAYS.fullmatch(chosen):
            return (today + timedelta(days=int(chosen))).isoformat()
        return chosen

    def _picked(self, ways: Mapping[str, Any], item: FieldView | None) -> str:
        """{any: n, like: word, unlike: word}: so many of the options whose group and label say so."""
        known = [
            (f"{group.heading}{one.label}", one.value)
            for group in (item.options if item else ())
            for one in group.options
        ]
        like, unlike = str(ways.get("like", "")), str(ways.get("unlike", ""))
        fitting = [value for label, value in known if like in label and not (unlike and unlike in label)]
        if item is not None and not fitting:
            raise NothingToChoose(f"“{item.full_label}”没有可选的。")
        number = self._chance.randint(1, int(ways[ANY]))
        return "、".join(self._chance.sample(fitting, min(number, len(fitting))))


def _starters(tx: cases.Tx, recipe: Recipe) -> Sequence[IdentityId]:
    known = tx.organisation
    allowed = cases.case.starters(tx, tx.release(tx.latest_releases()[recipe.process]), _nobody(tx))
    able = [
        one.id
        for one in known.directory.identities.values()
        if known.in_office(one, tx.today) and (allowed is None or one.id in allowed)
    ]
    kinds = set(recipe.initiators)
    return [one for one in able if not kinds or _kind(tx, one) in kinds] or able


def _kind(tx: cases.Tx, identity: IdentityId) -> str:
    """The kind of the organ behind the section somebody works in."""
    known = tx.organisation
    organ = known.organ_of(known.identity(identity))
    while organ.kind == "内设机构" and organ.parent:
        organ = known.organ(organ.parent)
    return str(organ.kind)


def _nobody(tx: cases.Tx) -> Actor:
    first = next(
        one.id for one in tx.organisation.directory.identities.values() if tx.organisation.in_office(one, tx.today)
    )
    return cases.accounts.actor_of(tx, first)


__all__ = ["JiechengError", "Recipe", "Season", "Share", "Tally", "read_recipes"]
