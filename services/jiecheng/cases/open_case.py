"""A case in the hands of one command: its row locked, its release at hand, and the events it will leave.

Every command on a case is: open it, permit, validate, let the engine advance it, close it. What `close` records is
all there is: an exception on the way leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiecheng import store
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor, system_actor
from jiecheng.model.altered import altered
from jiecheng.model.case import Case
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import CaseId, IdentityId, Token, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.values import Value

CLOSED_DOORS = "内部办理，不对外显示"
BEHIND_DOORS = "public"  # the path of what would be public, were it not for the doors


@dataclass(slots=True)
class OpenCase:
    tx: Tx
    case: Case
    deployed: Deployed
    events: list[HistoryEvent] = field(default_factory=list)
    changes: dict[str, object] = field(default_factory=dict)
    # Who acts in somebody's place in this command: on which item, and in whose.
    acting: dict[IdentityId, tuple[WorkItemId, IdentityId]] = field(default_factory=dict)
    acted: set[tuple[WorkItemId, IdentityId]] = field(default_factory=set)
    tasks: dict[Token, Task] = field(default_factory=dict)  # open ones, read since the lock

    registers_locked: bool = False

    @property
    def id(self) -> CaseId:
        return self.case.id

    def lock_registers(self) -> None:
        """One at a time from here to the commit: a decision that counts a register's rows must not be overtaken.

        All that the process has to do with at once, in the order of their names: two cases that write the same two
        registers, each another one first, would wait for each other for ever.
        """
        if not self.registers_locked:
            store.register.lock(self.tx.db, self.deployed.definition.registers)
            self.registers_locked = True

    def record(
        self,
        event: str,
        actor: Actor,
        public: Mapping[str, Value] | None = None,
        personal: Mapping[str, Value] | None = None,
        clause: str = "",
        compartment: str = "",
    ) -> None:
        """Remember an event for `close`. Who acted is personal: it is sealed as a commitment, like all that names people.

        Behind closed doors (`compartment`: whose) the leaf says no more than that, and what is public elsewhere is sealed
        as a commitment too: the chain verifies for those who may not read it.
        """
        who: dict[str, Value] = {"actor.identity": actor.identity, "actor.name": actor.name, "actor.post": actor.post}
        who |= self._in_whose_place(actor)
        if compartment:
            personal = {**(personal or {}), BEHIND_DOORS: dict(public or {})}
            public = {"name": CLOSED_DOORS, "compartment": compartment}
        self.events.append(
            HistoryEvent(
                case=self.case.id,
                seq=self.case.seq + len(self.events) + 1,  # as it will be sealed
                type=event,
                at=self.tx.now,
                release=self.case.release,
                public=dict(public or {}),
                personal={**who, **(personal or {})},
                clause=clause,
            )
        )

    def record_consequence(
        self,
        event: str,
        rule: str,
        public: Mapping[str, Value] | None = None,
        personal: Mapping[str, Value] | None = None,
        clause: str = "",
        compartment: str = "",
    ) -> None:
        """An automatic step: the actor is 系统, and `rule` says which element or rule made it."""
        self.record(event, system_actor(rule), public, personal, clause, compartment)

    def _in_whose_place(self, actor: Actor) -> dict[str, Value]:
        """乙 代 甲: never the one's name under what the other did."""
        found = next((one for one in (actor.identity, *actor.identities) if one in self.acting), None)
        if found is None:
            return {}
        item, principal = self.acting[found]
        self.acted.add((item, found))
        known = self.tx.organisation
        return {"actor.for": principal, "actor.for_name": known.person_name(known.identity(principal))}

    def update(self, **values: object) -> None:
        """Change this picture of the case; its row follows when the case is closed."""
        self.changes |= values
        self.case = altered(self.case, **values)

    def close(self) -> None:
        """Seal what happened, write the case's row once, and let what is new be found.

        Whatever the command changed, whoever stands in for the present holders (代理) is found anew.
        """
        from jiecheng.cases.alike import keep_key
        from jiecheng.cases.standing import settle

        keep_key(self)
        foresee_close(self)
        settle(self)
        self.tx.db.send()
        self.case = store.history.record(self.tx.db, self.case, self.events, self.changes)
        if self.events:
            store.search.refresh(self.tx.db, self.case)
        self.events, self.changes = [], {}


def foresee_close(opened: OpenCase) -> None:
    """Ask for what `close` looks at together with whatever is sent next, where the rows it looks at are written by then."""
    with opened.tx.db.ahead():
        store.substitution.concerns(opened.tx.db, opened.id)
        store.search.found_in(opened.tx.db, opened.id)


def open_case(tx: Tx, case: CaseId) -> OpenCase:
    """Lock the case's row first, then read: two may press the button in the same second."""
    locked = store.case.lock(tx.db, case)
    return OpenCase(tx, locked, tx.release(locked.release))


def read_case_of(tx: Tx, item: WorkItemId) -> OpenCase:
    """The case of a work item to be looked at, no lock, nothing to close; what a page asks about both is one question."""
    tx.db.foresee(store.work_item.asks_with_task(item))
    found = store.case.get_of_item(tx.db, item)
    return OpenCase(tx, found, tx.release(found.release))


def read_case(tx: Tx, case: CaseId) -> OpenCase:
    """The same of a case that is asked for by itself."""
    found = store.case.get(tx.db, case)
    return OpenCase(tx, found, tx.release(found.release))
