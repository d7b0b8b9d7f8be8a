"""Runs benches, prints their figures as they come and all of them as a table, writes build/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import crowd, engine, inbox, memory, relay, rounds, search, step
from bench.figure import Figure, number, show
from bench.stage import ROOT, Stage, stage
from jiecheng.cli.terminal import say

Bench = Callable[[Stage], Iterator[Figure]]
BENCHES: Mapping[str, Bench] = {
    one.NAME: one.measure for one in (step, rounds, inbox, search, memory, crowd, relay, engine)
}


def main() -> int:
    asked = arguments()
    figures: list[Figure] = []
    load = os.getloadavg()
    for name in asked.only or BENCHES:
        began = time.monotonic()
        # A fresh installation for every bench: none finds the rows of another.
        with stage(asked.scale) as prepared:
            for figure in BENCHES[name](prepared):
                figures.append(figure)
                say(f"  {figure.bench}  {figure.name}  {number(figure.value)} {figure.unit}")
        say(f"  ✓ {name} {time.monotonic() - began:.0f} 秒")
    say()
    say(show(figures))
    write(asked.json, figures, {"scale": asked.scale, "load_before": load, **machine()})
    say(
        f"\n提交 {commit()}，机器 {os.cpu_count()} 核，负载 {load[0]:.1f} → {os.getloadavg()[0]:.1f}，"
        f"规模 {asked.scale:g}。全部数字：{asked.json}"
    )
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=tuple(BENCHES), help="one bench (may be repeated)")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the sizes")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    return parser.parse_args()


def machine() -> dict[str, object]:
    return {
        "commit": commit(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_after": os.getloadavg(),
    }


def commit() -> str:
    """Which program was measured; with a plus where files differ from it."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=10"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout.strip() or "不在版本库中"


def write(place: Path, figures: list[Figure], run: dict[str, object]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    content = {**run, "figures": [one.as_json() for one in figures]}
    place.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
