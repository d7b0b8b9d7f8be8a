"""`jiecheng check`: every process in the folders, read as a release would be; nothing is run and no database is needed."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from jiecheng import definitions
from jiecheng.cases import release
from jiecheng.cli.terminal import complain, say
from jiecheng.cli.trouble import Trouble
from jiecheng.definitions import slices
from jiecheng.model.errors import Finding, Invalid


def check(root: Path, only: Collection[str] = ()) -> int:
    """Print every finding; 1 when one of them is an error."""
    tree = read_tree(root)
    known = sorted({path.split("/")[1] for path in tree if path.endswith(".bpmn") and path.count("/") == 2})
    strangers = sorted(set(only) - set(known))
    if strangers:
        raise Trouble(f"没有这个流程：{'、'.join(strangers)}。现有：{'、'.join(known) or '无'}。")
    wanted = [process for process in known if not only or process in only]
    found = [*of_slices(tree, only)]
    for process in wanted:
        found += [*of_process(process, tree)]
    if not only:
        found += of_registers(known, tree)
    found = list(dict.fromkeys(found))
    for finding in found:
        mark = "错误" if finding.severity == "error" else "提醒"
        complain(f"{mark} {finding.place} [{finding.code}] {finding.message}")
    errors = sum(finding.severity == "error" for finding in found)
    say(f"检查了 {len(wanted)} 个流程：{errors} 处错误，{len(found) - errors} 处提醒。")
    return 1 if errors else 0


def read_tree(root: Path) -> Mapping[str, str]:
    """Repo-relative paths -> texts of the three areas."""
    paths = [path for area in slices.AREAS for path in sorted((root / area).rglob("*")) if path.is_file()]
    if not paths:
        raise Trouble(f"{root} 里没有 bpmn/、forms/、features/。请在工程目录里运行，或用 JIECHENG_ROOT 指定。")
    paths = [path for path in paths if "__pycache__" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths}


def of_slices(tree: Mapping[str, str], only: Collection[str]) -> Iterator[Finding]:
    for finding in definitions.slice_findings(tree):
        if not only or any(f"/{process}/" in f"{finding.place}/" for process in only):
            yield finding


def of_process(process: str, tree: Mapping[str, str]) -> Iterator[Finding]:
    """What deploying it would say; places get the process in front, as several are listed."""
    clauses, _ = definitions.read_clauses(tree.get(slices.CLAUSES, ""))
    diagrams, forms, features = (inside(tree, area, process) for area in slices.AREAS)
    try:
        bundle = definitions.read_bundle(process, diagrams, forms, features, clauses)
    except Invalid as error:
        yield from error.findings
        return
    registers, _ = definitions.read_registers(tree.get(definitions.REGISTERS, ""))
    for finding in release.findings(bundle, registers):
        yield Finding(finding.code, f"{process}：{finding.place}", finding.message, finding.severity)


def of_registers(processes: Collection[str], tree: Mapping[str, str]) -> Iterator[Finding]:
    """The description of the registers, and what no process ever writes into them."""
    registers, wrong = definitions.read_registers(tree.get(definitions.REGISTERS, ""))
    yield from wrong
    readable = []
    for process in processes:
        own = {name: text for name, text in inside(tree, "bpmn", process).items() if name.endswith(".bpmn")}
        with contextlib.suppress(Invalid, KeyError):  # a broken diagram has its own findings
            readable.append(definitions.read_process(own.pop(f"{process}.bpmn"), own))
    yield from definitions.coverage_findings(registers, readable)


def inside(tree: Mapping[str, str], area: str, process: str) -> dict[str, str]:
    """What belongs to the release; strangers in the folder are `slice_findings`' affair."""
    folder = f"{area}/{process}/"
    return {
        path.removeprefix(folder): text
        for path, text in tree.items()
        if path.startswith(folder) and path.endswith(slices.AREAS[area])
    }
