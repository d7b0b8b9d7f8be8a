"""Executes BPMN: one command in, one `Step` out. SpiffWorkflow moves the tokens here and nowhere else.

Never sees a database, a clock, a person or a form; variables are handed in and come back as writes.
"""

from jiecheng.engine.commands import complete, end, fire, recheck, start, take_back, visible, waits
from jiecheng.engine.environment import EVERYWHERE
from jiecheng.engine.executable import Executable, findings, load
from jiecheng.engine.migrations import migrate
from jiecheng.engine.moves import move

__all__ = [
    "EVERYWHERE",
    "Executable",
    "complete",
    "end",
    "findings",
    "fire",
    "load",
    "migrate",
    "move",
    "recheck",
    "start",
    "take_back",
    "visible",
    "waits",
]
