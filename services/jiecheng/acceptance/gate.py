"""The gate of one bundle: lint and parse, then its scenarios on a scratch database, then the coverage of every node.

The scenarios run in a process of their own, which knows one address only: that of the scratch database. Scenario text
is data; the sentences it may use are fixed, and none of them names a file or a program.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jiecheng import definitions, store
from jiecheng.acceptance.failure import Failure, grouped
from jiecheng.acceptance.passing import hit_rows, scenarios_of
from jiecheng.cases.gate import GateWork, draft_findings
from jiecheng.definitions.gherkin_text import read_feature
from jiecheng.model.errors import JiechengError
from jiecheng.model.release import Bundle

MOST_SECONDS = 900.0
LOOK_SECONDS = 0.5
Tell = Callable[[Mapping[str, object]], bool]
Report = dict[str, Any]

_TEST = "from pathlib import Path\n\nfrom pytest_bdd import scenarios\n\nscenarios(str(Path(__file__).parent / 'features'))\n"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where gates run. `server`: a PostgreSQL on which databases may be made; `district`: the folder of the demo district."""

    server: str
    district: Path


def run_gate(work: GateWork, ground: Ground, tell: Tell) -> Report:
    """The report of one gate run. `tell` hears how far it is and says whether to go on.

    Keys: passed, content, sentence, findings, scenario_count, scenarios (see `told_once`), missing (id, name), missing_rows,
    causes (see `failure.grouped`: what is wrong, each thing once).
    """
    report: Report = {"passed": False, "content": definitions.bundle_hash(work.bundle)}
    tell({"at": "检查流程图、表单和判定表", "done": 0, "total": 0})
    report["findings"] = draft_findings(work.bundle, work.registers)
    errors = [one for one in report["findings"] if one["severity"] == "error"]
    if errors:
        return {**report, "sentence": f"有 {len(errors)} 处错误，场景没有运行。"}
    expected = len(scenarios_of(work.bundle))
    if not expected:
        return {**report, "sentence": "没有场景，不能证明流程走得通。请先写场景。"}
    try:
        found = _run_scenarios(work, ground, tell)
    except JiechengError as error:
        return {**report, "sentence": error.message}
    return {**report, **_verdict(work.bundle, found)}


def _verdict(bundle: Bundle, found: Mapping[str, Any]) -> Report:
    runs: Sequence[Mapping[str, Any]] = found["scenarios"]
    scenarios = told_once(bundle, runs)
    failed = [one for one in scenarios if not one["passed"]]
    coverage = definitions.coverage(definitions.read_process(bundle.bpmn, bundle.called), found["nodes"])
    rows = definitions.row_coverage(bundle, hit_rows(found["rows"]))
    unrun = len(scenarios_of(bundle)) - len(scenarios)
    pieces = [f"{len(scenarios)} 个场景{f'中有 {len(failed)} 个没有通过' if failed else '全部通过'}；"]
    if unrun:
        pieces.append(f"另有 {unrun} 个没有运行（{found['trouble'] or '时间太长，已停止'}）；")
    # A scenario that stopped half way has not passed what comes after: nothing would have to be written for that.
    whole = not failed and not unrun
    pieces += (
        [coverage.sentence(), rows.sentence()] if whole else ["改好以后，再看是不是每个节点、每一行都有场景用到。"]
    )
    return {
        "passed": whole and coverage.complete and not rows.missing,
        "sentence": "".join(pieces),
        "scenario_count": len(scenarios),
        "scenarios": scenarios,
        "causes": grouped([(Failure(**one["failure"]), _place(bundle, one)) for one in runs if not one["passed"]]),
        "covered": len(coverage.covered),
        "missing": [{"id": node.id, "name": node.name or node.id} for node in coverage.missing if whole],
        "missing_rows": [list(one) for one in rows.missing if whole],
    }


