"""Papers received (收文)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from jiecheng.web.api.shapes.base import Out


class Paper(Out):
    """A document that was sent to one of my organs; `case` only where I may open the case itself."""

    id: int
    document: int
    number: str
    title: str
    organ: str
    issuer: str
    case_number: str
    case: int | None
    size: int
    sent_at: datetime
    received_at: datetime | None
    received_by: str
    voided_at: datetime | None


class PaperPage(BaseModel):
    rows: list[Paper]
    next_key: str
