"""What we owe the outside, as rules: how often something is tried, how long is waited, what it is called. Pure.

The rows are `store.outbox`; who delivers is `cases.clockwork`, driven by the flows.
"""

from jiecheng.outbox.attempts import LONGEST_WAIT, MOST_ATTEMPTS, retry_at
from jiecheng.outbox.kinds import DISPATCH, JOB, NOTICE, SCAN, say_kind

__all__ = ["DISPATCH", "JOB", "LONGEST_WAIT", "MOST_ATTEMPTS", "NOTICE", "SCAN", "retry_at", "say_kind"]
