"""What leaves for Prefect's run history about a failure: the id and the kind of error, never its words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from prefect.settings import get_current_settings

Answer = TypeVar("Answer")
# Where Prefect keeps the kind of error that ended a run, its own default. A run that is not told, asks the server for a
# place every time.
RESULTS: Path = get_current_settings().results.local_storage_path
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
