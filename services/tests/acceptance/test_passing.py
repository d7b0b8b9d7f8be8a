"""The gate fails when a flow node is passed by no scenario, and judges only what was run whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import decisions, definitions
from jiecheng.acceptance import passing
from jiecheng.cases import deployment
from jiecheng.model.release import Bundle

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
PROCESSES = {bundle.process for bundle in deployment.read_bundles(ROOT)}


@pytest.fixture
def whole() -> passing.Passed:
    """A run in which every scenario was run and every node passed."""
    passed = passing.Passed()
    for bundle in deployment.read_bundles(ROOT):
        passed.run[bundle.process] = passing.scenarios_of(bundle)
        passed.nodes[bundle.process] = {str(node) for node in definitions.read_process(bundle.bpmn).nodes}
        passed.folders[bundle.process] = str(ROOT / "features" / bundle.process)
    return passed


def test_a_run_that_passed_every_node_misses_nothing(whole: passing.Passed) -> None:
    report = passing.judge(whole)
    assert {found["process"]: found["missing"] for found in report} == {key: [] for key in PROCESSES}


def test_a_node_that_no_scenario_passed_is_named(whole: passing.Passed) -> None:
    whole.nodes["staff_loan"].discard("return_overdue")
    found = next(one for one in passing.judge(whole) if one["process"] == "staff_loan")
    assert found["missing"] == ["return_overdue"]
    assert "逾期未还" in found["sentence"]


def test_a_chosen_few_scenarios_are_not_judged(whole: passing.Passed) -> None:
    whole.run["staff_loan"].pop()
    assert {one["process"] for one in passing.judge(whole)} == PROCESSES - {"staff_loan"}


def test_the_verdict_holds_for_one_content(whole: passing.Passed) -> None:
    hashes = {bundle.process: definitions.bundle_hash(bundle) for bundle in deployment.read_bundles(ROOT)}
    assert {one["process"]: one["content"] for one in passing.judge(whole)} == hashes


def test_an_unpassed_node_fails_a_run_whose_tests_all_passed(pytester: pytest.Pytester) -> None:
    _slices(pytester.path, extra_node=True)
    result = pytester.runpytest_inprocess("-p", "jiecheng.acceptance.passing", "--gate-report=gate.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    assert '"passed": false' in (pytester.path / "gate.json").read_text("utf-8")


def test_a_run_that_passes_every_node_succeeds(pytester: pytest.Pytester) -> None:
    _slices(pytester.path, extra_node=False)
    assert pytester.runpytest_inprocess("-p", "jiecheng.acceptance.passing").ret == pytest.ExitCode.OK


def _slices(root: Path, *, extra_node: bool) -> None:
    """A process of two nodes, and a scenario that passes both; `extra_node` is never passed."""
    third = '<bpmn:intermediateThrowEvent id="never_passed" name="从不经过" />' if extra_node else ""
    files = {
        "bpmn/clauses.yaml": "{}",
        "bpmn/tiny/tiny.bpmn": (
            '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">'
            '<bpmn:process id="tiny" name="小流程"><bpmn:startEvent id="begun" name="开始" />'
            f'<bpmn:endEvent id="ended" name="结束" />{third}</bpmn:process></bpmn:definitions>'
        ),
        "features/tiny/tiny.feature": "# language: zh-CN\n功能: 小\n  @X1\n  场景: 走完\n    当 走完\n",
        "test_tiny.py": (
            "from pathlib import Path\n"
            "from pytest_bdd import scenarios, when\n"
            "from jiecheng.acceptance import passing\n"
            "scenarios(str(Path(__file__).parent / 'features'))\n"
            "@when('走完')\n"
            "def _walk(request):\n"
            "    request.config.stash[passing.PASSED].nodes['tiny'] |= {'begun', 'ended'}\n"
        ),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_a_whole_run_leaves_the_report_that_the_releases_of_these_files_carry(
    whole: passing.Passed, tmp_path: Path
) -> None:
    target = tmp_path / deployment.GATE_REPORT
    for bundle in deployment.read_bundles(ROOT):
        whole.rows[bundle.process] = every_row(bundle)
    passing.leave_report(target, passing.judge(whole), passed=True)
    passing.leave_report(target, [], passed=False)
    gates = deployment.folder_gates(tmp_path)
    for bundle in deployment.read_bundles(ROOT):
        report = gates[definitions.bundle_hash(bundle)]
        assert report["passed"] is True
        assert report["scenario_count"] == len(passing.scenarios_of(bundle))


def every_row(bundle: Bundle) -> set[str]:
    model = decisions.combine([decisions.read_decisions(text) for text in bundle.dmn.values()])
    tables = {one.id: one.logic for one in model.decisions.values() if isinstance(one.logic, decisions.DecisionTable)}
    return {f"{decision}#{rule.number}" for decision, table in tables.items() for rule in table.rules}


def test_a_failed_run_leaves_no_report_that_a_release_would_carry(whole: passing.Passed, tmp_path: Path) -> None:
    whole.failed = {str(process): set(list(run)[:1]) for process, run in whole.run.items()}
    target = tmp_path / deployment.GATE_REPORT
    passing.leave_report(target, passing.judge(whole), passed=False)
    assert deployment.folder_gates(tmp_path) == {}
    assert deployment.folder_gates(tmp_path / "nowhere") == {}
