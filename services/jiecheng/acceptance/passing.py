"""Which flow nodes the scenarios passed. A node that no scenario passes fails the run: it is a promise nobody tried.

Counted over all workers of a run, and only for processes whose scenarios were all run: a chosen few prove nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jiecheng import cases, definitions, store
from jiecheng.acceptance.world import World
from jiecheng.definitions.gherkin_text import read_feature
from jiecheng.model.release import Bundle

_WORKER_KEY = "jiecheng_passed"


@dataclass(slots=True)
class Passed:
    """`nodes`: process -> elements passed; `run`: process -> scenarios run, "file: scenario"; `folders`: process -> folder."""

    nodes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    run: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    folders: dict[str, str] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


PASSED = pytest.StashKey[Passed]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gate-report", default="", help="write which nodes each process's scenarios passed, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(PASSED, Passed())
    config.addinivalue_line("markers", "rule(id): the rule of the catalogue that a scenario proves")


@pytest.hookimpl(tryfirst=True)  # pytest-bdd's own would make a marker of each rule id
def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool:
    """@L2 marks the test with rule("L2"): strict markers, and no list of rules to keep twice."""
    pytest.mark.rule(tag)(function)
    return True


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:  # noqa: ANN401
    """Pytest-bdd's feature and scenario: only their names are read here."""
    passed = request.config.stash[PASSED]
    file = Path(feature.filename)
    passed.run[file.parent.name].add(f"{file.name}: {scenario.name}")
    passed.folders[file.parent.name] = str(file.parent)


def remember(config: pytest.Config, world: World) -> None:
    """Keep what the cases of a scenario passed; all of them count, those of the short ways too."""
    passed = config.stash[PASSED]
    with world.transaction() as tx:
        for case in store.case.list_all(tx.db, state="", process="", text="", before=None, limit=100):
            passed.nodes[str(case.process)] |= set(cases.history.passed_elements(tx, case))


def pytest_sessionfinish(session: pytest.Session) -> None:
    passed = session.config.stash.get(PASSED, None)
    output = getattr(session.config, "workeroutput", None)
    if passed is None:
        return
    if output is not None:  # a worker hands its part to the controller and judges nothing
        output[_WORKER_KEY] = _as_json(passed)
        return
    report = judge(passed)
    passed.sentences += [f"{found['process']}：{found['sentence']}" for found in report]
    if any(found["missing"] for found in report) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if target := session.config.getoption("--gate-report", default=""):
        verdict = {"passed": session.exitstatus == 0, "processes": report}
        Path(target).write_text(json.dumps(verdict, ensure_ascii=False, indent=2), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401 - xdist's node has no public type
    """Runs in the controller when a worker is done."""
    part: Mapping[str, Any] = getattr(node, "workeroutput", {}).get(_WORKER_KEY, {})
    passed: Passed = node.config.stash[PASSED]
    for process, elements in part.get("nodes", {}).items():
        passed.nodes[process] |= set(elements)
    for process, scenarios in part.get("run", {}).items():
        passed.run[process] |= set(scenarios)
    passed.folders |= part.get("folders", {})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - no public type
    passed = config.stash.get(PASSED, None)
    for sentence in passed.sentences if passed else ():
        terminalreporter.write_line(sentence)


def judge(passed: Passed) -> list[dict[str, Any]]:
    """The verdict over each process all of whose scenarios were run, with the content hash it holds for."""
    report = []
    for root in sorted({Path(folder).parents[1] for folder in passed.folders.values()}):
        for bundle in cases.deployment.read_bundles(root):
            if not scenarios_of(bundle) <= passed.run.get(bundle.process, set()):
                continue
            found = definitions.coverage(definitions.read_process(bundle.bpmn), passed.nodes.get(bundle.process, ()))
            report.append(
                {
                    "process": bundle.process,
                    "content": definitions.bundle_hash(bundle),
                    "scenarios": len(scenarios_of(bundle)),
                    "covered": len(found.covered),
                    "missing": [node.id for node in found.missing],
                    "sentence": found.sentence(),
                }
            )
    return report


def scenarios_of(bundle: Bundle) -> set[str]:
    """ "consent.feature: 党(工)委不同意，借调不成立" for every scenario of the release; an outline is one."""
    return {
        f"{file}: {scenario.name}"
        for file, text in bundle.features.items()
        for scenario in read_feature(file, text).scenarios
    }


def _as_json(passed: Passed) -> dict[str, Any]:
    return {
        "nodes": {process: sorted(elements) for process, elements in passed.nodes.items()},
        "run": {process: sorted(scenarios) for process, scenarios in passed.run.items()},
        "folders": passed.folders,
    }
