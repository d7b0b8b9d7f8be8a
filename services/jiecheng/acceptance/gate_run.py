"""The pytest plugin inside a gate run: a scratch database for every scenario, and what came of each as a line of JSON.

Loaded only by `gate`, which starts the process, reads the lines and judges.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiecheng import cases, store
from jiecheng.acceptance import passing
from jiecheng.cases import deployment
from jiecheng.cases.release import Publication, publish
from jiecheng.model.ids import ProcessId
from jiecheng.model.release import Bundle

_numbers = itertools.count(1)
_MOST_WORDS = 600


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
    request.node.user_properties += [("file", Path(feature.filename).name), ("name", scenario.name)]


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Any, exception: Exception) -> None:  # noqa: ANN401
    said = "；".join(_for_people(str(exception))[:2]) or "没有达到"
    request.node.user_properties.append(("message", f"「{step.keyword}{step.name}」：{said}"[:_MOST_WORDS]))


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:  # noqa: ANN401
    sentence = f"「{step.keyword}{step.name}」：没有这种句式，请照场景句式表改写。"
    request.node.user_properties.append(("message", sentence[:_MOST_WORDS]))


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A scenario is done with its teardown: there the world says what nobody asked about."""
    known = dict(report.user_properties)
    if report.failed:
        said = str(known.get("message") or _plain(report))
        _FAILED.setdefault(report.nodeid, said)
    if report.when == "teardown" and "name" in known:
        message = _FAILED.get(report.nodeid, "")
        _write("scenarios", {"file": known["file"], "name": known["name"], "passed": not message, "message": message})


def pytest_sessionfinish(session: pytest.Session) -> None:
    passed, process = session.config.stash.get(passing.PASSED, None), _bundles()[0].process
    if passed:
        _write("walked", {"nodes": sorted(passed.nodes[process]), "rows": sorted(passed.rows[process])})


def _for_people(words: str) -> list[str]:
    """The sentences of a failure without what pytest adds for programmers."""
    lines = [line.strip() for line in words.splitlines()]
    return [line for line in lines if line and not line.startswith(("assert ", "+", "-", "where ", "?"))]


_FAILED: dict[str, str] = {}


def _plain(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    words = str(getattr(crash, "message", "") or "没有通过")
    return "；".join(_for_people(words.removeprefix("AssertionError: ")))[:_MOST_WORDS] or "没有通过"


def _bundles() -> list[Bundle]:
    return [Bundle(process=ProcessId(one.pop("process")), **one) for one in _read("bundles.json")]


def _read(name: str) -> Any:  # noqa: ANN401 - JSON that the gate has laid out
    return json.loads((Path(os.environ["JIECHENG_GATE_FOLDER"]) / name).read_text("utf-8"))


def _write(name: str, line: dict[str, object]) -> None:
    with (Path(os.environ["JIECHENG_GATE_FOLDER"]) / f"{name}.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")
