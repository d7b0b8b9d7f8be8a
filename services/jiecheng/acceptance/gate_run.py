"""The pytest plugin inside a gate run: a scratch database for every scenario, and what came of each as a line of JSON.

Loaded only by `gate`, which starts the process, reads the lines and judges.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from jiecheng import cases, store
from jiecheng.acceptance import elsewhere, failure, passing
from jiecheng.acceptance.world import World
from jiecheng.cases import deployment
from jiecheng.cases.release import Publication, publish
from jiecheng.model.ids import CaseId, ProcessId
from jiecheng.model.release import Bundle

_numbers = itertools.count(1)
_MOST_WORDS = 300


@pytest.fixture(scope="session")
def prepared() -> str:
    """The name of the database that every scenario begins with: releases, working days, the demo district."""
    template = os.environ["JIECHENG_GATE_TEMPLATE"]
    url = store.scratch.named(os.environ["JIECHENG_GATE_SERVER"], template)
    store.migrate(url)
    house = cases.House(url, pool=1)
    try:
        with house.transaction() as tx:
            deployment.fill_calendar(tx)
            for name, content in _read("registers.json").items():
                store.register.define(tx.db, name, content, "gate")
            for bundle in _bundles():
                publish(tx, bundle, Publication("gate", {}))  # the gate has looked at its findings before
            deployment.load_district(tx, Path(os.environ["JIECHENG_GATE_DISTRICT"]))
    finally:
        house.close()
    return template


@pytest.fixture
def scratch_url(prepared: str) -> Iterator[str]:
    server, name = os.environ["JIECHENG_GATE_SERVER"], f"{prepared}_{next(_numbers)}"
    yield store.scratch.create(server, name, prepared)
    store.scratch.drop(server, name)


@pytest.hookimpl(trylast=True)
def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:  # noqa: ANN401 - pytest-bdd's own
    _BEGUN.clear()
    request.node.user_properties += [("file", Path(feature.filename).name), ("name", scenario.name)]


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Both sides of the comparison that fails now, kept for the words of the failure."""
    _COMPARED[:] = [failure.compared_of(op, left, right)]
    return None


def pytest_bdd_before_step_call() -> None:
    _COMPARED.clear()


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Any) -> None:  # noqa: ANN401 - pytest-bdd's own
    _note_begun(request.getfixturevalue("world"), step)


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Any, exception: Exception) -> None:  # noqa: ANN401
    world, compared = request.getfixturevalue("world"), _COMPARED[0] if _COMPARED else None
    _note_begun(world, step)
    found = elsewhere.explained(failure.failure_of(_said(step), exception, compared), world)
    begun = _BEGUN.get(world.case) if found.why else None
    _keep(request, found, begun or step)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:  # noqa: ANN401
    _keep(request, failure.unknown_sentence(_said(step)), step)


def _keep(request: pytest.FixtureRequest, found: failure.Failure, step: Any) -> None:  # noqa: ANN401
    """With the sentence at which the scenario is mended."""
    request.node.user_properties.append(("failure", replace(found, line=step.line_number, words=_said(step))))


def _note_begun(world: World, step: Any) -> None:  # noqa: ANN401
    if world.case is not None:
        _BEGUN.setdefault(world.case, step)


def _said(step: Any) -> str:  # noqa: ANN401 - pytest-bdd's own
    return f"{step.keyword.strip()} {step.name}"[:_MOST_WORDS]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """What fails outside of any sentence: what nobody asked about and the world says at the end, or our own machinery."""
    report = yield
    if call.excinfo is not None and not any(name == "failure" for name, _ in item.user_properties):
        known = failure.failure_of("", call.excinfo.value)
        item.user_properties.append(("failure", known))
        report.user_properties.append(("failure", known))
    return report


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A scenario is done with its teardown: there the world says what nobody asked about."""
    known = dict(report.user_properties)
    if report.failed:
        wrong = known["failure"]
        assert isinstance(wrong, failure.Failure), "whatever fails was said"
        _FAILED.setdefault(report.nodeid, wrong)
    if report.when == "teardown" and "name" in known:
        found = _FAILED.get(report.nodeid)
        line = {"file": known["file"], "name": known["name"], "passed": found is None}
        told = {"message": found.message, "failure": asdict(found)} if found is not None else {"message": ""}
        _write("scenarios", {**line, **told})


def pytest_sessionfinish(session: pytest.Session) -> None:
    passed, process = session.config.stash.get(passing.PASSED, None), _bundles()[0].process
    if passed:
        _write("walked", {"nodes": sorted(passed.nodes[process]), "rows": sorted(passed.rows[process])})


_FAILED: dict[str, failure.Failure] = {}
_BEGUN: dict[CaseId, Any] = {}  # the sentences of this scenario that handed in its cases
_COMPARED: list[failure.Compared | None] = []  # of the sentence that runs now


def _bundles() -> list[Bundle]:
    return [Bundle(process=ProcessId(one.pop("process")), **one) for one in _read("bundles.json")]


def _read(name: str) -> Any:  # noqa: ANN401 - JSON that the gate has laid out
    return json.loads((Path(os.environ["JIECHENG_GATE_FOLDER"]) / name).read_text("utf-8"))


def _write(name: str, line: dict[str, object]) -> None:
    with (Path(os.environ["JIECHENG_GATE_FOLDER"]) / f"{name}.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")
