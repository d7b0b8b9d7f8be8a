"""What changed in the scenarios of a release, sentence by sentence: who approves it sees what is no longer asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from jiecheng.definitions.gherkin_text import Row, Scenario, read_feature
from jiecheng.model.errors import Invalid

_ALIKE = 0.6  # of two scenarios, or of two sentences: from here on one is the other, changed
Line = tuple[int, str]  # where it stands, what it says


def feature_changes(old: str, new: str) -> Iterator[str]:
    """Pieces without a full stop, with the lines taken out, put in and changed; one at least."""
    before, after = _scenarios(old), _scenarios(new)
    if before is None or after is None:
        yield "文字有改动（有一稿读不通，列不出是哪几句）"
        return
    renamed = _renamed(before, after)
    lines = [
        *(
            f"新增{name}，共 {len(_lines(one))} 行"
            for name, one in after.items()
            if name not in {*before, *renamed.values()}
        ),
        *_gone(before, {*after, *renamed}),
        *(f"{name}改名为{new_name}" for name, new_name in renamed.items()),
        *(line for name, one in after.items() for line in _differing(name, before.get(name), one)),
        *(line for was, name in renamed.items() for line in _differing(name, before[was], after[name])),
    ]
    yield from lines or ["注释或说明的文字有改动，句子没有"]


def scenario_names(text: str) -> str:
    return "、".join(name for name in _scenarios(text) or {} if name.startswith("场景")) or "读不通的文字"


def _gone(before: dict[str, Scenario], kept: set[str]) -> Iterator[str]:
    for name, one in before.items():
        if name not in kept:
            yield f"删去{name}，原来是「{'　'.join(words for _, words in _lines(one))}」"


def _scenarios(text: str) -> dict[str, Scenario] | None:
    """As people call them; two of one name are told apart by their order."""
    try:
        feature = read_feature("", text)
    except Invalid:
        return None
    found: dict[str, Scenario] = {}
    several = [
        *((one.name, one) for one in feature.backgrounds),
        *((f"场景「{one.name}」", one) for one in feature.scenarios),
    ]
    for name, one in several:
        again = sum(1 for known in found if known.partition("（第")[0] == name)
        found[f"{name}（第 {again + 1} 个）" if again else name] = one
    return found


def _renamed(before: dict[str, Scenario], after: dict[str, Scenario]) -> dict[str, str]:
    """Old name -> new name, of scenarios that say nearly the same as before."""
    fresh = [name for name in after if name not in before]
    found: dict[str, str] = {}
    for was, one in before.items():
        if was in after:
            continue
        shares = [(_share(one, after[name]), name) for name in fresh if name not in found.values()]
        best = max(shares, default=(0.0, ""))
        if best[0] >= _ALIKE:
            found[was] = best[1]
    return found


def _share(one: Scenario, other: Scenario) -> float:
    before, after = ([words for _, words in _lines(scenario)] for scenario in (one, other))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def _differing(name: str, old: Scenario | None, new: Scenario) -> Iterator[str]:
    if old is None:
        return
    before, after = _lines(old), _lines(new)
    matcher = SequenceMatcher(None, [words for _, words in before], [words for _, words in after], autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        if what != "equal":
            yield from (f"{name}{change}" for change in _changed(before[i:j], after[k:m]))


def _changed(old: Sequence[Line], new: Sequence[Line]) -> Iterator[str]:
    """Where as many lines stand as before, each is set beside its successor."""
    if len(old) == len(new):
        for (_, was), (line, now) in zip(old, new, strict=True):
            yield f"第 {line} 行，原来是「{was}」，改成「{now}」"
        return
    yield from (f"删去原第 {line} 行「{words}」" for line, words in old)
    yield from (f"加上第 {line} 行「{words}」" for line, words in new)


def _lines(scenario: Scenario) -> list[Line]:
    """As they are written: the rules it belongs to, the sentences with what stands below them, the examples."""
    tags = [(scenario.line, " ".join(f"@{tag}" for tag in scenario.tags))] if scenario.tags else []
    said = [
        line
        for one in scenario.sentences
        for line in ((one.line, f"{one.keyword} {one.text}"), *map(_written, one.below))
    ]
    return [*tags, *said, *(_written(row) for table in scenario.examples for row in table)]


def _written(row: Row) -> Line:
    return row.line, f"| {' | '.join(row.cells)} |"
