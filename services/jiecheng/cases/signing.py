"""加签 as it goes on: an added signer signs, and the item he was added to becomes its holder's again, or holds.

Invariants. 1 The engine hears of the step once, when the decision of its holder holds. 2 A decision holds only when every
signer who was added and not withdrawn has signed. 3 Whatever ends the waiting (a signature, 减签, somebody leaving) is
followed by `settle`, so that no item waits for nobody. Who may be added and withdrawn: `signers`.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng import outbox, permissions, store
from jiecheng.cases import effect, joint, people, standing, submission
from jiecheng.cases.case import answer
from jiecheng.cases.once import Answer
from jiecheng.cases.open_item import OpenItem
from jiecheng.cases.place import place_of_task
from jiecheng.model import signing as rules
from jiecheng.model.actor import Actor
from jiecheng.model.definition import OutcomeOption
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.signing import CHINESE_WAYS, SignWay, Standing, gives_back
from jiecheng.model.values import Value
from jiecheng.model.voting import AGREE, DISAGREE
from jiecheng.model.work_item import WorkItem, WorkItemState

RULE = "加签"  # what stands in the history as the rule by which an item came back
SIGNATURES = (
    OutcomeOption(AGREE, "同意"),
    OutcomeOption(DISAGREE, "不同意", opinion_required=True, style="danger"),
)
_UNSIGNED = frozenset({WorkItemState.ASSIGNED, WorkItemState.WAITING})
_LAPSED = "办理已退回重办，这是对退回前的办理签的"


def unsigned(items: Sequence[WorkItem], item: WorkItem) -> list[WorkItem]:
    """Those added under an item who have not signed, whether it is their turn or not."""
    return [one for one in items if one.under == item.id and one.advises and one.state in _UNSIGNED]


def signing_facts(at: OpenItem) -> permissions.SigningFacts:
    """What permissions look at; asks for rows only where somebody was added."""
    tx, item = at.opened.tx, at.item
    if item.under is not None:
        return permissions.SigningFacts(
            added_by=people.label(tx, item.added_by),
            after=item.state is WorkItemState.WAITING,
            votes=not item.advises,
            why_ended=item.cause if item.state is WorkItemState.CLOSED else "",
        )
    if not item.has_signers:
        return permissions.SigningFacts()
    waiting = unsigned(store.work_item.of_task(tx.db, at.task.id), item)
    who = [one.assignee for one in waiting if one.assignee is not None]
    stands = rules.standing({one.way for one in waiting}, decided=item.pending)
    return permissions.SigningFacts(standing=stands, unsigned="、".join(people.labels(tx, who)))


def follow(at: OpenItem) -> str:
    """The holder has decided: who signs after him is asked. Whom the decision waits for now, "" where it holds at once."""
    if not at.item.has_signers:
        return ""
    tx, waiting = at.opened.tx, unsigned(store.work_item.of_task(at.opened.tx.db, at.task.id), at.item)
    for one in waiting:
        if one.state is WorkItemState.WAITING:
            assert one.assignee is not None, "an added signer is somebody"
            if not tx.organisation.in_office(tx.organisation.identity(one.assignee), tx.today):
                raise Refused(
                    f"后加签的{people.label(tx, one.assignee)}已经离任，请先减签，再办理。", rule="signer_office"
                )
            ask(at, one)
    return "、".join(people.label(tx, one.assignee) for one in waiting)


def ask(at: OpenItem, signer: WorkItem) -> None:
    """It is this signer's turn."""
    store.signer.ask(at.opened.tx.db, signer, at.task.due_at)
    by = people.label(at.opened.tx, signer.added_by)
    notify(
        at, signer.assignee, f"「{at.name}」{by}请您签署意见（{CHINESE_WAYS[SignWay(signer.way)]}）：{signer.added_why}"
    )


def sign(at: OpenItem, actor: Actor, outcome: str, opinion: str) -> Answer:
    """An added signer's word. Told to who added him; 不同意 after a decision gives that decision back."""
    said = _word(outcome, opinion.strip())
    tx, item, opinion = at.opened.tx, at.item, opinion.strip()
    values = {
        "decided_by": actor.identity, "decided_by_name": actor.name, "assignee": item.assignee,
        "decided_for": standing.principal_of(tx, item, actor),
        "outcome": said.value, "outcome_label": said.label, "opinion": opinion,
    }  # fmt: skip
    store.work_item.decide(tx.db, item.id, values)
    way, by = CHINESE_WAYS[SignWay(item.way)], people.label(tx, item.added_by)
    public: dict[str, Value] = {**named(at), "outcome": said.value, "outcome_label": said.label, "way": item.way}
    personal: dict[str, Value] = {"opinion": opinion, "words": f"{way}，{by}加签：{item.added_why}"}
    at.opened.record("signer_signed", actor, public, personal, compartment=at.task.compartment)
    assert item.under is not None, "an added signer's item lies under another"
    above = at.beside(store.work_item.get(tx.db, item.under))
    told = f"加签的{people.label(tx, item.assignee)}已签：{said.label}" + (f"，{opinion}" if opinion else "")
    if gives_back(item.way, agrees=said.value == AGREE):
        give_back(above, told)
    else:
        notify(at, above.item.assignee, f"「{at.name}」{told}")
        settle(above)
    at.opened.close()
    return answer(at.opened, f"「{at.name}」已签：{said.label}，告知{by}。", actor)


