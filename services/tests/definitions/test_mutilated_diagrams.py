"""Whatever is done to a diagram, the room answers with a value or with `Invalid`, never with a bug."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from lxml import etree

from jiecheng.definitions import difference, lint, picture, read_process
from jiecheng.definitions.lint import bpmn_io_rules
from jiecheng.model.errors import Invalid

JUNK = ("", "=", "null", "x y", "<", "是？", "-1", "seal_used", "head_approves", "=1/0", '"')


def mutilate(bpmn: str, chance: random.Random) -> str:
    root = etree.fromstring(bpmn.encode())
    for _ in range(chance.randint(1, 4)):
        element = chance.choice(list(root.iter())[1:])
        deed = chance.random()
        parent = element.getparent()
        if deed < 0.35 and parent is not None:
            parent.remove(element)
        elif deed < 0.65 and element.attrib:
            element.set(chance.choice(list(element.attrib)), chance.choice(JUNK))
        elif deed < 0.8 and element.attrib:
            del element.attrib[chance.choice(list(element.attrib))]
        else:
            element.text = chance.choice(JUNK)
    return etree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("seed", range(40))
def test_every_deed_has_an_answer(files, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpmn_io_rules, "_report", lambda _xml: {})  # the library's own faults are tested elsewhere
    base = files.bundle()
    bpmn = mutilate(base.bpmn, random.Random(seed))
    changed = type(base)(base.process, bpmn, base.dmn, base.forms, base.features, base.clauses)
    assert all(each.message and each.place for each in lint(changed))
    with suppress(Invalid):
        read_process(bpmn)
    with suppress(Invalid):
        difference(base, changed)
    with suppress(Invalid):
        etree.fromstring(picture.draw(bpmn, states={"head_approves": "active"}, flows=(), title="试"))
