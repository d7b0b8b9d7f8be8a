"""`make scale`: the scale form under load and kills, and how small Prefect's tables stay; 1 when something does not hold."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scale.walk import FORMS, walk


def main() -> int:
    options = argparse.ArgumentParser(prog="scale")
    options.add_argument("--loans", type=int, default=200)
    options.add_argument("--form", choices=FORMS, default="processes")
    options.add_argument("--runs", type=int, default=1000, help="flow runs to measure Prefect's tables with; 0: none")
    options.add_argument(
        "--minutes", type=float, default=10.0, help="of flow runs that are lived; the rest is put down by API"
    )
    options.add_argument("--report", type=Path)
    told = options.parse_args()
    faults, figures = walk(told.loans, told.form) if told.loans else ([], {})
    if told.runs:
        from scale.retention import measure

        more, kept = measure(told.runs, told.minutes)
        faults, figures = [*faults, *more], {**figures, "prefect": kept}
    show(figures)
    if told.report:
        told.report.parent.mkdir(parents=True, exist_ok=True)
        told.report.write_text(json.dumps({"faults": faults, **figures}, ensure_ascii=False, indent=1) + "\n")
    for fault in faults:
        print(f"✗ {fault}", file=sys.stderr)
    return 1 if faults else 0


def show(figures: dict[str, object], indent: str = "") -> None:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            print(f"{indent}{name}")
            show(figure, f"{indent}  ")
        else:
            print(f"{indent}{name}: {figure}")


if __name__ == "__main__":
    sys.exit(main())