def settle(at: OpenItem) -> None:
    """A signer is in, or is not waited for any more: the item above is its holder's again, or holds, or goes on waiting."""
    if at.item.state is not WorkItemState.WAITING:
        return
    waiting = unsigned(store.work_item.of_task(at.opened.tx.db, at.task.id), at.item)
    stands = rules.standing({one.way for one in waiting}, decided=at.item.pending)
    if stands is Standing.HIS:
        _hand_back(at, "加签的人都签完了，请办理")
    elif stands is Standing.HOLDS:
        _hold(at)


def give_back(at: OpenItem, why: str) -> None:
    """The decision does not stand: its holder decides again, and those who sign after him will sign anew."""
    db = at.opened.tx.db
    items = store.work_item.of_task(db, at.task.id)
    after = [one for one in items if one.under == at.item.id and one.way == SignWay.AFTER]
    signed = [one for one in after if one.state is WorkItemState.DECIDED and not one.cause]
    rest = unsigned(after, at.item)
    store.signer.lapse(db, [one.id for one in signed], _LAPSED)
    for one in rest:
        store.signer.end(db, one.id, "办理已退回重办，重新办理以后再签")
    for one in (*signed, *rest):
        assert one.assignee is not None, "an added signer is somebody"
        assert one.added_by is not None, "and somebody added him"
        again = store.signer.Added(one.assignee, one.way, one.added_by, one.added_why)
        store.signer.add(db, at.item, again)
    _hand_back(at, f"{why}，请重新办理")


def leave(at: OpenItem, told: str) -> None:
    """An added signer left and nobody takes over: his word will not come, and what waited for it is decided again."""
    store.signer.end(at.opened.tx.db, at.item.id, told)
    assert at.item.under is not None, "an added signer's item lies under another"
    above = at.beside(store.work_item.get(at.opened.tx.db, at.item.under))
    if above.item.pending:
        give_back(above, told)
    else:
        notify(at, above.item.assignee, f"「{at.name}」加签的{told}；还需要的请另外加签")
        settle(above)


def notify(at: OpenItem, to: IdentityId | None, text: str) -> None:
    if to is None:
        return
    opened = at.opened
    key = f"signing:{at.item.id}:{to}:{opened.case.seq + len(opened.events)}"
    payload = {"identities": [to], "text": f"{opened.case.number}{text}。"}
    store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)


def named(at: OpenItem) -> dict[str, Value]:
    """What every event of an item says in public."""
    return {"item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name}


def _word(outcome: str, opinion: str) -> OutcomeOption:
    said = next((one for one in SIGNATURES if one.value == outcome), None)
    if said is None:
        raise Invalid("请选择同意或不同意。", fields={"outcome": ["请选择同意或不同意。"]})
    if said.opinion_required and not opinion:
        raise Invalid.at("opinion", "不同意时必须写明意见，说明理由。")
    return said


def _hand_back(at: OpenItem, why: str) -> None:
    tx, who = at.opened.tx, at.item.assignee
    if who is None:
        return  # his place is empty, and the administrator knows
    store.signer.hand_back(tx.db, at.item, at.task.due_at)
    told: dict[str, Value] = {"to": who, "words": f"回到{people.label(tx, who)}：{why}"}
    at.opened.record_consequence("work_item_handed_back", RULE, named(at), told, compartment=at.task.compartment)
    if tx.organisation.in_office(tx.organisation.identity(who), tx.today):
        notify(at, who, f"「{at.name}」{why}")
        return
    # He left after he had decided: what comes back to him comes back to the others it was offered to, or to nobody.
    store.directory_change.hand_over(tx.db, at.item.id, who, ())
    if not store.work_item.get(tx.db, at.item.id).candidates:
        joint.raise_vacancy(at.opened, at.task, f"{people.label(tx, who)}已经离任")


def _hold(at: OpenItem) -> None:
    item, place = at.item, place_of_task(at.opened, at.task)
    store.signer.hold_good(at.opened.tx.db, item.id)
    decided = effect.Decided(item.outcome, item.outcome_label, item.opinion, item.decided_by_name)
    handed_in = submission.Submission(submission.filled_before(at.opened, place))
    effect.take_effect(at, decided, handed_in, place)
