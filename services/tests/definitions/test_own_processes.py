"""The processes of this repository: fit to deploy, fully drawn, legible."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from jiecheng import directory
from jiecheng.definitions import bundle_hash, lint, picture, read_bundle, read_clauses, read_process
from jiecheng.definitions.picture.labels import place_labels
from jiecheng.definitions.picture.scene import read_scene
from jiecheng.model.release import Bundle

ROOT = Path(__file__).parents[3]
PROCESSES = sorted(path.stem for path in ROOT.glob("bpmn/*/*.bpmn"))


def own(process: str) -> Bundle:
    def folder(area: str, *endings: str) -> dict[str, str]:
        found = sorted((ROOT / area / process).glob("*"))
        return {path.name: path.read_text("utf-8") for path in found if path.suffix in endings}

    clauses, unreadable = read_clauses((ROOT / "bpmn" / "clauses.yaml").read_text("utf-8"))
    assert unreadable == []
    return read_bundle(
        process,
        folder("bpmn", ".bpmn", ".dmn"),
        folder("forms", ".form", ".letter"),
        folder("features", ".feature"),
        clauses,
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_it_has_no_errors(process: str) -> None:
    bundle = own(process)
    assert [each for each in lint(bundle, resolvers=directory.RESOLVERS) if each.severity == "error"] == []
    assert len(bundle_hash(bundle)) == 64


@pytest.mark.parametrize("process", PROCESSES)
def test_every_node_is_drawn_and_no_name_is_covered(process: str) -> None:
    bpmn = own(process).bpmn
    nodes = read_process(bpmn).nodes
    svg = etree.fromstring(picture.draw(bpmn, states=dict.fromkeys(nodes, "done"), flows=(), title=process))
    assert set(nodes) <= {group.get("data-element") for group in svg.iter("{http://www.w3.org/2000/svg}g")}
    scene = read_scene(bpmn)
    labels = place_labels(scene)
    for place, label in enumerate(labels):
        # A corner of a few pixels is hidden by no letter.
        assert not [shape.id for shape in scene.shapes if not shape.is_container and shape.box.overlap(label.box) > 25]
        assert not [other.owner for other in labels[:place] if other.box.overlap(label.box) > 25]


@pytest.mark.parametrize("process", PROCESSES)
def test_every_input_of_its_decisions_has_a_name_for_people(process: str) -> None:
    """Its `name` is the variable that expressions use; the drawing and the editor show the label."""
    inputs = [
        one
        for path in ROOT.glob(f"bpmn/{process}/*.dmn")
        for one in etree.fromstring(path.read_bytes()).iter("{*}inputData")
    ]
    assert [one.get("id") for one in inputs if not one.get("label") or one.get("label").isascii()] == []
