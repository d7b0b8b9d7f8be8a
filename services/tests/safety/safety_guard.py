"""Runs the corpus in a process of its own, with a guard that notes every file, process, socket, import and compiled text.

Prints one JSON line a case. usage: safety_guard.py CANARY PORT
"""

import json
import resource
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from safety_answers import ANSWERS, answer
from safety_corpus import corpus, form, gateway, letter, line, literal, may_be_taken, process, workbook

WATCHED = ("open", "exec", "compile", "import", "os.", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "urllib.",
           "http.", "ftplib.", "smtplib.", "tempfile.", "sqlite3.", "glob.", "marshal.", "pickle.", "mmap.")  # fmt: skip
SECONDS = {"xlsx": 12}  # of processor time; a sheet is read by a library, up to its bound of rows
USUAL = 4
MEMORY = 1536 * 1024 * 1024  # of address space above what the warm process has
# What the letters' template engine compiles is text of its own making, from a tree that was judged before.
OWN = ("from jinja2.runtime import", "raise __jinja_exception__")


class Guard:
    def __init__(self):
        self.watching, self.noted = False, []

    def __call__(self, event, arguments):
        if self.watching and event.startswith(WATCHED):
            self.noted.append(f"{event} {str(arguments)[:200]}")


GUARD = Guard()


class Overtime(BaseException):
    """Not an Exception: nothing on the way may swallow it."""


def overtime(number, frame):
    raise Overtime


def warm():
    """Everything that is loaded late is loaded now, by one good and one bad file of each kind."""
    harmless = {
        "bpmn": process(line(("a", '<userTask id="a" name="甲"/>'))), "dmn": literal("1 + x"), "form": form(),
        "letter": letter("{{ x }} {% if x == 'b' %}{{ rows | join('、') }}{% endif %} {{ rows[0] }}"),
        "feel": b'matches("a", "b") or time("10:00:00@Asia/Shanghai") = null', "cell": b"< 3",
        "csv": b"id,name\n1,2\n", "xlsx": workbook("<worksheet><sheetData/></worksheet>"),
    }  # fmt: skip
    for kind in ANSWERS:
        for data in (harmless[kind], gateway("matches(x, "), b"\xff", b"<a><b></a>", b"{", b"[", b"{{ ("):
            with suppress(Exception):
                answer(kind, data)


def judged(kind, data):
    GUARD.noted.clear()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS.get(kind, USUAL))
    said, fault = "", ""
    GUARD.watching = True
    try:
        said = answer(kind, data)
    except Overtime:
        fault = f"no answer in {SECONDS.get(kind, USUAL)} s"
    except BaseException as error:
        GUARD.watching = False
        fault = f"{type(error).__name__}: {str(error)[:200]} {traceback.format_exc()[-600:]}"
    finally:
        GUARD.watching = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    noted = [one for one in GUARD.noted if kind != "letter" or not is_template(one)]
    seconds = time.process_time() - began
    return {"said": said, "fault": fault, "noted": noted[:5], "seconds": seconds, "grown": grown // 1024}


def is_template(noted):
    made = noted.startswith("compile (b") and noted[len("compile (b'") :].startswith(OWN)
    return made or (noted.startswith("exec (<code object ") and '"<template>"' in noted)


def main(canary, port):
    cases = corpus(canary, int(port))
    warm()
    signal.signal(signal.SIGVTALRM, overtime)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    sys.addaudithook(GUARD)
    for name, (kind, data) in cases.items():
        told = {"name": name, "kind": kind, "may_be_taken": may_be_taken(name), **judged(kind, data)}
        print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
