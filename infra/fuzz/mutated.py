"""Files of every kind, changed at random: each is taken or refused with a sentence, in bounded time. Nothing else is right."""

from __future__ import annotations

import json
import random
import re
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from engine_random import RandomProcess
from lxml import etree
from safety_answers import TRACES, answer

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 5.0  # of processor time one answer may take
PIECES = (
    "x", "1", "-1", "999999999999", "null", "true", '"', "'", "(", ")", "[", "]", "{", "}", "{{", "}}", "{%", "%}", "=", "==",
    "<", ">", "<=", "..", "..1", "@", "?", "not(", "if ", " then ", "for i in 1..9 return ", "&", "&amp;", ";", ":", ",", "\n",
    "\t", "\0", "\u2028", "𠮷", "金额", "__class__", "**", "9**9**9", "function(f) f(f)", '"2026-05-01"', '@"P1D"', "R/P1D", "P1D",
    "userTask", "subProcess", "triggeredByEvent", "true", "", " ", "default", "id", "sourceRef",
)  # fmt: skip


class Overtime(Exception):
    pass


def seeds() -> dict[str, list[str]]:
    """What there is to change, by kind."""
    bpmn = [path.read_text() for path in sorted(REPOSITORY.glob("bpmn/*/*.bpmn"))]
    # Small ones are changed where it matters more often.
    bpmn += [RandomProcess(seed, depth=3).xml().decode() for seed in range(60)]
    expressions = [
        text for one in bpmn for text in re.findall(r"conditionExpression[^>]*>([^<]+)<", one) if len(text) > 4
    ]
    expressions += [
        "for i in 1..3 return i * x",
        "some r in rows satisfies r.a = 1",
        'date("2026-01-01") + duration("P1D")',
    ]
    expressions += [
        "{a: [1, 2][item > 1], b: function(n) n + 1}",
        'matches(text, "(a|b)+")',
        'if x > 2 then "是" else "否"',
    ]
    found = {
        "bpmn": bpmn,
        "dmn": [path.read_text() for path in sorted(REPOSITORY.glob("bpmn/*/*.dmn"))],
        "form": [path.read_text() for path in sorted(REPOSITORY.glob("forms/*/*.form"))],
        "letter": [path.read_text() for path in sorted(REPOSITORY.glob("forms/*/*.letter"))],
        "feel": expressions,
        "cell": ['"a", "b"', "[1..5]", "> 3, < 1", "not(1, 2)", "? > 2 and ? < 9", "-"],
        "csv": [path.read_text() for path in sorted(REPOSITORY.glob("infra/demo/district/*.csv"))],
    }
    return {kind: texts for kind, texts in found.items() if texts}


def changed(kind: str, text: str, chance: random.Random) -> str:
    """A file that is no longer what it was: sometimes by its text, sometimes by its tree."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        if kind in ("bpmn", "dmn") and chance.random() < 0.7:
            text = _tree(text, chance)
        elif kind == "form" and chance.random() < 0.7:
            text = _values(text, chance)
        else:
            text = _letters(text, chance)
    return text


def _letters(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    to = min(len(text), at + chance.choice((0, 1, 1, 3, 20, 200)))
    piece = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 50))
    return text[:at] + chance.choice(("", piece, piece, text[at:to] * 2)) + text[to:]


def _tree(text: str, chance: random.Random) -> str:
    try:
        root = etree.fromstring(text.encode())
    except (etree.XMLSyntaxError, ValueError):
        return text
    nodes = [node for node in root.iter() if isinstance(node.tag, str) and node.getparent() is not None]
    if not nodes:
        return text
    node, other = chance.choice(nodes), chance.choice(nodes)
    parent, deed = node.getparent(), chance.randrange(7)
    if deed == 0:
        parent.remove(node)
    elif deed == 1:
        parent.append(etree.fromstring(etree.tostring(node)))
    elif deed == 2 and node not in (other, *other.iterancestors()):
        other.append(node)
    elif deed == 3:
        node.tag = other.tag
    elif deed == 4 and node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]
    elif deed == 5 and other.attrib:
        name = chance.choice(list(other.attrib))
        node.set(name, chance.choice((*other.attrib.values(), chance.choice(("", "x", "=1/0", "-1", "true")))))
    else:
        node.text = chance.choice(("", "x", "=", "P1D", "x ==", "null", other.text or "", "1" * 400))
    return str(etree.tostring(root, encoding="unicode"))


def _values(text: str, chance: random.Random) -> str:
    try:
        whole = json.loads(text)
    except ValueError:
        return text
    places = [(box, key) for box in _boxes(whole) for key in (box if isinstance(box, dict) else range(len(box)))]
    if not places:
        return text
    (box, key), (other, name) = chance.choice(places), chance.choice(places)
    odd = (None, True, -1, 1e300, "", "=x", "=[", "{{x}}", [], {}, [[]], {"type": "group"}, chance.choice(PIECES))
    box[key] = json.loads(json.dumps(chance.choice((*odd, other[name], other[name]))))
    return json.dumps(whole, ensure_ascii=False)


def _boxes(value: object) -> Iterator[dict[str, object] | list[object]]:
    if isinstance(value, dict | list):
        yield value  # type: ignore[misc]
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _boxes(inner)


def wrong(kind: str, text: str) -> str:
    """What is wrong with the answer; "" when it is right."""
    data = text.encode("utf-8", "surrogatepass")
    before = time.process_time()
    signal.signal(signal.SIGVTALRM, _overtime)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        said = answer(kind, data)
    except Overtime:
        return f"no answer in {SECONDS} s"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        # Without the error's own words: the same fault of many files is one fault.
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} {last.name}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    found = TRACES.search(said)
    if found and found[0] not in text:
        return f"a sentence for programmers: {said[:160]}"
    return "" if time.process_time() - before < SECONDS else "slow"


def _overtime(signum: int, frame: FrameType | None) -> None:
    raise Overtime


def least(text: str, fails: Callable[[str], bool], seconds: float = 20) -> str:
    """The text with everything taken out that is not needed to fail: ever smaller pieces."""
    until, size = time.monotonic() + seconds, len(text) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(text) and time.monotonic() < until:
            less = text[:at] + text[at + size :]
            text, at = (less, at) if fails(less) else (text, at + size)
        size //= 2
    return text
