"""The drawn diagram: complete, escaped, safe under CSP, painted, and with labels that do not cover each other."""

from __future__ import annotations

import re
import time

import pytest
from lxml import etree

from jiecheng.definitions import picture, read_process
from jiecheng.definitions.picture.labels import place_labels
from jiecheng.definitions.picture.scene import read_scene
from jiecheng.definitions.picture.wrapping import ems, fit, wrap
from jiecheng.model.errors import Invalid

SVG = "{http://www.w3.org/2000/svg}"


def draw(bpmn: str, **given) -> etree._Element:
    given = {"states": {}, "flows": (), "title": "用印 1 号"} | given
    return etree.fromstring(picture.draw(bpmn, **given))


def spoken(root: etree._Element) -> dict[str, str]:
    """Element id -> tooltip."""
    return {
        str(group.get("data-element")): str(group.findtext(f"{SVG}title"))
        for group in root.iter(f"{SVG}g")
        if group.find(f"{SVG}title") is not None
    }


def test_every_node_and_flow_is_drawn(files) -> None:
    definition = read_process(files.bpmn)
    ids = {group.get("data-element") for group in draw(files.bpmn).iter(f"{SVG}g")}
    assert set(definition.nodes) <= ids
    assert set(definition.flows) <= ids


def test_every_name_can_be_read_in_the_picture(files) -> None:
    root = draw(files.bpmn)
    written = "".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for node in read_process(files.bpmn).nodes.values():
        assert node.name in written


def test_nothing_in_it_needs_a_looser_csp(files) -> None:
    root = draw(files.bpmn, states={"head_approves": "active"}, flows={"flow_requested"})
    tags = {etree.QName(each).localname for each in root.iter()}
    attributes = {name for each in root.iter() for name in each.attrib}
    assert not tags & {"style", "script", "foreignObject", "image", "a", "use"}
    assert not attributes & {"style", "class", "href", "id"}
    assert not [name for name in attributes if name.startswith("on")]


def test_states_are_said_painted_and_marked(files) -> None:
    root = draw(files.bpmn, states={"seal_requested": "done", "head_approves": "active", "check_level": "returned"})
    said = spoken(root)
    assert said["seal_requested"] == "提出用印：已办"
    assert said["head_approves"] == "负责人审批：在办"
    assert said["check_level"] == "判定审批层级：退回"
    assert said["seal_used"] == "用印办结：未到"
    fills = {
        group.get("data-element"): {each.get("fill") for each in group.iter() if each.get("fill")}
        for group in root.iter(f"{SVG}g")
    }
    assert fills["head_approves"] != fills["check_level"] != fills["seal_requested"]
    states = {group.get("data-element"): group.get("data-state") for group in root.iter(f"{SVG}g")}
    assert states["head_approves"] == "active"
    assert states["seal_used"] is None


def test_walked_flows_stand_out_and_lie_on_top(files) -> None:
    root = draw(files.bpmn, flows={"flow_yes"})
    flows = [group for group in root.iter(f"{SVG}g") if str(group.get("data-element")).startswith("flow_")]
    assert [group.get("data-element") for group in flows if group.get("data-state") == "done"] == ["flow_yes"]
    assert flows[-1].get("data-element") == "flow_yes"


def test_the_legend_is_there_only_beside_a_walked_path(files) -> None:
    def has_legend(**given) -> bool:
        return any("走过的路" in "".join(each.itertext()) for each in draw(files.bpmn, **given).iter(f"{SVG}text"))

    assert not has_legend()
    assert has_legend(flows={"flow_yes"})


def test_screen_readers_hear_title_and_state(files) -> None:
    root = draw(files.bpmn, states={"seal_requested": "done", "head_approves": "active"}, title="用印〔2026〕1号")
    assert root.get("role") == "img"
    assert root[0].text == "用印〔2026〕1号"
    assert root[1].tag == f"{SVG}desc"
    assert "已办：提出用印。在办：负责人审批。" in str(root[1].text)


def test_names_are_escaped(files) -> None:
    evil = files.with_text('name="盖章完毕"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;&quot;"')
    svg = picture.draw(evil.bpmn, states={'"><x': "done"}, flows=['"><y'], title='</title><script>"&\x00')
    assert "<script" not in svg
    assert etree.fromstring(svg)[0].text == '</title><script>"&'


def test_an_unknown_state_is_drawn_like_none(files) -> None:
    assert spoken(draw(files.bpmn, states={"seal_used": "exploded"}))["seal_used"] == "用印办结：未到"


def test_a_file_without_a_diagram_is_refused_with_a_sentence(files) -> None:
    bare = re.sub("<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", files.bpmn, flags=re.DOTALL)
    with pytest.raises(Invalid, match="没有画图"):
        picture.draw(bare, states={}, flows=(), title="")


@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "", "abc"])
def test_mad_coordinates_are_refused_with_their_line(files, value: str) -> None:
    with pytest.raises(Invalid, match="坐标"):
        picture.draw(files.bpmn.replace('x="420" y="100"', f'x="{value}" y="100"'), states={}, flows=(), title="")


def test_the_canvas_holds_everything(files) -> None:
    root = draw(files.bpmn, states={"seal_requested": "done"})
    x, y, width, height = (float(each) for each in str(root.get("viewBox")).split())
    for line in root.iter(f"{SVG}tspan"):
        assert y <= float(line.get("y", "nan")) <= y + height
    for rect in root.iter(f"{SVG}rect"):
        assert x <= float(rect.get("x", "nan"))
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= x + width + 0.2


def test_labels_outside_do_not_cover_nodes_or_each_other(files) -> None:
    scene = read_scene(files.bpmn)
    labels = place_labels(scene)
    assert {label.owner for label in labels} >= {"head_agrees", "flow_yes", "flow_no", "seal_used"}
    for place, label in enumerate(labels):
        covered = [shape.id for shape in scene.shapes if not shape.is_container and shape.box.overlap(label.box) > 1]
        assert covered == []
        assert not [other.owner for other in labels[:place] if other.box.overlap(label.box) > 1]


def test_boundary_events_lie_on_top_of_what_they_are_attached_to(files) -> None:
    order = [group.get("data-element") for group in draw(files.bpmn).iter(f"{SVG}g") if group.get("data-element")]
    assert order.index("head_is_late") > order.index("head_approves")
    assert order.index("sealing") < order.index("seal_recalled")


def test_lines_of_chinese_are_even_and_keep_punctuation_and_words_together() -> None:
    assert wrap("党委会议审议决定事项", 7) == ["党委会议审", "议决定事项"]
    for line in wrap("同意，并报（区委）备案。请 Prefect 通知", 4):
        assert line[0] not in "，。）"
        assert line[-1] not in "（"
    assert any("Prefect" in line for line in wrap("请Prefect通知", 2.5))


def test_text_that_does_not_fit_ends_in_an_ellipsis() -> None:
    words = fit("很长的名称" * 30, 88, 60)
    assert words.lines[-1].endswith("…")
    assert words.height <= 60
    assert all(ems(line) * words.size <= 90 for line in words.lines)


def test_a_second_picture_of_the_same_release_costs_milliseconds(files) -> None:
    bpmn = files.bpmn
    draw(bpmn)
    begun = time.perf_counter()
    for _ in range(20):
        picture.draw(bpmn, states={"seal_requested": "done"}, flows=(), title="")
    assert (time.perf_counter() - begun) / 20 < 0.05
