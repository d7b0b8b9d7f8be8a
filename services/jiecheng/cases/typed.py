"""What a person had to write with a command: taken without its blanks, or the sentence that asks for it."""

from __future__ import annotations

from jiecheng.model.errors import Invalid


def words_of(text: str, field: str, sentence: str) -> str:
    """The words; `Invalid` with the sentence at the field when there are none."""
    if not text.strip():
        raise Invalid.at(field, sentence)
    return text.strip()
