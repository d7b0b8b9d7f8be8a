"""Runs the corpus in a process of its own, with a guard that notes every file, process, socket, import and compiled text.

Prints one JSON line a case. usage: safety_guard.py CANARY PORT
"""

import json
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from safety_answers import ANSWERS, answer
from safety_corpus import HARMLESS, corpus, form, gateway, letter, line, literal, process, workbook

WATCHED = ("open", "exec", "compile", "import", "os.", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "urllib.",
           "http.", "ftplib.", "smtplib.", "tempfile.", "sqlite3.", "glob.", "marshal.", "pickle.", "mmap.")  # fmt: skip
SECONDS = 15
MEMORY = 1536 * 1024 * 1024  # of address space above what the warm process has
noted: list[str] = []
watching = False


def note(event, arguments):
    if watching and event.startswith(WATCHED):
        noted.append(f"{event} {str(arguments)[:200]}")


class Overtime(BaseException):
    """Not an Exception: nothing on the way may swallow it."""


def overtime(number, frame):
    raise Overtime


def warm():
    """Everything that is loaded late is loaded now, by one good and one bad file of each kind."""
    harmless = {
        "bpmn": process(line(("a", '<userTask id="a" name="甲"/>'))), "dmn": literal("1 + x"), "form": form(),
        "letter": letter("{{ x }}"), "feel": b'matches("a", "b") or time("10:00:00@Asia/Shanghai") = null', "cell": b"< 3",
        "csv": b"id,name\n1,2\n", "xlsx": workbook("<worksheet><sheetData/></worksheet>"),
    }  # fmt: skip
    for kind in ANSWERS:
        for data in (harmless[kind], gateway("matches(x, "), b"\xff", b"<a><b></a>", b"{", b"[", b"{{ ("):
            try:
                answer(kind, data)
            except Exception:
                pass


def judged(kind, data):
    global watching
    noted.clear()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    said, fault = "", ""
    watching = True
    try:
        said = answer(kind, data)
    except Overtime:
        fault = f"no answer in {SECONDS} s"
    except BaseException as error:
        watching = False
        fault = f"{type(error).__name__}: {str(error)[:200]} {traceback.format_exc()[-600:]}"
    finally:
        watching = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "said": said,
        "fault": fault,
        "noted": noted[:5],
        "seconds": time.process_time() - began,
        "grown": grown // 1024,
    }


def main(canary, port):
    cases = corpus(canary, int(port))
    warm()
    signal.signal(signal.SIGVTALRM, overtime)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    sys.addaudithook(note)
    for name, (kind, data) in cases.items():
        told = {"name": name, "kind": kind, "harmless": name.partition(" ")[2] in HARMLESS, **judged(kind, data)}
        print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
