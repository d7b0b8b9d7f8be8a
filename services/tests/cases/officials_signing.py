"""加签 and 减签 as the model of officials at random has them. No product code."""

from __future__ import annotations

from officials_model import AGREEING, CLOSED, DECIDED, OPEN, WAITING, Item, Model

WAYS = {
    "preliminary_review": ("before", "after", "parallel"),
    "all_sign": ("before", "after", "vote"),
    "any_signs": ("before", "after"),
    "sign_in_turn": ("before", "after", "parallel"),
    "share_votes": ("vote",),
    "legal_review": ("before", "after"),
}
REACH = {"legal_review": "organ"}
VOTES = ("all_sign", "share_votes")


def way_of(step: str, asked: str) -> str:
    """Beside a vote is a vote, where the drawing says so."""
    return "vote" if asked == "parallel" and step in VOTES else asked


def may_add(model: Model, who: str, item: Item, to: str, way: str) -> bool:
    """Who has the item, himself, and has not decided; who signs for another adds nobody."""
    if model.state != "running" or item.step not in model.open or not item.going or who not in item.having:
        return False
    if item.way or item.askers or item.said or way not in WAYS.get(item.step, ()):
        return False
    return model.may_receive(who, item, to, REACH.get(item.step, "district"))


def add(model: Model, item: Item, who: str, to: str, way: str) -> None:
    model.take(item, who)
    state = WAITING if way == "after" else OPEN
    seat = to if way == "vote" else ""
    model.add_item(Item(item.step, (to,), to, seat=seat, state=state, way=way, under=item, by=who))
    if way == "vote":
        model.open[item.step].members.append(to)
    if way == "before":
        item.state = WAITING


def may_sign(model: Model, who: str, item: Item) -> bool:
    return model.has(who, item)


def sign(model: Model, item: Item, who: str, said: str) -> None:
    """Only who signs after a decision can give it back, by disagreeing: then all of those sign anew."""
    item.decided_for = model.stands_in(who, item)
    model.take(item, who)
    item.said, item.decided_by, item.state = said, who, DECIDED
    above = item.under
    assert above is not None, "a signer is under somebody"
    if item.way == "after" and said == AGREEING[1]:
        _sign_anew(model, above)
    else:
        _settle(model, above)


def may_withdraw(model: Model, who: str, item: Item) -> bool:
    """Who has the item he was added under, before he has signed."""
    above = item.under
    running = model.state == "running" and item.step in model.open
    return running and above is not None and above.holder == who and item.going


def withdraw(model: Model, item: Item) -> None:
    item.state, here = CLOSED, model.open[item.step]
    assert item.under is not None, "a signer is under somebody"
    if item.way != "vote":
        _settle(model, item.under)
        return
    here.members.remove(item.seat)
    verdict = model.count(item.step)
    if verdict is not None:
        model.finish(item.step, verdict)


def _sign_anew(model: Model, above: Item) -> None:
    after = [one for one in model.items if one.under is above and one.way == "after" and not one.lapsed]
    signed, rest = [one for one in after if one.state == DECIDED], [one for one in after if one.going]
    for one in signed:
        one.lapsed = True
    for one in rest:
        one.state = CLOSED
    for one in (*signed, *rest):
        model.add_item(Item(one.step, one.offered, one.offered[0], state=WAITING, way="after", under=above, by=one.by))
    _hand_back(above)


def _settle(model: Model, above: Item) -> None:
    """Whoever waited goes on as soon as nobody is waited for: to decide, or with what he decided."""
    if above.state != WAITING:
        return
    waited = model.unsigned(above)
    if above.said and not waited:
        model.hold_good(above)
    elif not above.said and not any(one.way == "before" for one in waited):
        _hand_back(above)


def _hand_back(above: Item) -> None:
    above.state, above.said, above.decided_by, above.decided_for = OPEN, "", "", ""
