"""The paper itself, read back and measured: GB/T 9704-2012 in millimetres."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise

import pdfplumber
import pytest
import yaml

from jiecheng.documents import letter_names, read_letter, render_letter, sample_facts
from jiecheng.model.errors import Invalid

ISSUED = date(2026, 3, 16)
LONG = "这是一段没有标点的正文" * 120
LEFT, RIGHT, TOP, BOTTOM = 28, 28 + 156, 37, 37 + 225


def near(millimetres: float):
    return pytest.approx(millimetres, abs=1)


def body_chars(page) -> list[dict]:
    return [each for each in page.chars if each["top"] < BOTTOM]


def test_the_page_is_a4_and_the_text_fills_the_type_area(render, read_back) -> None:
    second = read_back(render(LONG).pdf)[1]
    assert (second.width, second.height) == (near(210), near(297))
    chars = body_chars(second)
    assert min(each["x0"] for each in chars) == near(LEFT)
    assert max(each["x1"] for each in chars) == near(RIGHT)
    # The first and the last line stand in the middle of their cells of 10.2 mm.
    spare = (225 / 22 - 16 / 72 * 25.4) / 2
    assert min(each["bottom"] for each in chars) - 16 / 72 * 25.4 == near(TOP + spare)
    assert max(each["bottom"] for each in chars) == near(BOTTOM - spare)


def test_nothing_stands_outside_the_type_area_but_the_page_number(render, read_back) -> None:
    for page in read_back(render(LONG, attachments=["一份附件"], copy_to=["区委组织部"], note="联系人：李敏").pdf):
        for char in body_chars(page):
            assert char["x0"] >= LEFT - 1, char
            assert char["x1"] <= RIGHT + 1, char
            assert char["bottom"] >= TOP, char


def test_a_full_page_has_22_lines_and_a_full_line_28_characters_of_16_points(render, read_back) -> None:
    second = read_back(render(LONG).pdf)[1]
    chars = body_chars(second)
    lines = sorted({each["line"] for each in chars})
    assert len(lines) == 22
    assert {len(second.lines[line]) for line in lines} == {28}
    assert {round(each["size"], 2) for each in chars} == {16}
    pitches = [below - above for above, below in pairwise(lines)]
    assert pitches == [pytest.approx(225 / 22, abs=0.2)] * 21


def test_a_paragraph_begins_two_characters_in(render, read_back) -> None:
    first = read_back(render("甲乙丙丁" * 20).pdf)[0]
    assert first.find("甲乙丙丁")[0]["x0"] == near(LEFT + 2 * 156 / 28)
    assert first.find("各科室")[0]["x0"] == near(LEFT)


def test_page_numbers_stand_outside_odd_right_even_left_in_size_4(render, read_back) -> None:
    pages = read_back(render(LONG).pdf)
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        found = page.find(f"—{number}—")
        assert {round(each["size"], 1) for each in found} == {14}
        assert found[0]["top"] > BOTTOM
        one_character = 14 / 72 * 25.4
        if number % 2:
            assert found[-1]["x1"] == near(RIGHT - one_character)
        else:
            assert found[0]["x0"] == near(LEFT + one_character)
        # The dash stands 7 mm below the type area.
        assert (found[0]["top"] + found[0]["bottom"]) / 2 == pytest.approx(BOTTOM + 7, abs=1.5)


def test_a_document_has_a_red_head_a_centred_number_and_a_red_rule(render, read_back) -> None:
    first = read_back(render().pdf)[0]
    head, number = first.find("彭溪街道办事处文件"), first.find("彭街办〔2026〕7号")
    red = head[0]["colour"]
    assert red[0] > 0.8 > 0.2 > max(red[1:])
    assert head[0]["x0"] - LEFT == near(RIGHT - head[-1]["x1"])
    assert number[0]["x0"] - LEFT == near(RIGHT - number[-1]["x1"])
    (rule,) = (each for each in first.rules if each["colour"] == red)
    assert (rule["x0"], rule["x1"]) == (near(LEFT), near(RIGHT))
    # pdfplumber's box of a character reaches to its descent; the ink ends about a tenth of the size above.
    assert rule["top"] - number[0]["bottom"] == pytest.approx(4, abs=2)
    assert first.find("关于做好有关工作的通知")[0]["size"] == pytest.approx(22)


def test_a_letter_has_a_letterhead_two_double_rules_and_no_number_on_its_first_page(render, read_back) -> None:
    first, second, *_ = read_back(render(LONG, kind="函").pdf)
    head = first.find("彭溪街道办事处")
    assert "文件" not in "".join(first.lines.values())
    assert head[0]["x0"] - LEFT == near(RIGHT - head[-1]["x1"])
    rules = sorted(each["top"] for each in first.rules)
    assert len(rules) == 4
    assert {(round(each["x0"]), round(each["x1"])) for each in first.rules} == {(20, 190)}
    assert rules[3] == near(297 - 20)
    thick = [each["thickness"] for each in sorted(first.rules, key=lambda each: each["top"])]
    assert thick[0] > thick[1]
    assert thick[2] < thick[3]
    assert first.find("彭街办〔2026〕7号")[-1]["x1"] == near(RIGHT)
    assert "—" not in "".join(first.lines.values())
    assert second.find("—2—")
    assert not second.rules


def test_the_ink_of_the_letterhead_begins_30_mm_from_the_edge_and_the_rule_4_mm_below_it(render) -> None:
    rows = red_rows(render("短文。", kind="函").pdf)
    assert rows[0] == pytest.approx((30, rows[0][1]), abs=0.5)  # the name
    assert rows[1][0] - rows[0][1] == pytest.approx(4, abs=0.5)  # the thick line below it
    assert rows[-1][1] == pytest.approx(297 - 20, abs=0.5)  # the thick line at the foot
    assert len(rows) == 5


def red_rows(pdf: bytes) -> list[tuple[float, float]]:
    """Where the first page has red ink: pieces from top to bottom, in millimetres."""
    dots = 150
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        picture = document.pages[0].to_image(resolution=dots, antialias=False).original.convert("RGB")
    red, _, blue = picture.split()
    inked = _inked(red, blue)
    edges = [at for at, (above, below) in enumerate(pairwise([False, *inked, False])) if above != below]
    return [(top / dots * 25.4, bottom / dots * 25.4) for top, bottom in zip(edges[::2], edges[1::2], strict=True)]


def _inked(red, blue) -> list[bool]:
    width, height = red.size
    reds, blues = red.tobytes(), blue.tobytes()
    spans = [slice(row * width, (row + 1) * width) for row in range(height)]
    return [any(r > 150 > 80 > b for r, b in zip(reds[span], blues[span], strict=True)) for span in spans]


def test_the_date_stands_two_characters_further_in_than_the_name(render, read_back) -> None:
    last = read_back(render(signature="彭溪街道党工委办公室").pdf)[-1]
    name, date = last.find("彭溪街道党工委办公室")[0], last.find("2026年3月16日")
    assert date[0]["x0"] - name["x0"] == near(2 * 156 / 28)
    assert RIGHT - last.find("彭溪街道党工委办公室")[-1]["x1"] >= 2 * 156 / 28 - 1


def test_a_date_longer_than_the_name_pushes_the_name_to_the_left(render, read_back) -> None:
    last = read_back(render(signature="区委").pdf)[-1]
    assert RIGHT - last.find("2026年3月16日")[-1]["x1"] == near(2 * 156 / 28)


def test_there_is_no_seal_and_the_paper_says_so_under_the_name(render, read_back) -> None:
    last = read_back(render(signature="区委组织部").pdf)[-1]
    assert (
        last.find("区委组织部")[0]["line"] < last.find("（未签章）")[0]["line"] < last.find("2026年3月16日")[0]["line"]
    )


def test_the_name_is_never_alone_on_the_last_page(render, read_back) -> None:
    # One character more at a time: somewhere the signature falls on the next page, and takes text with it.
    lines_a_page = set()
    for length in range(1 * 28, 13 * 28, 28):
        pages = read_back(render("字" * length).pdf)
        signed = next(page for page in pages if "（未签章）" in "".join(page.lines.values()))
        assert "字" in "".join(signed.lines.values()), length
        lines_a_page.add(len(pages[0].lines))
    assert len(lines_a_page) > 2


def test_copies_and_the_printing_line_stand_at_the_foot_between_rules(render, read_back) -> None:
    last = read_back(render(copy_to=["区委组织部", "区财政局"]).pdf)[-1]
    copied, printed = last.find("抄送：区委组织部，区财政局。"), last.find("2026年3月16日印发")
    assert {round(each["size"]) for each in (*copied, *printed)} == {14}
    black = [each for each in last.rules if each["top"] > 200]
    assert len(black) == 3
    assert max(each["top"] for each in black) == near(BOTTOM)
    assert printed[-1]["x1"] == near(RIGHT - 14 / 72 * 25.4)


def test_several_attachments_are_numbered_below_each_other(render, read_back) -> None:
    page = read_back(render(attachments=["编外人员名册", "经费明细表"]).pdf)[-1]
    one, two = page.find("附件：1.编外人员名册"), page.find("2.经费明细表")
    assert one[0]["x0"] == near(LEFT + 2 * 156 / 28)
    assert one[3]["x0"] == near(two[0]["x0"])


def test_a_long_title_is_set_in_lines_of_about_one_length(render, read_back) -> None:
    page = read_back(render(title="关于进一步规范编外人员管理和经费使用有关事项切实减轻基层负担的通知").pdf)[0]
    widths = [len(text) for line, text in page.lines.items() if any(each["line"] == line and each["size"] > 21 and
              each["size"] < 23 for each in page.chars)]  # fmt: skip
    assert len(widths) == 2
    assert abs(widths[0] - widths[1]) <= 4


def test_first_level_headings_are_set_in_the_heading_face(render, read_back) -> None:
    page = read_back(render("一、总体要求。依法依规办理。").pdf)[0]
    assert "Sans" in page.find("一、总体要求。")[2]["face"]
    assert "Serif" in page.find("依法依规办理。")[0]["face"]


def test_a_long_last_paragraph_begins_on_the_page_where_there_is_room(render, read_back) -> None:
    first, second, *_ = read_back(render(LONG).pdf)
    assert "这是一段" in "".join(first.lines.values())
    assert len([line for line in second.lines if line < BOTTOM]) == 22


HANDOVER = {
    "kind": "交接单",
    "addressee": "",
    "table": {"columns": ["事项", "数量"], "rows": [["执法文书", "3"], ["网络端口", "1"]]},
    "signers": ["移交单位", "接收单位"],
}


@pytest.mark.parametrize(
    ("kind", "head", "rules"),
    [
        ("征求意见函", "彭溪街道办事处", 4),
        ("复函", "彭溪街道办事处", 4),
        ("审核意见书", "彭溪街道办事处", 4),
        ("委托书", "彭溪街道办事处", 4),
        ("批复", "彭溪街道办事处文件", 1),
        ("决定", "彭溪街道办事处文件", 1),
        ("公告", "彭溪街道办事处", 1),
    ],
)
def test_each_kind_of_paper_has_its_form(kind: str, head: str, rules: int, render, read_back) -> None:
    """信函 under a letterhead with four lines and no page number, 文件 under a red head with one line and a number."""
    first = read_back(render(kind=kind, title=f"关于有关事项的{kind}").pdf)[0]
    words = next(text for text in first.lines.values() if text.startswith("彭溪街道办事处"))
    assert words == head
    red = first.find(head)[0]["colour"]
    assert red[0] > 0.8 > 0.2 > max(red[1:])
    assert len([each for each in first.rules if each["colour"] == red]) == rules
    number = first.find("彭街办〔2026〕7号")
    if rules == 4:
        assert number[-1]["x1"] == near(RIGHT)
        assert "—1—" not in first.lines.values()
    else:
        assert number[0]["x0"] - LEFT == near(RIGHT - number[-1]["x1"])
        assert first.find("—1—")
    assert first.find("（未签章）")


def test_a_handover_sheet_has_no_head_but_a_table_and_a_field_for_each_who_signs(render, read_back) -> None:
    first = read_back(render(title="赋权事项交接单", **HANDOVER).pdf)[0]
    title = first.find("赋权事项交接单")
    assert title[0]["size"] == pytest.approx(22)
    assert title[0]["x0"] - LEFT == near(RIGHT - title[-1]["x1"])
    assert {tuple(each["colour"]) for each in first.chars if each["colour"]} <= {
        (0,),
        (0, 0, 0),
        (0.0,),
        (0.0, 0.0, 0.0),
    }
    assert first.find("彭街办〔2026〕7号")[-1]["x1"] == near(RIGHT)
    first_cell, second_cell = first.find("执法文书"), first.find("网络端口")
    assert second_cell[0]["bottom"] - first_cell[0]["bottom"] == near(225 / 22)
    gives, takes = first.find("移交单位"), first.find("接收单位")
    assert gives[0]["line"] == takes[0]["line"]
    assert (gives[0]["x0"] + gives[-1]["x1"]) / 2 == near(LEFT + 156 / 4)
    assert (takes[0]["x0"] + takes[-1]["x1"]) / 2 == near(LEFT + 156 * 3 / 4)
    assert sum(text.count("（未签章）") for text in first.lines.values()) == 2


def test_a_table_of_a_list_has_a_row_for_each_item(fonts, said) -> None:
    words = {
        "kind": "交接单", "issuer": "区城管局", "title": "交接单", "body": ["移交如下。"],
        "table": {"columns": ["序号", "事项"], "each": "things.list", "rows": [["{{ index }}", "{{ item.name }}"]]},
    }  # fmt: skip
    letter = read_letter(yaml.safe_dump(words, allow_unicode=True))
    assert letter_names(letter) == {"issued_on", "things"}
    facts = {"things": {"list": [{"name": "文书"}, {"name": "端口"}]}}
    paper = render_letter(letter, facts, number="", issued_on=ISSUED, fonts=fonts)
    assert "1　文书\n2　端口" in paper.text
    with pytest.raises(Invalid, match=r"things\.list"):
        render_letter(letter, {"things": {}}, number="", issued_on=ISSUED, fonts=fonts)


def test_a_letter_without_a_case_shows_its_words_in_their_places(fonts) -> None:
    words = {
        "kind": "函", "issuer": "{{ issuer.name }}", "title": "关于{{ person.name }}的函",
        "body": ["自{{ start | date }}起。{% for one in streets %}{{ one.name }}，{% endfor %}{{ names | join }}"],
    }  # fmt: skip
    letter = read_letter(yaml.safe_dump(words, allow_unicode=True))
    paper = render_letter(letter, sample_facts(letter), number="样", issued_on=ISSUED, fonts=fonts)
    assert "关于〔person.name〕的函" in paper.text
    assert "自2026年3月16日起。〔streets.name〕，〔甲〕、〔乙〕" in paper.text
