"""A cell of a decision table for people who read policy, not FEEL: literals as words, lists with 、, the rest as written."""

from __future__ import annotations

import re

ANY = ("", "-")
LITERALS = {"true": "是", "false": "否", "null": "空", '""': "空"}
_TEXTS = re.compile(r'"[^"]*"(?:\s*,\s*(?:"[^"]*"|null))*')


def cell_in_words(cell: str) -> str:
    text = cell.strip()
    if text in ANY:
        return "不限"
    if text in LITERALS:
        return LITERALS[text]
    if text.startswith("[") and _TEXTS.fullmatch(text[1:-1].strip()):
        text = text[1:-1].strip()  # a list of texts
    if _TEXTS.fullmatch(text):
        parts = (part.strip() for part in text.split(","))
        return "、".join(dict.fromkeys(LITERALS.get(part, part.strip('"')) for part in parts))
    return text
