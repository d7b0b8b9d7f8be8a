"""What a letter says: the case's words as they are, never run; what is missing is named; the same in, the same out."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jiecheng.documents import Letter, letter_names, read_letter, render_letter
from jiecheng.model.errors import Invalid

ROOT = Path(__file__).parents[3]
LOAN_LETTER = (ROOT / "forms" / "staff_loan" / "loan_letter.letter").read_text("utf-8")
LOAN = {
    "issuer": {"id": "pengxi-party", "name": "彭溪街道党工委"},
    "borrowed": {"name": "张伟", "street_name": "", "organ_name": "社区平安办公室", "post_name": "科员"},
    "borrower_name": "区市场监督管理局",
    "start_date": "2026-04-01",
    "loan_end": "2026-09-30",
    "work_content": "参加食品安全专项检查。",
    "meeting_date": "2026-03-12",
    "minutes_number": "工委会议纪要〔2026〕3号",
}

HOSTILE = [
    '#panic("ran") #read("/etc/passwd")',
    "$x^2$ [a] @ref *b* _c_ `d` <label> // /* \\ ~ -- ---",
    "{{ issuer.name }} {% for x in y %} {# no #}",
    "= 标题 + 条目 - 条目 / 词: 义",
    '"; data = "',
    "<script>alert(1)</script> &amp; ]]>",
]


def loan(**changes: object) -> dict[str, object]:
    return {**LOAN, **changes}


def letter_of(text: str) -> Letter:
    return read_letter(f'kind: 函\nissuer: 区委\ntitle: 函\nbody:\n  - "{text}"\n')


def filled(text: str, fonts: Path, **facts: object) -> str:
    """The body of a letter of one paragraph."""
    rendered = render_letter(letter_of(text), facts, number="", issued_on=date(2026, 3, 16), fonts=fonts)
    return rendered.text.splitlines()[3]


def test_the_loan_letter_says_who_goes_where_for_how_long_and_that_it_ends(fonts, said) -> None:
    paper = render_letter(
        read_letter(LOAN_LETTER), LOAN, number="彭工委借调函〔2026〕12号", issued_on=date(2026, 3, 16), fonts=fonts
    )
    printed = said(paper.pdf)
    for words in (
        "彭工委借调函〔2026〕12号", "关于同意借调张伟同志的函", "区市场监督管理局：", "张伟同志，现任社区平安办公室科员。",
        "自2026年4月1日起至2026年9月30日止", "不自动延长", "参加食品安全专项检查。", "（未签章）", "2026年3月16日", "抄送：区委组织部。",
    ):  # fmt: skip
        assert words in printed, words
        assert words in paper.text, words
    assert paper.title == "关于同意借调张伟同志的函"
    assert paper.missing == ()


def test_the_same_letter_is_the_same_bytes_and_pdf_a_2b(fonts) -> None:
    letter, day = read_letter(LOAN_LETTER), date(2026, 3, 16)
    papers = {
        render_letter(letter, dict(facts), number="彭工委借调函〔2026〕12号", issued_on=day, fonts=fonts).pdf
        for facts in (LOAN, dict(reversed(LOAN.items())))
    }
    assert len(papers) == 1
    (pdf,) = papers
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"2026-03-15T16:00:00" in pdf or b"2026-03-16T00:00:00" in pdf
    assert str(datetime.now(UTC).date()).encode() not in pdf


def test_another_day_or_number_is_another_paper(fonts) -> None:
    letter = read_letter(LOAN_LETTER)
    papers = {
        render_letter(letter, LOAN, number=number, issued_on=date(2026, 3, day), fonts=fonts).pdf
        for number, day in (("甲〔2026〕1号", 16), ("甲〔2026〕2号", 16), ("甲〔2026〕1号", 17))
    }
    assert len(papers) == 3


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_typed_is_printed_and_never_run(words: str, render, said) -> None:
    paper = render(words)
    assert words in paper.text
    assert "".join(words.split()) in said(paper.pdf)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_harmless_in_every_place(words: str, fonts, said) -> None:
    text = "\n".join(f'{key}: "{{{{ w }}}}"' for key in ("issuer", "title", "addressee", "note", "signature", "date"))
    lists = "\n".join(f'{key}: ["{{{{ w }}}}"]' for key in ("body", "attachments", "copy_to"))
    letter = read_letter(f"kind: 批复\n{text}\n{lists}\n")
    paper = render_letter(letter, {"w": words}, number=words, issued_on=date(2026, 3, 16), fonts=fonts)
    assert said(paper.pdf).count("".join(words.split())[:6]) >= 6


def test_controls_and_reordering_characters_are_left_out(render, said) -> None:
    paper = render("甲\x00乙\x07丙\u202e丁\u200d戊\ufeff己\x1b[31m庚")
    assert "甲乙丙丁戊己[31m庚" in said(paper.pdf)
    assert "甲乙丙丁戊己[31m庚" in paper.text
    assert paper.missing == ()


def test_a_character_that_no_font_has_is_printed_as_a_geta_and_reported(render, said) -> None:
    paper = render("😀王𠮷同志")
    assert "〓王〓同志" in said(paper.pdf)
    assert "😀王𠮷同志" in paper.text
    assert paper.missing == ("😀", "𠮷")


def test_rare_characters_of_names_have_type(render) -> None:
    assert render("李䶮、王㛃、赵𬭎、陈祎、张喆、刘昇").missing == ()


def test_an_endless_word_is_broken_at_the_margin(render, read_back, said) -> None:
    word = "W" * 300
    paper = render(word)
    assert said(paper.pdf).count("W") == 300
    for page in read_back(paper.pdf):
        assert max(each["x1"] for each in page.chars) <= 28 + 156 + 1


def test_lines_of_a_text_become_paragraphs(render) -> None:
    assert "第一段\n第二段" in render("第一段\r\n\r\n  第二段\n").text


def test_a_very_long_name_gets_smaller_type_and_stays_on_the_page(render, read_back) -> None:
    paper = render(issuer="云川区彭溪街道办事处" * 8, number="彭街办" * 30)
    for page in read_back(paper.pdf):
        assert min(each["x0"] for each in page.chars) >= 28 - 1
        assert max(each["x1"] for each in page.chars) <= 28 + 156 + 1


@pytest.mark.parametrize(
    ("text", "facts", "word"),
    [
        ("{{ nobody }}", {}, "nobody"),
        ("{{ borrowed.nme }}", {"borrowed": {"name": "张伟"}}, "borrowed.nme"),
        ("{{ borrowed.post.name }}", {"borrowed": {"post": None}}, "borrowed.post"),
        ("{{ nothing }}", {"nothing": None}, "nothing"),
        ("{{ day | date }}", {}, "day"),
        ("{% if agreed %}同意{% endif %}", {}, "agreed"),
        ("{% for each in people %}{{ each }}{% endfor %}", {}, "people"),
    ],
)
def test_a_missing_word_is_named(text: str, facts: dict[str, object], word: str, fonts) -> None:
    with pytest.raises(Invalid, match="正文第 1 条") as caught:
        filled(text, fonts, **facts)
    assert f"“{word}”" in caught.value.message
    assert caught.value.findings[0].code == "missing_word"


@pytest.mark.parametrize(
    ("text", "facts", "printed"),
    [
        ("{{ d | date }}", {"d": "2026-03-05"}, "2026年3月5日"),
        ("{{ d | date }}", {"d": date(2026, 12, 31)}, "2026年12月31日"),
        ("{{ d | date }}", {"d": "2026-03-05T09:30:00+08:00"}, "2026年3月5日"),
        ("{{ d }}", {"d": date(2026, 1, 1)}, "2026年1月1日"),
        ("{{ m | money }}", {"m": Decimal("1234567.5")}, "1,234,567.50元"),
        ("{{ m | money }}", {"m": 300}, "300元"),
        ("{{ p | join }}", {"p": [{"name": "张伟"}, {"name": "刘洋"}, "李敏"]}, "张伟、刘洋、李敏"),
        ("{{ p | join('；') }}", {"p": ["甲", "乙"]}, "甲；乙"),
        ("{% for each in p %}{{ each.name }}。{% endfor %}", {"p": [{"name": "甲"}, {"name": "乙"}]}, "甲。乙。"),
        ("有{% if x is defined %}{{ x }}{% endif %}", {}, "有"),
        ("{{ p[0].name }}", {"p": [{"name": "甲"}]}, "甲"),
        ("{{ b.items }}{{ b.keys }}", {"b": {"items": "项", "keys": "键"}}, "项键"),
        ("{{ w | sentence }}", {"w": "协助案卷评查 "}, "协助案卷评查。"),
        ("{{ w | sentence }}", {"w": "协助案卷评查（三个月）！"}, "协助案卷评查（三个月）！"),
        ("{{ yes }}{{ n }}", {"yes": True, "n": Decimal("2.50")}, "是2.50"),
    ],
)
def test_the_filters_and_words_of_the_template_language(text, facts, printed, fonts) -> None:
    assert filled(text, fonts, **facts) == printed


@pytest.mark.parametrize(
    ("text", "facts", "sentence"),
    [
        ("{{ d | date }}", {"d": "明天"}, "“明天”不是日期"),
        ("{{ d | date }}", {"d": 20260316}, "不是日期"),
        ("{{ m | money }}", {"m": "很多"}, "“很多”不是金额"),
        ("{{ m | money }}", {"m": "NaN"}, "不是金额"),
        ("{{ p | join }}", {"p": "张伟"}, "不是几项内容"),
        ("{{ b }}", {"b": {"name": "张伟"}}, "一组内容"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(text, facts, sentence, fonts) -> None:
    with pytest.raises(Invalid, match=sentence):
        filled(text, fonts, **facts)


def test_a_letter_without_text_is_refused(render) -> None:
    with pytest.raises(Invalid, match="正文是空的"):
        render(" \n ")


FORBIDDEN = [
    "{{ borrowed.name.upper() }}", "{{ ''.__class__.__mro__ }}()", "{{ 2 ** 99999 }}", "{{ 'a' * 999999999 }}", "{{ 'a' + 'b' }}",
    "{% macro m() %}{% endmacro %}", "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% set x = 1 %}",
    "{{ range(9) }}", "{{ x | upper }}", "{{ x | attr('y') }}", "{{ x is callable }}", "{{ x[0:2] }}", "{% raw %}{{ {% endraw %}{{",
    "{{ x", "{% if %}", "{{ [1, 2] }}", "{% call x() %}{% endcall %}", "{% block b %}{% endblock %}", "{{ self.x() }}",
]  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_template_can_only_look_up_and_choose(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        letter_of(text)
    assert caught.value.findings[0].place == "正文第 1 条"


def loops(count: int, body: str) -> str:
    return "{% for each in rows %}" * count + body + "{% endfor %}" * count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (loops(4, "x"), "循环嵌套超过 3 层"),
        (loops(30, "x"), "循环嵌套超过 3 层"),
        ("{% if x %}" * 41 + "{% endif %}" * 41, "嵌套超过 40 层"),
        ("{{ x" + ".x" * 200 + " }}", "嵌套超过 40 层"),
        ("{{ " + "not " * 5_000 + "x }}", "嵌套太深"),
    ],
)
def test_nesting_is_bounded_when_the_letter_is_read(text: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        letter_of(text)
    assert words in caught.value.findings[0].message


@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        (loops(3, ""), 50, "循环超过 10000 次"),
        (loops(1, "") * 3, 4_000, "循环超过 10000 次"),
        ("{% for each in rows if each == 0 %}{% endfor %}", 10_001, "循环超过 10000 次"),
        (loops(2, "字" * 100), 60, "文字超过 200000 个字"),
    ],
)
def test_filling_a_letter_is_bounded(text: str, count: int, words: str, fonts) -> None:
    with pytest.raises(Invalid, match=words):
        filled(text, fonts, rows=[*range(count)])


def test_loops_in_loops_within_the_bounds_are_filled_each_time_anew(fonts) -> None:
    text = "{% for a in rows %}{% for b in a.rows %}{{ a.name }}{{ b }}{% else %}无{% endfor %}{% endfor %}"
    rows = [{"name": "甲", "rows": [1, 2]}, {"name": "乙", "rows": []}]
    assert {filled(text, fonts, rows=rows) for _ in range(3)} == {"甲1甲2无"}
    many = [{"name": "甲", "rows": [1] * 80}] * 80
    assert len(filled(text, fonts, rows=many)) == len(filled(text, fonts, rows=many)) == 80 * 80 * 2


@pytest.mark.parametrize(
    "text", ["{{ x.upper }}", "{{ x.name.title }}", "{{ x.name[0] }}", "{{ x['__init__'] }}", "{{ x.keys }}"]
)
def test_attributes_of_python_cannot_be_reached(text: str, fonts) -> None:
    with pytest.raises(Invalid, match="没有这一项"):
        filled(text, fonts, x={"name": "张伟"})


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "", "对照表"),
        ("- 函", "", "对照表"),
        ("kind: [", "", "YAML"),
        ("kind: 便条\nissuer: a\ntitle: b\nbody: c", "kind", "函、复函、批复"),
        ("kind: 函\nissuer: a\nbody: c", "title", "缺少栏目 title"),
        ("kind: 函\nissuer: a\ntitle: b\nbody: c\nseal: d", "seal", "没有 seal 这个栏目"),
        ("kind: 函\nissuer: {{ x }}\ntitle: b\nbody: c", "", "双引号"),
        ("kind: 函\nissuer: a\ntitle: [b]\nbody: c", "title", "一段文字"),
        ("kind: 函\nissuer: a\ntitle: b\nbody: [{c: d}]", "body", "每一条都应当是文字"),
        ("kind: 函\nlayout: 横排\nissuer: a\ntitle: b\nbody: c", "layout", "信函、文件"),
        ("!!python/object/apply:os.system ['true']", "", "对照表"),
        ("x" * 70_000, "", "KiB"),
        ("[" * 5_000, "", "YAML"),
    ],
)
def test_a_faulty_file_is_answered_with_place_and_remedy(text: str, place: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_letter(text)
    assert caught.value.findings[0].place == place
    assert words in caught.value.findings[0].message


def test_all_faults_of_a_file_come_at_once() -> None:
    with pytest.raises(Invalid, match="共 3 处") as caught:
        read_letter("kind: 便条\nissuer: a\nbody: c\nseal: d")
    assert {each.place for each in caught.value.findings} == {"kind", "title", "seal"}


def test_the_words_of_a_letter_are_known_beforehand() -> None:
    assert letter_names(read_letter(LOAN_LETTER)) == {
        "issuer", "borrowed", "borrower_name", "start_date", "loan_end", "work_content", "issued_on",
        "meeting_date", "minutes_number",
    }  # fmt: skip


def test_a_letter_takes_less_than_half_a_second(fonts) -> None:
    letter = read_letter(LOAN_LETTER)
    render_letter(letter, LOAN, number="甲〔2026〕1号", issued_on=date(2026, 3, 16), fonts=fonts)
    began = time.perf_counter()
    for number in range(10):
        facts = loan(work_content=f"第 {number} 项工作。")
        render_letter(letter, facts, number=f"甲〔2026〕{number}号", issued_on=date(2026, 3, 16), fonts=fonts)
    assert (time.perf_counter() - began) / 10 < 0.5


def test_missing_fonts_are_a_fault_of_the_installation_and_say_what_to_run(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="make pages"):
        filled("正文", tmp_path)


TABLE = {"columns": ["项目", "结果"], "rows": [["培训", "{{ words }}"], ["印章", "已移交 #panic()"]]}


def test_a_small_table_stands_below_the_body(render, said) -> None:
    paper = render("三月二日", body=["交接完毕。"], table=TABLE)
    printed = said(paper.pdf)
    assert [printed.index(words) for words in ("交接完毕", "项目", "三月二日", "#panic()", "（未签章）")] == sorted(
        printed.index(words) for words in ("交接完毕", "项目", "三月二日", "#panic()", "（未签章）")
    )
    assert "培训　三月二日" in paper.text


@pytest.mark.parametrize(
    "table",
    ["项目", {"columns": ["项目"]}, {"columns": ["项目", "结果"], "rows": [["培训"]]}, {"columns": [], "rows": []}],
)
def test_a_table_of_uneven_rows_is_found(render, table) -> None:
    with pytest.raises(Invalid, match="与栏名一样多"):
        render(table=table)


def test_a_table_that_asks_for_a_missing_word_names_its_cell(render) -> None:
    with pytest.raises(Invalid, match="表格第 2 行第 2 栏"):
        render(table={"columns": ["项目", "结果"], "rows": [["培训", "{{ nothing }}"]]})
