"""`jiecheng rules`: every rule of policy with its clauses, the elements that obey it, its scenarios, and whether they passed.

Reads what a run of the scenarios left behind (`--gate-report`); runs nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from jiecheng import definitions
from jiecheng.cases import deployment
from jiecheng.cli.terminal import complain, pad, say
from jiecheng.cli.trouble import Trouble
from jiecheng.definitions import Proof, Trace
from jiecheng.model.release import Bundle


class Show(StrEnum):
    BRIEF = "brief"
    TABLE = "table"
    FULL = "full"


STALE = 3  # exit code: the report is about other files than those that lie here
RUN_THEM = "场景还没有对现在的文件运行过：请运行 make rules，它会先运行场景。"


def rules(root: Path, report: Path, *, show: Show = Show.TABLE, only_ask: bool = False) -> int:
    """Print the table; 1 when a rule of a built process is not proven, 3 when the report is stale."""
    bundles = deployment.read_bundles(root)
    judged = _judged(report)
    if not all(judged.get(definitions.bundle_hash(bundle)) for bundle in bundles):
        if not only_ask:
            complain(RUN_THEM)
        return STALE
    if only_ask:
        return 0
    traces = _traces(root, bundles, {one["process"]: one["outcomes"] for one in judged.values()})
    for line in _table(traces, full=show is Show.FULL) if show is not Show.BRIEF else ():
        say(line)
    broken = [one for one in traces if not one.kept]
    incomplete = [one for bundle in bundles if (one := judged[definitions.bundle_hash(bundle)]) and _incomplete(one)]
    for one in broken:
        complain(f"{one.rule.id} {one.rule.title}：{one.proof}。")
    for one in incomplete:
        complain(f"{one['process']}：{one['sentence']}")
    counts = {proof: sum(one.proof is proof for one in traces) for proof in Proof}
    say("；".join(f"{proof} {count} 条" for proof, count in counts.items() if count) + "。")
    return 1 if broken or incomplete else 0


def _traces(root: Path, bundles: Sequence[Bundle], outcomes: Mapping[str, Mapping[str, bool]]) -> Sequence[Trace]:
    catalogue = definitions.read_rules((root / "bpmn" / "rules.yaml").read_text("utf-8"))
    clauses, _ = definitions.read_clauses((root / "bpmn" / "clauses.yaml").read_text("utf-8"))
    return definitions.trace(catalogue, bundles, clauses, outcomes)


def _incomplete(judged: Mapping[str, Any]) -> bool:
    return bool(judged["missing"] or judged["missing_rows"])


def _judged(report: Path) -> dict[str, Any]:
    """Content hash -> what the run said about the process."""
    if not report.is_file():
        return {}
    try:
        return {one["content"]: one for one in json.loads(report.read_text("utf-8"))["processes"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{report} 不是场景运行的报告（{error}）：请删去它，重新运行 make rules。") from None


def _table(traces: Sequence[Trace], *, full: bool) -> Iterator[str]:
    yield _row("规则", "结果", "条款", "图上元素", "场景", "内容")
    for one in traces:
        hard = "（硬规则）" if one.rule.hard else ""
        counts = [str(len(part)) if part else "" for part in (one.clauses, one.elements, one.scenarios)]
        yield _row(one.rule.id, str(one.proof), *counts, one.rule.title + hard)
        if full:
            for label, names in (("条款", one.clauses), ("元素", one.elements), ("场景", one.scenarios)):
                yield from (f"      {label}  {name}" for name in names)


def _row(*cells: str) -> str:
    widths = (6, 16, 6, 10, 6, 0)
    return "".join(pad(cell, size - 1) + " " for cell, size in zip(cells, widths, strict=True)).rstrip()
