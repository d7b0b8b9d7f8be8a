"""Something owed is tried often at first, then seldom, then handed to a person."""

from datetime import UTC, datetime, timedelta

from jiecheng.outbox import LONGEST_WAIT, MOST_ATTEMPTS, retry_at

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_each_wait_is_at_least_as_long_as_the_one_before():
    waits = [retry_at(attempt, NOW) - NOW for attempt in range(1, MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=2)
    assert max(waits) == LONGEST_WAIT


def test_after_the_last_attempt_it_is_given_up():
    assert retry_at(MOST_ATTEMPTS - 1, NOW) is not None
    assert retry_at(MOST_ATTEMPTS, NOW) is None


def test_giving_up_takes_less_than_an_hour():
    assert sum(((retry_at(n, NOW) - NOW) for n in range(1, MOST_ATTEMPTS)), timedelta()) < timedelta(hours=1)
