"""What scenarios say of papers and of trouble with the machinery that makes them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from jiecheng import cases, store
from jiecheng.acceptance.world import World, actor, deliver
from jiecheng.cases.house import FONTS

ADMINISTRATOR = "鲁慕青"  # 流程管理员 of the demo district


def break_papers(world: World) -> None:
    """No font, no paper: as when a server lost the folder."""
    world.house.fonts = Path("/nowhere")


def mend_papers(world: World) -> None:
    world.house.fonts = FONTS


def papers(world: World) -> dict[str, str]:
    """Number of each paper on file of the case, and what is printed on it."""
    with world.transaction() as tx:
        rows = store.job.documents_of(tx.db, world.current())
        return {row.number: printed(store.job.document(tx.db, row.id)[1]) for row in rows}


def printed(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    return "".join(page.get_textpage().get_text_range() for page in pages).replace("\r", "").replace("\n", "")


def incidents(world: World) -> list[str]:
    with world.transaction() as tx:
        administrator = actor(world, tx, ADMINISTRATOR)
        return [row.message for row in cases.incident.list_incidents(tx, administrator)]


def retry(world: World, explanation: str) -> None:
    def deed(tx: cases.Tx) -> None:
        administrator = actor(world, tx, ADMINISTRATOR)
        for row in cases.incident.list_incidents(tx, administrator):
            cases.resolve_incident(tx, cases.ResolveIncident(administrator, row.id, explanation))

    world.attempt(deed)
    deliver(world)
