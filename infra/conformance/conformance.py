"""`make conformance`: the outside suites, one table, and failure below a floor. Reads the suite, writes nothing.

usage: conformance.py SUITE [GROUP …]        groups: dmn betsy miwg
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import betsy
import miwg

from jiecheng import engine

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "services/tests/decisions"))
FLOORS: dict[str, dict[str, float]] = tomllib.loads((HERE / "floors.toml").read_text())


@dataclass(frozen=True)
class Row:
    """`failed`: one line for each that did not hold."""

    group: str
    measure: str
    right: int
    total: int
    failed: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 0.0

    @property
    def floor(self) -> float:
        return FLOORS[self.group][self.measure]

    @property
    def holds(self) -> bool:
        return self.share >= self.floor


def row(group: str, measure: str, judged: Sequence[tuple[str, bool]]) -> Row:
    failed = tuple(name for name, right in judged if not right)
    return Row(group, measure, len(judged) - len(failed), len(judged), failed)


def dmn(suite: Path) -> Iterator[Row]:
    import tck

    for level in ("2", "3"):
        paths = sorted((suite / f"dmn-tck/compliance-level-{level}").glob("*/*.xml"))
        outcomes = [outcome for path in paths for outcome in tck.run_file(path)]
        judged = [(f"{one.folder} {one.case} {one.node}: {one.note[:120]}", one.passed) for one in outcomes]
        yield row(f"dmn-level-{level}", "all", judged)
        solid = [pair for pair, one in zip(judged, outcomes, strict=True) if not one.expects_null]
        yield row(f"dmn-level-{level}", "not-null", solid)


def betsy_cases(suite: Path) -> Iterator[Row]:
    root = suite / "betsy"
    supported = {path.stem for path in root.glob("*/*.bpmn") if betsy.is_supported(path)}
    found = list(betsy.verdicts(root))
    inside = [one for one in found if one.name.partition(" ")[0] in supported]
    outside = [one for one in found if one.name.partition(" ")[0] not in supported]
    yield row("betsy", "supported", [(f"{one.name}: {one.note}", one.state == "right") for one in inside])
    yield row("betsy", "refused", [(f"{one.name}: {one.note}", one.state == "refused") for one in outside])
    invalid = sorted((root / "invalid").glob("*/*.bpmn"))
    yield row("betsy-invalid", "refused", [(path.stem, is_refused(path)) for path in invalid])


def is_refused(path: Path) -> bool:
    """Refused as it is, and every finding's sentence names its element."""
    found = engine.findings([path.read_bytes()])
    return bool(found) and all(finding.place in finding.message for finding in found)


def miwg_models(suite: Path) -> Iterator[Row]:
    judged = {path.name: miwg.judge(path) for path in sorted((suite / "miwg").glob("*.bpmn"))}
    for measure in FLOORS["miwg"]:
        yield row(
            "miwg",
            measure,
            [(f"{name}: {found.get(measure, '')}", measure not in found) for name, found in judged.items()],
        )


GROUPS = {"dmn": dmn, "betsy": betsy_cases, "miwg": miwg_models}


def table(rows: Sequence[Row]) -> str:
    lines = [f"{'group':15} {'measure':10} {'right':>11} {'share':>8} {'floor':>8}"]
    for one in rows:
        verdict = "" if one.holds else "  BELOW"
        lines.append(
            f"{one.group:15} {one.measure:10} {f'{one.right}/{one.total}':>11} {one.share:8.2%} {one.floor:8.2%}{verdict}"
        )
    return "\n".join(lines)


def main(suite: Path, names: Sequence[str]) -> int:
    if not suite.is_dir():
        print(
            f"expected the suites in {suite}, found nothing there; say where: make conformance SUITE=…", file=sys.stderr
        )
        return 2
    rows = [one for name in names or GROUPS for one in GROUPS[name](suite)]
    for one in rows:
        for line in one.failed:
            print(f"  {one.group} {one.measure}: {line}")
    print(table(rows))
    return 0 if all(one.holds for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
