"""Small answers about readers of a case: who is behind a door, who takes in an organ's mail, how they are told."""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng import directory, outbox, store
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId


def within(tx: Tx, compartment: str) -> frozenset[IdentityId] | None:
    """Who is behind this door today; None where there is no door."""
    if not compartment:
        return None
    return frozenset(directory.people_within(tx.organisation, OrganId(compartment), tx.today))


def clerks(tx: Tx, organ: OrganId) -> tuple[IdentityId, ...]:
    """Who takes in what an organ is sent."""
    asked = {"organ": str(organ)}
    return directory.resolve(tx.organisation, "organ_clerk", asked, on=tx.today, initiator=None).identities


def holders(tx: Tx, organ: OrganId, post: str) -> tuple[IdentityId, ...]:
    """Who holds this post at the organ; nobody where it has no such post."""
    asked = {"organ": str(organ), "post": post}
    try:
        return directory.resolve(tx.organisation, "post", asked, on=tx.today, initiator=None).identities
    except Invalid:
        return ()


def tell(opened: OpenCase, key: str, readers: Sequence[IdentityId], text: str) -> None:
    """Owe a notice about this case."""
    if readers:
        payload = {"identities": list(readers), "text": f"{opened.case.number}{text}"}
        store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
