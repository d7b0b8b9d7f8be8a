"""Makes a failing tree smaller as long as it fails; what is left is kept as a regression file."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from engine_blocks import Drawn

REGRESSIONS = Path(__file__).with_name("regressions")
USER = {"kind": "user"}
Tree = dict


def smaller(tree: Tree) -> Iterator[Tree]:
    """Trees with one thing less, the big cuts first."""
    parts = tree.get("parts", [])
    if tree["kind"] != "process":
        yield from (part for part in parts)
        if tree["kind"] != "user":
            yield dict(USER)
    if len(parts) > 2:
        yield from ({**tree, "parts": [*parts[:at], *parts[at + 1 :]]} for at in range(len(parts)))
    events = tree.get("events", [])
    yield from ({**tree, "events": [*events[:at], *events[at + 1 :]]} for at in range(len(events)))
    for flag in ("repeat", "late", "call", "mapped", "task"):
        if tree.get(flag):
            yield {name: value for name, value in tree.items() if name != flag}
    for at, part in enumerate(parts):
        yield from ({**tree, "parts": [*parts[:at], less, *parts[at + 1 :]]} for less in smaller(part))


def shrink(tree: Tree, fails: Callable[[Tree], bool], most: int = 2000) -> Tree:
    for _ in range(most):
        found = next((less for less in smaller(tree) if fails(less)), None)
        if found is None:
            return tree
        tree = found
    return tree


def fails_with(judge: Callable[[Drawn], str], word: str) -> Callable[[Tree], bool]:
    """Fails in the same way: refused trees are another matter than wrong ones."""
    return lambda tree: judge(Drawn(tree)).partition(":")[0].startswith(word)


def keep(name: str, tree: Tree, told: str) -> Path:
    path = REGRESSIONS / f"{name}.json"
    path.write_text(json.dumps({"told": told, "tree": tree}, ensure_ascii=False, indent=1) + "\n")
    return path


def kept() -> dict[str, Tree]:
    return {path.stem: json.loads(path.read_text())["tree"] for path in sorted(REGRESSIONS.glob("*.json"))}
