"""REST under /api/v1: the same commands as the pages, JSON in and out, refusals as problem documents."""

from typing import Any

from fastapi import APIRouter

from jiecheng.web.api import (
    beside,
    calendar,
    case,
    handling,
    manual,
    paper,
    phrase,
    problem,
    record,
    session,
    substitution,
    supervision,
    work_item,
)

# What every one of them may answer; said once, it also takes the place of what FastAPI would claim about 422.
REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "没有办成，原因在 detail 里", "content": problem.CONTENT}
}

router = APIRouter(responses=REFUSED)
for part in (session, work_item, handling, substitution, case, beside, supervision, paper, phrase, record, calendar):
    router.include_router(part.router)
router.include_router(manual.router)

__all__ = ["router"]
