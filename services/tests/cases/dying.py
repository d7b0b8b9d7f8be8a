"""A process that dies in the middle of a transaction, for tests that fork."""

import os
import signal

from sqlalchemy import event
from sqlalchemy.engine import Engine

from jiecheng.store.wire import Wire


def before(statement):
    """From here on this process counts what it sends, and SIGKILL comes before the n-th statement. Of those that travel
    together the ones before it have reached the server."""
    seen = 0
    talk = Wire.talk

    def count(*_):
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, messages):
        if seen + len(messages) >= statement > seen + 1:
            talk(self, messages[: statement - seen - 1])
            os.kill(os.getpid(), signal.SIGKILL)
        for _ in messages:
            count()
        return talk(self, messages)

    Wire.talk = heard
    event.listen(Engine, "before_cursor_execute", count)
