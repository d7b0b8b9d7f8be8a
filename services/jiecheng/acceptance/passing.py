"""Which flow nodes and table rows the scenarios passed. One that no scenario passes fails the run: a promise nobody tried.

Counted over all workers of a run, and only for processes whose scenarios were all run: a chosen few prove nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jiecheng import cases, definitions, store
from jiecheng.acceptance.world import World
from jiecheng.definitions.gherkin_text import read_feature
from jiecheng.model.history import HistoryEvent
from jiecheng.model.release import Bundle

_WORKER_KEY = "jiecheng_passed"


@dataclass(slots=True)
class Passed:
    """`nodes`: process -> elements passed; `rows`: process -> "decision#row" hit; `run`: process -> scenarios run,
    "file: scenario"; `failed`: those of them that did not pass; `folders`: process -> folder."""

    nodes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    run: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    folders: dict[str, str] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


PASSED = pytest.StashKey[Passed]()
SCENARIO = pytest.StashKey[tuple[str, str]]()  # process and "file: scenario" of a test


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
    request.node.stash[SCENARIO] = (file.parent.name, f"{file.name}: {scenario.name}")
    passed.run[file.parent.name].add(f"{file.name}: {scenario.name}")
    passed.folders[file.parent.name] = str(file.parent)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A scenario fails by a sentence or by what is found after it; of an outline every example must pass."""
    report = yield
    if report.failed and SCENARIO in item.stash:
        process, scenario = item.stash[SCENARIO]
        item.config.stash[PASSED].failed[process].add(scenario)
    return report


def remember(config: pytest.Config, world: World) -> None:
    """Keep what the cases of a scenario passed; all of them count, those of the short ways too."""
    passed = config.stash[PASSED]
    with world.transaction() as tx:
        for case in store.case.list_all(tx.db, limit=100):
            passed.nodes[str(case.process)] |= set(cases.history.passed_elements(tx, case))
            passed.rows[str(case.process)] |= set(_rows_hit(cases.history.events_of(tx, case.id)))


def _rows_hit(events: Iterable[HistoryEvent]) -> Iterator[str]:
    for event in events:
        tables: Any = event.public.get("tables", ()) if event.type == "decision_evaluated" else ()
        yield from (f"{table['decision']}#{row}" for table in tables for row in table["rows"])


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
    if any(found["missing"] or found["missing_rows"] for found in report) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if target := session.config.getoption("--gate-report", default=""):
        leave_report(Path(target), report, passed=session.exitstatus == 0)


def leave_report(target: Path, report: list[dict[str, Any]], *, passed: bool) -> None:
    """A run that judged nothing leaves an earlier report alone: it says nothing about these files."""
    if not report and target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    verdict = {"passed": passed, "finished_at": datetime.now(UTC).isoformat(timespec="seconds"), "processes": report}
    target.write_text(json.dumps(verdict, ensure_ascii=False, indent=2), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401 - xdist's node has no public type
    """Runs in the controller when a worker is done."""
    part: Mapping[str, Any] = getattr(node, "workeroutput", {}).get(_WORKER_KEY, {})
    passed: Passed = node.config.stash[PASSED]
    for process, elements in part.get("nodes", {}).items():
        passed.nodes[process] |= set(elements)
    for process, rows in part.get("rows", {}).items():
        passed.rows[process] |= set(rows)
    for process, scenarios in part.get("run", {}).items():
        passed.run[process] |= set(scenarios)
    for process, scenarios in part.get("failed", {}).items():
        passed.failed[process] |= set(scenarios)
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
            found = definitions.coverage(
                definitions.read_process(bundle.bpmn, bundle.called), passed.nodes.get(bundle.process, ())
            )
            rows = definitions.row_coverage(bundle, hit_rows(passed.rows.get(bundle.process, ())))
            failed = passed.failed.get(bundle.process, set())
            report.append(
                {
                    "process": bundle.process,
                    "content": definitions.bundle_hash(bundle),
                    "scenarios": len(scenarios_of(bundle)),
                    "outcomes": {name: name not in failed for name in sorted(scenarios_of(bundle))},
                    "covered": len(found.covered),
                    "missing": [node.id for node in found.missing],
                    "rows": rows.rows,
                    "missing_rows": [list(one) for one in rows.missing],
                    "sentence": found.sentence() + rows.sentence(),
                }
            )
    return report


def hit_rows(rows: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Decision id and row number of every "decision#row"."""
    for row in rows:
        decision, _, number = row.rpartition("#")
        yield decision, int(number)


def scenarios_of(bundle: Bundle) -> set[str]:
    """ "consent.feature: 党(工)委不同意，借调不成立" for every scenario of the release; an outline is one."""
    return {
        f"{file}: {scenario.name}"
        for file, text in bundle.features.items()
        for scenario in read_feature(file, text).scenarios
    }


def _as_json(passed: Passed) -> dict[str, Any]:
    return {
        **{
            part: {process: sorted(found) for process, found in getattr(passed, part).items()}
            for part in ("nodes", "rows", "run", "failed")
        },
        "folders": passed.folders,
    }
