"""Letters as an office writes them, the fonts of the page build, and a PDF read back in millimetres."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
import yaml

from jiecheng import web
from jiecheng.documents import Rendered, read_letter, render_letter

FONTS = Path(web.__file__).parent / "static" / "fonts"
ISSUED = date(2026, 3, 16)

NOTICE: Mapping[str, object] = {
    "kind": "通知",
    "issuer": "{{ issuer.name }}",
    "title": "关于做好有关工作的通知",
    "addressee": "各科室",
    "body": ["{{ words }}"],
}


@pytest.fixture(scope="session")
def fonts() -> Path:
    assert FONTS.is_dir(), "the fonts come with the pages: run `make pages`"
    return FONTS


@pytest.fixture
def render(fonts: Path) -> Callable[..., Rendered]:
    """Render a notice (or what `letter` makes of it) with the given words as its body."""

    def rendered(words: str = "请认真执行。", *, number: str = "彭街办〔2026〕7号", **letter: object) -> Rendered:
        template = read_letter(yaml.safe_dump({**NOTICE, **letter}, allow_unicode=True))
        facts = {"issuer": {"name": "彭溪街道办事处"}, "words": words}
        return render_letter(template, facts, number=number, issued_on=ISSUED, fonts=fonts)

    return rendered


@dataclass
class Page:
    """Lengths in millimetres from the upper left corner. `lines`: baseline position -> its characters from left to right."""

    width: float
    height: float
    chars: list[dict]
    rules: list[dict]
    lines: dict[float, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for char in sorted(self.chars, key=lambda each: (each["line"], each["x0"])):
            self.lines[char["line"]] = self.lines.get(char["line"], "") + char["text"]

    def find(self, words: str) -> list[dict]:
        """The characters of a piece of text that stands in one line."""
        for line, text in self.lines.items():
            if words in text:
                row = sorted((each for each in self.chars if each["line"] == line), key=lambda each: each["x0"])
                start = text.index(words)
                return row[start : start + len(words)]
        raise AssertionError(f"{words!r} is not in {list(self.lines.values())}")


def pages(pdf: bytes) -> list[Page]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [_page(page) for page in document.pages]


def _page(page) -> Page:
    def mm(points: float) -> float:
        return points / 72 * 25.4

    def place(each: dict) -> dict:
        sides = {side: mm(each[side]) for side in ("x0", "x1", "top", "bottom")}
        colour = each.get("stroking_color") if "text" not in each else each.get("non_stroking_color")
        return {"text": each.get("text", ""), "size": each.get("size", 0), "face": each.get("fontname", ""), **sides,
                "colour": colour, "line": round(sides["bottom"], 1), "thickness": mm(each.get("linewidth") or 0)}  # fmt: skip

    chars = [place(char) for char in page.chars if char["text"].strip()]
    return Page(mm(page.width), mm(page.height), chars, [place(rule) for rule in (*page.lines, *page.curves)])


def words_of(pdf: bytes) -> str:
    """All text of the pages without blanks and line ends."""
    return "".join(text for page in pages(pdf) for _, text in sorted(page.lines.items())).replace("\u200b", "")


@pytest.fixture
def read_back() -> Callable[[bytes], list[Page]]:
    return pages


@pytest.fixture
def said() -> Callable[[bytes], str]:
    return words_of
