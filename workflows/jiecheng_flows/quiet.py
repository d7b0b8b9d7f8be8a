"""What leaves for Prefect's run history about a failure: the id and the kind of error, never its words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")
# No result is kept. A run that is not told where it would be, asks Prefect's server for a place every time.
UNUSED = Path("unused")
log = logging.getLogger("jiecheng_flows")


class DeedFailed(Exception):
    """A deed for one id failed; its words are in our own log and in the product's row."""


async def deed(name: str, subject: int, act: Callable[[], Answer]) -> Answer:
    """Run a blocking deed beside the loop. Its error may quote a case, so only its kind goes on."""
    try:
        return await asyncio.to_thread(act)
    except Exception as problem:
        log.exception("%s %s", name, subject)
        raise DeedFailed(f"{name} {subject}: {type(problem).__name__}") from None
