"""Attempts and back-off: quick at first, then ever slower, then over to a person."""

from __future__ import annotations

from datetime import datetime, timedelta

# About half an hour of tries; what has not come right by then needs somebody to look.
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=5)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts (≥ 1); None when it is given up and becomes an incident."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(timedelta(seconds=2**attempts), LONGEST_WAIT)
