"""The gate over a draft, really run: a right one passes, and what is wrong is named where it is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from jiecheng import definitions
from jiecheng.acceptance.gate import Ground, run_gate, told_once
from jiecheng.acceptance.passing import scenarios_of
from jiecheng.cases import deployment
from jiecheng.cases.gate import GateWork

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
BUNDLES = {bundle.process: bundle for bundle in deployment.read_bundles(ROOT)}
STOP, REPORT = BUNDLES["loan_stop"], BUNDLES["duty_report"]
REGISTERS, _ = deployment.read_registers(ROOT)


def gate_of(bundle, url, tell=lambda progress: True):
    others = [one for process, one in BUNDLES.items() if process != bundle.process]
    return run_gate(GateWork(7, bundle, others, REGISTERS), Ground(url, ROOT / deployment.DISTRICT), tell)


def scratch_databases(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'jc_scratch%'").fetchall()


def test_a_right_draft_passes_and_leaves_nothing_behind(postgres_url):
    heard = []
    report = gate_of(STOP, postgres_url, lambda progress: heard.append(progress) or True)
    assert report["passed"], report
    assert report["content"] == definitions.bundle_hash(STOP)
    assert report["scenario_count"] == len(report["scenarios"]) >= 4
    assert "都有场景经过" in report["sentence"]
    assert heard[-1]["done"] > 0
    # One number, one meaning: what the progress counts is what the result counts and what stands in the files.
    assert heard[-1]["total"] == report["scenario_count"] == len(scenarios_of(STOP))
    assert scratch_databases(postgres_url) == []


def test_an_outline_is_told_once_and_fails_with_one_of_its_examples():
    file = "report.feature"
    text = REPORT.features[file]
    name = re.search(r"场景大纲: (.+)", text)[1]
    runs = [
        {"file": file, "name": name, "passed": passed, "message": "" if passed else "没有到期"}
        for passed in (True, False, False)
    ]
    (told,) = told_once(REPORT, runs)
    assert (told["passed"], told["examples"], told["failed"], told["message"]) == (False, 3, 2, "没有到期")
    assert text.splitlines()[told["line"] - 1].strip() == f"场景大纲: {name}"


def test_a_step_that_is_not_reached_and_a_sentence_nobody_knows_are_named(postgres_url):
    name, text = next(iter(STOP.features.items()))
    scenario = text.index("场景:")
    wrong = text[:scenario] + text[scenario:].replace("那么 ", "那么 天上下雨\n      那么 ", 1)
    renamed = STOP.bpmn.replace('name="人员已到岗"', 'name="人员回来了"')
    report = gate_of(replace(STOP, bpmn=renamed, features={name: wrong}), postgres_url)
    assert not report["passed"]
    messages = "\n".join(one["message"] for one in report["scenarios"])
    assert "天上下雨」：没有这种句式" in messages
    assert "人员已到岗" in messages


def test_a_node_that_no_scenario_passes_is_named(postgres_url):
    name, text = next(iter(STOP.features.items()))
    places = [at for at in range(len(text)) if text.startswith("    @", at)]
    shorter = text[: places[1]]
    report = gate_of(replace(STOP, features={name: shorter}), postgres_url)
    assert not report["passed"]
    assert report["missing"]
    assert all(one["passed"] for one in report["scenarios"])
    assert report["missing"][0]["name"] in report["sentence"]


def test_errors_of_the_linter_stop_the_gate_before_any_scenario(postgres_url):
    report = gate_of(replace(STOP, bpmn=STOP.bpmn.replace('resolver="head"', 'resolver="nobody"')), postgres_url)
    assert not report["passed"]
    assert "场景没有运行" in report["sentence"]
    assert any(one["place"] == "holder_is_told" for one in report["findings"])


def test_a_draft_without_scenarios_does_not_pass(postgres_url):
    report = gate_of(replace(STOP, features={}), postgres_url)
    assert not report["passed"]
    assert "没有场景" in report["sentence"]


def test_whoever_lost_the_run_stops_it(postgres_url):
    report = gate_of(STOP, postgres_url, lambda progress: not progress["total"])
    assert not report["passed"]
    assert "没有运行" in report["sentence"]
    assert scratch_databases(postgres_url) == []


def only(feature, *names):
    """The feature with these scenarios only."""
    head, *scenarios = feature.split("    @")
    return head + "".join(f"    @{one}" for one in scenarios if any(f"场景: {name}\n" in one for name in names))


def test_three_mistakes_are_named_once_each_with_what_to_do(postgres_url):
    """A button, a field and a limit are other than the scenarios say."""
    file = "report.feature"
    text = REPORT.features[file]
    kept = only(
        text,
        "清单里没有的，立案督办，通知部门，准入以前不生效",
        "部门停止下派，街镇确认才算",
        "部门说申请准入，清单里没有就还是不生效",
    )
    report = gate_of(
        replace(
            REPORT,
            bpmn=REPORT.bpmn.replace('label="停止下派"', 'label="不再下派"'),
            forms={name: form.replace('"准入办件编号"', '"准入编号"') for name, form in REPORT.forms.items()},
            dmn={name: table.replace("<text>10</text>", "<text>12</text>") for name, table in REPORT.dmn.items()},
            features={file: kept},
        ),
        postgres_url,
    )
    assert (report["passed"], report["scenario_count"]) == (False, 3)
    causes = {one["cause"]: one for one in report["causes"]}
    assert sorted(causes) == ["field", "outcome", "value"]
    button, field, limit = causes["outcome"], causes["field"], causes["value"]
    assert button["said"] == "环节“部门处理”没有按钮“停止下派”，现有“不再下派”、“申请准入”。"
    assert "办理结果" in button["advice"]
    assert field["said"] == "这一步的表单上没有“准入办件编号”这一栏，可填的有准入编号。"
    assert (limit["expected"], limit["found"]) == ("办理期限：2026年12月11日", "办理期限：2026年12月13日")
    assert kept.splitlines()[button["scenarios"][0]["line"] - 1].strip() == "场景: 部门停止下派，街镇确认才算"
    shown = "".join(f"{one['said']}{one['expected']}{one['found']}" for one in report["causes"])
    assert report["missing"] == [], "what comes after a failure is no gap"
    assert "补写" not in report["sentence"]
    assert not re.search(r"[\[\]{}]|assert|Error|None|!=", shown)


def test_one_smaller_limit_is_one_cause_with_the_line_of_each_scenario(postgres_url):
    """A loan may be four months instead of six (between streets six instead of twelve): also what was only prepared fails."""
    loan = BUNDLES["staff_loan"]
    rows = loan.dmn["loan_limits.dmn"].split("<rule ")
    shorter = "<rule ".join(
        row.replace("<text>6</text>", "<text>4</text>", 1)
        if '"上级借用"' in row
        else row.replace("<text>12<", "<text>6<", 1)
        for row in rows
    )
    file, extension = "application.feature", "extension.feature"
    kept = {
        file: only(loan.features[file], "必要性写清楚，交本人表明意见", "街镇之间历次借调累计有限"),
        extension: only(loan.features[extension], "党(工)委同意续借，结束日期随之改变"),
    }
    draft = replace(loan, dmn={**loan.dmn, "loan_limits.dmn": shorter}, features=kept)
    report = gate_of(draft, postgres_url)
    causes = {one["said"].partition("：")[2]: one for one in report["causes"]}
    assert report["scenario_count"] == 3
    assert set(causes) == {
        "L3 借期6个月，超过上限4个月，请把结束日期提前。",
        "L3 借期12个月，超过上限6个月，请把结束日期提前。",
    }
    for one in causes.values():
        for at in one["scenarios"]:
            assert kept[at["file"]].splitlines()[at["at"] - 1].strip() == at["words"]
            assert "借调杨景行，从" in at["words"]
    (prepared,) = causes["L3 借期12个月，超过上限6个月，请把结束日期提前。"]["scenarios"]
    assert prepared["words"].startswith("假如 柏书宁曾借调杨景行")
