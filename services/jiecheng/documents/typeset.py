"""Typst as the house uses it: a page description of ours and data as JSON, never a text of people as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import typst

from jiecheng.documents.printable import glyphs_in, missing, printable

FAMILY = "Noto Serif SC"  # stands in for 仿宋 and 小标宋, which are not free
HEADING_FAMILY = "Noto Sans SC"  # stands in for 黑体

LINES = 22  # a page
LONGEST_WORD = 20  # letters that always find room in a line

_PAGES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text`: what the pages say, line by line. `missing`: characters printed as 〓, because no font has them."""

    pdf: bytes
    text: str
    title: str = ""
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Type:
    """The fonts of one folder: what they can print, and what they could not."""

    folder: Path
    family: str
    heading: str = HEADING_FAMILY
    lacking: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = _fonts(self.folder).families()
        for wanted in (self.family, self.heading):
            if wanted not in known:
                found = "、".join(known) or "无"
                raise FileNotFoundError(
                    f"no font family {wanted!r} in {self.folder} (found: {found}); run `make pages`"
                )

    def set(self, text: str, longest: int = LONGEST_WORD) -> str:
        """The text as it may be printed; remembers the characters that it could not keep."""
        glyphs = _glyphs(self.folder, self.family, self.heading)
        self.lacking.update(dict.fromkeys(missing(text, glyphs)))
        return printable(text, glyphs, longest)


def typeset(page: str, data: Mapping[str, object], fonts: Type, made_at: datetime) -> bytes:
    """PDF/A-2b of a page description (letter, sheet); `made_at` is the only time in it.

    22 lines a page; fewer where 22 would leave the signature alone on the last page, as 7.3.5.5 of the standard has it.
    """
    lines = LINES
    while lines > LINES - 4 and _leaves_the_signature_alone(page, data, fonts, lines):
        lines -= 1
    pdf = typst.compile(
        _page(page),
        font_paths=_fonts(fonts.folder),
        ignore_system_fonts=True,
        sys_inputs=_inputs(data, fonts, lines),
        format="pdf",
        pdf_standards=["a-2b"],
        timestamp=made_at.astimezone(UTC),
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"expected typst to return one PDF, but it returned {type(pdf).__name__}")
    return pdf


def _leaves_the_signature_alone(page: str, data: Mapping[str, object], fonts: Type, lines: int) -> bool:
    answer = typst.query(
        _page(page),
        "<alone>",
        field="value",
        font_paths=_fonts(fonts.folder),
        ignore_system_fonts=True,
        sys_inputs=_inputs(data, fonts, lines),
    )
    return bool(json.loads(answer) == [True])


def _inputs(data: Mapping[str, object], fonts: Type, lines: int) -> dict[str, str]:
    content = {**data, "lines": lines, "family": fonts.family, "heading_family": fonts.heading}
    return {"data": json.dumps(content, ensure_ascii=False)}


@lru_cache(maxsize=4)
def _page(name: str) -> bytes:
    """The common part and the page itself as one source: an import would give Typst a folder to read."""
    return b"\n".join((_PAGES / f"{part}.typ").read_bytes() for part in ("page", name))


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@lru_cache(maxsize=4)
def _glyphs(folder: Path, *families: str) -> frozenset[int]:
    """What every face can print: a title in bold may hold any character of the text."""
    faces = [Path(face.path) for face in _fonts(folder).fonts() if face.path and face.family in families]
    return frozenset.intersection(*(glyphs_in(face) for face in faces))
