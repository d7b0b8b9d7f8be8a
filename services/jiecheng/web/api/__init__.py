"""REST under /api/v1: the same commands as the pages, JSON in and out, refusals as problem documents."""

from fastapi import APIRouter

from jiecheng.web.api import (
    beside,
    calendar,
    case,
    handling,
    paper,
    phrase,
    record,
    session,
    substitution,
    supervision,
    work_item,
)

router = APIRouter()
for part in (session, work_item, handling, substitution, case, beside, supervision, paper, phrase, record, calendar):
    router.include_router(part.router)

__all__ = ["router"]
