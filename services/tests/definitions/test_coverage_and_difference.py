"""Which nodes the scenarios passed; what changed between two releases."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from jiecheng import decisions
from jiecheng.cases import deployment
from jiecheng.definitions import coverage, difference, file_titles, read_process

ROOT = Path(__file__).parents[3]


def test_coverage_parts_the_nodes_in_the_diagrams_order(files) -> None:
    definition = read_process(files.bpmn)
    result = coverage(definition, ["seal_requested", "flow_requested", "check_level", "check_level"])
    assert [node.id for node in result.covered] == ["seal_requested", "check_level"]
    assert len(result.missing) == len(definition.nodes) - 2
    assert not result.complete
    assert "「负责人审批」" in result.sentence()


def test_coverage_is_complete_when_every_node_was_passed(files) -> None:
    definition = read_process(files.bpmn)
    result = coverage(definition, definition.nodes)
    assert result.complete
    assert result.sentence() == f"全部 {len(definition.nodes)} 个节点都有场景经过。"


def test_the_same_release_has_no_difference(files) -> None:
    assert difference(files.bundle(), files.bundle()) == []


def test_moving_a_shape_is_no_difference(files) -> None:
    bundle = files.bundle()
    moved = type(bundle)(
        bundle.process,
        bundle.bpmn.replace('x="420" y="100"', 'x="430" y="110"'),
        bundle.dmn,
        bundle.forms,
        bundle.features,
        bundle.clauses,
    )
    assert moved.bpmn != bundle.bpmn
    assert difference(bundle, moved) == []


def lines(files, changed) -> str:
    return "\n".join(difference(files.bundle(), changed.bundle()))


def test_changed_words_of_a_node_are_said_in_words(files) -> None:
    said = lines(files, files.with_text('post="主任" exclude', 'post="书记" exclude'))
    assert said == "环节「负责人审批」：办理人的岗位由“主任”改为“书记”。"


def test_no_word_of_the_diagram_and_no_code_of_a_table_is_said(files) -> None:
    other = files.with_text('exclude="initiator subject"', 'exclude="subject"')
    assert lines(files, other) == "环节「负责人审批」：办理人的回避由“发起人；当事人”改为“当事人”。"
    dmn = files.dmn["seal_level.dmn"]
    rule = dmn[dmn.index("<rule ") : dmn.index("</rule>") + len("</rule>")]
    fewer = files.but(dmn={"seal_level.dmn": dmn.replace(rule, "", 1)})
    said = lines(files, fewer)
    assert "删去一行" in said
    assert '"' not in said
    assert decisions.cell_in_words('["委托", "相对集中行政处罚权"]') == "委托、相对集中行政处罚权"
    assert decisions.cell_in_words("[3..6]") == "[3..6]"


def test_changes_are_said_down_to_the_field(files) -> None:
    changed = files.with_text('right="hidden"', 'right="edit"').with_text('majority=">=2/3"', 'majority="1/2"')
    assert lines(files, changed).splitlines() == [
        "环节「负责人审批」：表单与字段权限的表单「负责人审批」的字段「备注」由“不显示”改为“可填”。",
        "环节「负责人审批」：表决规则由“到会超过 1/2，同意不少于 2/3”改为“到会超过 1/2，同意超过 1/2”。",
    ]
    outcome = files.with_text('<jc:outcome value="agree" label="同意"/>', '<jc:outcome value="agree" label="准予"/>')
    assert "办理结果的结果 agree 的按钮由“同意”改为“准予”" in lines(files, outcome)
    assert "办理结果删去 结果 agree" in lines(files, files.with_text('<jc:outcome value="agree" label="同意"/>', ""))


def test_changed_times_conditions_and_headings(files) -> None:
    assert "P3D" in lines(files, files.with_text("P2D", "P3D"))
    assert "条件由" in lines(files, files.with_text('head_outcome = "agree"', 'head_outcome != "disagree"'))
    assert (
        lines(files, files.with_text('name="用印审批"', 'name="用章审批"')) == "流程：名称由“用印审批”改为“用章审批”。"
    )


def test_new_and_gone_nodes_and_flows(files) -> None:
    with_archive = files.with_text(
        '<bpmn:sequenceFlow id="flow_reminded" sourceRef="remind_head" targetRef="reminder_sent"/>',
        '<bpmn:sequenceFlow id="flow_reminded" sourceRef="remind_head" targetRef="archived"/>'
        '<bpmn:intermediateThrowEvent id="archived" name="留痕"/>'
        '<bpmn:sequenceFlow id="flow_archived" sourceRef="archived" targetRef="reminder_sent"/>',
    )
    said = lines(files, with_archive)
    assert "新增抛出事件「留痕」。" in said
    assert "新增连线「留痕」→「已提醒」。" in said
    assert "终点由“已提醒”改为“留痕”" in said
    assert "删除抛出事件「留痕」。" in lines(with_archive, files)


def test_forms_tables_scenarios_and_clauses(files) -> None:
    forms = {**files.forms, "application.form": files.forms["application.form"].replace('"用途"', '"事由"')}
    assert "表单「提出用印」：字段「事由」：名称由“用途”改为“事由”。" in lines(files, files.but(forms=forms))
    dmn = {"seal_level.dmn": files.dmn["seal_level.dmn"].replace("10", "20")}
    assert "第 1 行（份数：<= 20）的“份数”由“<= 10”改为“<= 20”" in lines(files, files.but(dmn=dmn))
    feature = files.features["approval.feature"].replace("5 个工作日", "6 个工作日")
    assert re.search(
        "场景「份数多的办理期限长」第 \\d+ 行，原来是「.*5 个工作日.*」，改成「.*6 个工作日.*」。",
        lines(files, files.but(features={"approval.feature": feature})),
    )
    clauses = {**files.clauses, "Z2": {**files.clauses["Z2"], "words": "另有规定"}}
    assert "条款 Z2：words 由“按份数确定期限”改为“另有规定”。" in lines(files, files.but(clauses=clauses))


LOAN = next(one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan")
PERIOD = LOAN.features["period.feature"]


def weakened(old: str, new: str) -> list[str]:
    """What is said of the scenarios when these words of them are replaced."""
    changed = replace(LOAN, features={**LOAN.features, "period.feature": PERIOD.replace(old, new, 1)})
    assert changed != LOAN
    return difference(LOAN, changed)


def test_a_weakened_scenario_is_seen_line_by_line() -> None:
    sentence = next(line for line in PERIOD.splitlines() if line.strip().startswith("那么"))
    number = PERIOD.splitlines().index(sentence) + 1
    (gone,) = weakened(f"{sentence}\n", "")
    assert gone.endswith(f"删去原第 {number} 行「{sentence.strip()}」。")
    (other,) = weakened(sentence, "      那么 每一个决定都由本人作出")
    assert other.endswith(f"第 {number} 行，原来是「{sentence.strip()}」，改成「那么 每一个决定都由本人作出」。")
    (more,) = weakened(sentence, f"{sentence}\n      而且 每一个决定都由本人作出")
    assert more.endswith(f"加上第 {number + 1} 行「而且 每一个决定都由本人作出」。")


def test_the_background_and_the_name_of_a_scenario_are_compared_too() -> None:
    assert any("背景第" in line for line in weakened("今天是2026", "今天是2027"))
    name = re.search("    场景: (.+)", PERIOD)[1]
    assert weakened(f"场景: {name}", "场景: 换个说法")[0].endswith(f"场景「{name}」改名为场景「换个说法」。")
    at = PERIOD.index("    @", PERIOD.index(f"场景: {name}"))
    (gone,) = weakened(PERIOD[PERIOD.rindex("    @", 0, at - 1) : at], "")
    assert f"删去场景「{name}」，原来是「" in gone
    without = replace(LOAN, features={file: text for file, text in LOAN.features.items() if file != "period.feature"})
    assert any("删去的有" in line and f"场景「{name}」" in line for line in difference(LOAN, without))
    assert weakened("功能:", "# 说明\n功能:")[0].endswith("注释或说明的文字有改动，句子没有。")


def test_an_expression_is_said_with_what_it_means_here() -> None:
    """Which column of which table, and the value this city's rows give: before the change and after it."""
    loan = next(one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan")
    fixed = replace(loan, bpmn=loan.bpmn.replace('"=limits.opinion_days"', '"5"', 1))
    asked = "“=limits.opinion_days”（取自判定表「适用条件」的“意见时限（工作日）”栏，现在静安是 3）"
    step = "环节「本人意见」：办理期限的工作日由"
    assert difference(loan, fixed, "静安") == [f"{step}{asked}改为“5”。"]
    assert difference(fixed, loan, "静安") == [f"{step}“5”改为{asked}。"]
    assert difference(loan, fixed) == [f"{step}{asked.replace('，现在静安是 3', '')}改为“5”。"]


def test_files_are_called_as_people_call_them() -> None:
    for bundle in deployment.read_bundles(ROOT):
        titles = file_titles(bundle)
        kinds = [(title, name.rpartition(".")[2]) for name, title in titles.items()]
        assert len(set(kinds)) == len(kinds), "two files of a kind are told apart"
        assert all(re.search("[\u4e00-\u9fff]", title) for title in titles.values())
    bundle = next(one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan")
    loan = file_titles(bundle)
    assert (loan["application.form"], loan["loan_limits.dmn"]) == ("提出借调申请", "适用条件")
    assert file_titles(replace(bundle, bpmn="<"))["application.form"] == "application"
