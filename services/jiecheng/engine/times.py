"""The ISO 8601 texts a timer may have, by the kind of timer. Reads no clock."""

from __future__ import annotations

import re

_DATE = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?"
_DURATION = r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"

ISO = {
    "timeDate": re.compile(rf"{_DATE}\Z"),
    "timeDuration": re.compile(rf"{_DURATION}\Z"),
    "timeCycle": re.compile(rf"R\d*/({_DATE}/)?{_DURATION}(/{_DATE})?\Z"),
}


def is_endless(kind: str, value: str) -> bool:
    """A cycle of no time would come for ever in the same moment."""
    return kind == "timeCycle" and not re.search("[1-9]", value.partition("P")[2])