def told_once(bundle: Bundle, runs: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Each scenario once, as its owner counts them: an outline is one and passes when all its examples do.

    Keys: file, name, line, passed, examples (how often it ran), failed (how many of them did not pass), message.
    """
    by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for run in runs:
        by_name.setdefault((run["file"], run["name"]), []).append(run)
    return [_told(bundle, each) for each in by_name.values()]


def _told(bundle: Bundle, runs: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    wrong = [one for one in runs if not one["passed"]]
    return {
        **_place(bundle, runs[0]),
        "passed": not wrong,
        "examples": len(runs),
        "failed": len(wrong),
        "message": wrong[0]["message"] if wrong else "",
    }


def _place(bundle: Bundle, scenario: Mapping[str, Any]) -> dict[str, object]:
    """Where a scenario stands, for a link to it."""
    file, name = scenario["file"], scenario["name"]
    lines = [one.line for one in read_feature(file, bundle.features[file]).scenarios if one.name == name]
    return {"file": file, "name": name, "line": next(iter(lines), 1)}


def _run_scenarios(work: GateWork, ground: Ground, tell: Tell) -> Mapping[str, Any]:
    beginning = f"jc_scratch_{work.run}_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="jc-gate-") as name:
        folder = Path(name)
        _lay_out(work, folder)
        try:
            store.scratch.create(ground.server, beginning)
            return _watch(_start(folder, ground, beginning), folder, work, tell)
        finally:
            store.scratch.drop_all(ground.server, beginning)


def _lay_out(work: GateWork, folder: Path) -> None:
    bundles = [asdict(work.bundle), *(asdict(one) for one in work.others)]
    (folder / "bundles.json").write_text(json.dumps(bundles, ensure_ascii=False), "utf-8")
    registers = {name: register.content for name, register in work.registers.items()}
    (folder / "registers.json").write_text(json.dumps(registers, ensure_ascii=False), "utf-8")
    features = folder / "features" / work.bundle.process
    features.mkdir(parents=True)
    for name, text in work.bundle.features.items():
        (features / name).write_text(text, "utf-8")
    (folder / "test_scenarios.py").write_text(_TEST, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts =\n", "utf-8")


def _start(folder: Path, ground: Ground, template: str) -> subprocess.Popen[bytes]:
    """Only what the run needs goes along: of this process's own environment neither addresses nor secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR", "HOME") if name in os.environ}
    environment = {
        **kept,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "JIECHENG_GATE_SERVER": ground.server,
        "JIECHENG_GATE_TEMPLATE": template,
        "JIECHENG_GATE_FOLDER": str(folder),
        "JIECHENG_GATE_DISTRICT": str(ground.district),
    }
    plugins = ("pytest_bdd.plugin", "jiecheng.acceptance.sentences", "jiecheng.acceptance.gate_run")
    options = [word for plugin in plugins for word in ("-p", plugin)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *options,
        "-c",
        str(folder / "pytest.ini"),
    ]
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own words; the draft's texts are in files
            [*command, "--rootdir", str(folder), str(folder / "test_scenarios.py")],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _watch(child: subprocess.Popen[bytes], folder: Path, work: GateWork, tell: Tell) -> Mapping[str, Any]:
    total, end = len(scenarios_of(work.bundle)), time.monotonic() + MOST_SECONDS
    said: object = None
    last = time.monotonic()
    try:
        while child.poll() is None and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
            done = told_once(work.bundle, _lines(folder, "scenarios"))
            at = f"运行场景：{done[-1]['name']}" if done else "准备临时数据库"
            progress = {"at": at, "done": len(done), "total": total, "failed": sum(not one["passed"] for one in done)}
            # Also when nothing moved: the lease must not run out under a long scenario.
            if progress != said or time.monotonic() - last > 20:
                said, last = progress, time.monotonic()
                if not tell(progress):
                    break
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    walked: Mapping[str, list[str]] = next(iter(_lines(folder, "walked")), {"nodes": [], "rows": []})
    trouble = "" if child.returncode in (0, 1) else _last_words(folder)
    return {"scenarios": _lines(folder, "scenarios"), **walked, "trouble": trouble}


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    file = folder / f"{name}.jsonl"
    if not file.exists():
        return []
    # The last line may be half written yet.
    return [json.loads(line) for line in file.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]


def _last_words(folder: Path) -> str:
    lines = (folder / "output").read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
