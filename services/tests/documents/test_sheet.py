"""The approval sheet: everything of the case on it, legible, with the chain's digest in every foot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from jiecheng.documents import Sheet, SheetRow, SheetStep, render_sheet

DIGEST = "0123456789abcdef" * 4
STEP = SheetStep("党(工)委集体研究", "王芳（录入）", "会议同意借调。", "同意", "2026年3月12日 16:40")
SHEET = Sheet(
    title="借调审批表",
    number="借调〔2026〕12号",
    organ="彭溪街道党工委",
    rows=[
        SheetRow("拟借调人员", "张伟"),
        SheetRow("借用单位", "区市场监督管理局"),
        SheetRow("借调必要性", "专项检查任务集中，人手不足。" * 10),
        SheetRow("工作内容", "记录整理\n归档"),
    ],
    steps=[SheetStep("本人意见", "张伟", "服从安排。", "同意", "2026年3月3日 10:12"), STEP],
    meeting=[SheetRow("到会", "应到9人，实到8人，回避1人"), SheetRow("表决", "同意8票，不同意0票，弃权0票")],
    digest=DIGEST,
    printed_at=datetime(2026, 3, 16, 9, 30, tzinfo=timezone(timedelta(hours=8))),
)


def test_it_shows_fields_steps_meeting_and_digest(fonts, said) -> None:
    paper = render_sheet(SHEET, fonts=fonts)
    printed = said(paper.pdf)
    headings = ("环节", "办理人", "意见", "结果", "时间")
    for words in (
        *headings,
        "借调审批表",
        "编号：借调〔2026〕12号",
        "张伟",
        "王芳",
        "应到9人，实到8人，回避1人",
        "—1—",
    ):
        assert words in printed, words
    assert DIGEST in printed
    assert "打印时间：2026-03-1609:30" in printed
    for words in ("借用单位：区市场监督管理局", "会议同意借调。", DIGEST):
        assert words in paper.text


def test_short_answers_share_a_line_and_long_ones_have_their_own(fonts, read_back) -> None:
    (page,) = read_back(render_sheet(SHEET, fonts=fonts).pdf)
    assert page.find("张伟")[0]["line"] == page.find("借用单位")[0]["line"]
    assert page.find("记录整理")[0]["line"] < page.find("归档")[0]["line"]


def test_a_long_sheet_repeats_the_heading_and_the_digest_on_every_page(fonts, read_back) -> None:
    pages = read_back(render_sheet(replace(SHEET, steps=[STEP] * 30), fonts=fonts).pdf)
    assert len(pages) >= 3
    for number, page in enumerate(pages[:-1], 1):
        text = "".join(page.lines.values())
        assert "环节办理人意见结果时间" in text
        assert DIGEST in text
        assert f"—{number}—" in text
    for page in pages:
        assert min(each["x0"] for each in page.chars) >= 28 - 1
        assert max(each["x1"] for each in page.chars) <= 28 + 156 + 1


def test_a_step_is_not_cut_by_the_end_of_a_page_unless_it_is_long(fonts, read_back, said) -> None:
    pages = read_back(render_sheet(replace(SHEET, steps=[STEP] * 30), fonts=fonts).pdf)
    for page in pages:
        text = "".join(page.lines.values())
        assert text.count("16:40") == text.count("会议同意借调。")
    opinion = "长意见" * 600
    assert (
        said(render_sheet(replace(SHEET, steps=[replace(STEP, opinion=opinion)]), fonts=fonts).pdf).count("长") == 600
    )


@pytest.mark.parametrize("words", ['#panic("ran")', "$x$ [a] @b *c* <d>", "\x00\u202e甲", "W" * 60, "W" * 12])
def test_hostile_words_are_printed_in_every_cell(words: str, fonts, read_back) -> None:
    row, step = SheetRow(words, words), SheetStep(words, words, words, words, words)
    sheet = replace(SHEET, title=words, number=words, organ=words, rows=[row, row], steps=[step], meeting=[row])
    pages = read_back(render_sheet(sheet, fonts=fonts).pdf)
    for page in pages:
        assert min(each["x0"] for each in page.chars) >= 28 - 1
        assert max(each["x1"] for each in page.chars) <= 28 + 156 + 1


def test_a_case_without_steps_or_meeting_still_has_a_sheet(fonts, said) -> None:
    printed = said(render_sheet(replace(SHEET, rows=[], steps=[], meeting=[]), fonts=fonts).pdf)
    assert "集体研究结果" not in printed
    assert DIGEST in printed


def test_the_same_sheet_is_the_same_bytes(fonts) -> None:
    assert render_sheet(SHEET, fonts=fonts).pdf == render_sheet(SHEET, fonts=fonts).pdf
