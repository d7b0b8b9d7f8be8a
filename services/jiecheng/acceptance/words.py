"""Words that sentences have in common: names, dates, and the tables below a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NAME = r"[\u4e00-\u9fff]{2,4}?"
DATE = r"\d{4}年\d{1,2}月\d{1,2}日"


def pairs(table: Sequence[Sequence[str]], *heads: str) -> Mapping[str, str]:
    """A table of two columns as label -> words; its first line is `heads`, so that a reader knows what stands where."""
    head, *lines = table
    assert tuple(head) == heads, f"表的第一行应当是 | {' | '.join(heads)} |，实际是 | {' | '.join(head)} |。"
    return {line[0]: line[1] for line in lines}
