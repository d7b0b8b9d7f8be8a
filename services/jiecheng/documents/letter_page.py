"""A letter on paper: the template filled with the case's facts, then set. Prints no seal; says that there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jiecheng.documents import template
from jiecheng.documents.letter import Letter
from jiecheng.documents.printable import paragraphs, plain
from jiecheng.documents.typeset import FAMILY, Rendered, Type, typeset
from jiecheng.documents.wording import chinese_date
from jiecheng.model.errors import Finding, Invalid

UNSEALED = "（未签章）"
_MOST_ROWS = 500  # of a table made from a list

# 7.2.4: kinds that go out under 某某机关文件; a public notice carries the name alone.
_WITH_THE_WORD = ("批复", "通知", "决定")
# 7.3.3: 一、 and its words in 黑体, up to the first full stop.
_FIRST_LEVEL = re.compile(r"^[一二三四五六七八九十]+、[^。；：，！？]{1,30}(?:。|$)")
_CHINA = timezone(timedelta(hours=8))


def render_letter(
    letter: Letter, facts: Mapping[str, Any], *, number: str, issued_on: date, fonts: Path, family: str = FAMILY
) -> Rendered:
    """The letter as PDF/A-2b, and as text. `facts` gets `number` and `issued_on` beside the case's words.

    Raises `Invalid` naming the place and the word when the template asks for something the facts do not have.
    """
    filled = _Filled(letter, {**facts, "number": number, "issued_on": issued_on})
    content = filled.content()
    content["number"] = number
    content["printed"] = f"{chinese_date(issued_on)}印发"
    type_ = Type(fonts, family)
    data = _set(content, type_)
    data |= {"layout": letter.layout, "first-page-numbered": letter.layout == "文件"}
    midnight = datetime(issued_on.year, issued_on.month, issued_on.day, tzinfo=_CHINA)
    pdf = typeset("letter", data, type_, midnight)
    return Rendered(pdf, _as_text(content), "".join(content["title"]), tuple(type_.lacking))


class _Filled:
    """Every template of the letter with the facts in it."""

    def __init__(self, letter: Letter, facts: Mapping[str, Any]) -> None:
        self._letter, self._facts = letter, facts
        self._texts = {
            place: template.fill(text, facts, place)
            for place, text in letter.texts()
            if not (letter.each and place.startswith("表格"))
        }

    def content(self) -> dict[str, Any]:
        """What the page says, as plain text; raises `Invalid` when there is no name, title or body to print."""
        issuer = self._one("发文机关")
        found = {
            "issuer": issuer,
            "head": issuer + ("文件" if self._letter.kind in _WITH_THE_WORD else ""),
            "title": paragraphs(self._texts["标题"]),
            "addressee": self._one("主送机关").removesuffix("：").removesuffix(":"),
            "body": self._several("正文"),
            "table": self._rows_of_each() if self._letter.each else self._rows(),
            "signers": self._several("签收单位"),
            "attachments": self._several("附件说明"),
            "note": self._one("附注").removeprefix("（").removesuffix("）"),
            "copy_to": self._several("抄送机关"),
            "signature": self._one("署名机关"),
            "unsealed": UNSEALED,
            "date": self._one("成文日期"),
        }
        for key, words in (("head", "发文机关"), ("title", "标题"), ("body", "正文"), ("signature", "署名机关")):
            if not found[key]:
                sentence = f"文书的{words}是空的，不能生成，请检查模板和办件里的内容。"
                raise Invalid(sentence, findings=[Finding("letter_empty", words, sentence)])
        return found

    def _one(self, place: str) -> str:
        return plain(self._texts[place])

    def _rows(self) -> list[list[str]]:
        cells = iter([plain(text) for key, text in self._texts.items() if key.startswith("表格")])
        return [[next(cells) for _ in row] for row in self._letter.table]

    def _rows_of_each(self) -> list[list[str]]:
        """The headings, then the rows once more for every item of the list."""
        heads, *rows = self._letter.table
        items: Any = self._facts
        for word in self._letter.each.split("."):
            items = items.get(word) if isinstance(items, Mapping) else None
        if not isinstance(items, list | tuple) or len(items) > _MOST_ROWS:
            sentence = f"文书的表格要用到“{self._letter.each}”，它应当是不超过 {_MOST_ROWS} 项的一组内容，请检查办件。"
            raise Invalid(sentence, findings=[Finding("missing_word", "表格", sentence)])
        found = [[plain(template.fill(text, self._facts, "表格")) for text in heads]]
        for index, item in enumerate(items, 1):
            known = {**self._facts, "item": item, "index": index}
            for row in rows:
                found.append([plain(template.fill(text, known, f"表格第 {index} 项")) for text in row])
        return found

    def _several(self, place: str) -> list[str]:
        texts = (text for key, text in self._texts.items() if key.startswith(place))
        return [each for text in texts for each in paragraphs(text)]


def _set(content: Mapping[str, Any], type_: Type) -> dict[str, Any]:
    """The content as the page description takes it."""
    one = {key: type_.set(value) for key, value in content.items() if isinstance(value, str)}
    several = {key: [type_.set(each) for each in content[key]] for key in ("title", "attachments", "signers")}
    body = [_led(type_.set(each)) for each in content["body"]]
    copied = type_.set(f"{'，'.join(content['copy_to'])}。" if content["copy_to"] else "")
    subject = type_.set("".join(content["title"]))
    table = [[type_.set(cell) for cell in row] for row in content["table"]]
    lists = {"body": body, "table": table}
    return {**one, **several, **lists, "copy_to": copied, "subject": subject, "author": one["issuer"]}


def _led(paragraph: str) -> dict[str, str]:
    found = _FIRST_LEVEL.match(paragraph)
    lead = found[0] if found else ""
    return {"lead": lead, "rest": paragraph[len(lead) :]}


def _as_text(content: Mapping[str, Any]) -> str:
    return "\n".join(_lines(content))


def _lines(content: Mapping[str, Any]) -> Iterable[str]:
    yield content["head"]
    yield content["number"]
    yield "".join(content["title"])
    if content["addressee"]:
        yield f"{content['addressee']}："
    yield from content["body"]
    yield from ("　".join(row) for row in content["table"])
    for number, name in enumerate(content["attachments"], 1):
        yield f"附件：{number}. {name}" if len(content["attachments"]) > 1 else f"附件：{name}"
    for signer in content["signers"]:
        yield f"{signer}：{content['unsealed']}"
    if not content["signers"]:
        yield from (content["signature"], content["unsealed"])
    yield content["date"]
    if content["note"]:
        yield f"（{content['note']}）"
    if content["copy_to"]:
        yield f"抄送：{'，'.join(content['copy_to'])}。"
