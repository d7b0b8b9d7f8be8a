"""The macro file: pages that work without JavaScript, under a strict policy, and for a screen reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

import jiecheng
from jiecheng.forms import parse_fields, read_only, refill, validate, view
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse, Right

from .conftest import CONTEXT, EDIT, GOOD

TEMPLATES = Path(jiecheng.__file__).parent / "web" / "templates"
PAGE = """{% import "form.html" as forms %}<main>{{ forms.error_summary(view) }}
<form method="post" novalidate>{{ forms.form(view, refresh) }}</form></main>"""


@pytest.fixture(scope="session")
def template():
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).from_string(PAGE)


@pytest.fixture
def page(template, application, district):
    def drawn(data, use=EDIT, errors=None, refresh=""):
        shown = view(application, use, data, errors=errors, context=CONTEXT, lookup=district)
        return html.fromstring(template.render(view=shown, refresh=refresh))

    return drawn


@pytest.fixture
def stored(application, district):
    full = {**GOOD, "urgent": "on", "reason": "汛期值守\n人手不足", "papers": ["17"]}
    return validate(application, EDIT, full, {}, context=CONTEXT, lookup=district).data


@pytest.fixture
def wrong_page(application, district, page):
    bad = {
        **GOOD,
        "borrowed": "",
        "kind": "x",
        "phone": "<b>",
        "streets": ["y"],
        "items": [{"days": "x"}],
        "urgent": "?",
    }
    with pytest.raises(Invalid) as refused:
        validate(application, EDIT, bad, {}, context=CONTEXT, lookup=district)
    data = refill(application, EDIT, bad, {}, context=CONTEXT, lookup=district)
    return page(data, errors=refused.value.fields)


def posted(tree) -> list[tuple[str, str]]:
    """What a browser would send."""
    return [(name, value) for name, value in tree.forms[0].form_values() if name != "papers" or value]


def test_a_page_sent_back_untouched_changes_nothing(page, stored, application, district):
    sent = parse_fields(application, posted(page(stored)))
    checked = validate(application, EDIT, sent, stored, context=CONTEXT, lookup=district)
    assert checked.changed == ()
    assert checked.data == stored


def controls(tree):
    return tree.xpath("//input[not(@type='hidden')] | //select | //textarea | //button")


def names_aloud(tree, control) -> str:
    own = (
        control.get("aria-label") or "".join(control.itertext())
        if control.tag == "button"
        else control.get("aria-label")
    )
    return own or " ".join(label.text_content() for label in tree.xpath("//label[@for=$id]", id=control.get("id")))


@pytest.mark.parametrize("kind", ["fresh", "stored", "wrong", "read"])
def test_every_page_is_sound(kind, page, stored, wrong_page):
    tree = {
        "fresh": lambda: page({}), "stored": lambda: page(stored, refresh="/x"),
        "wrong": lambda: wrong_page, "read": lambda: page(stored, read_only(EDIT)),
    }[kind]()  # fmt: skip
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not tree.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")
    for control in controls(tree):
        assert names_aloud(tree, control).strip(), html.tostring(control)
    for fieldset in tree.xpath("//fieldset"):
        assert fieldset.find("legend").text_content().strip()
    for target in [one for value in tree.xpath("//@aria-describedby") for one in value.split()] + tree.xpath(
        "//label/@for"
    ):
        assert target in ids
    for link in tree.xpath("//a/@href"):
        assert link.removeprefix("#") in ids


def test_errors_are_tied_to_their_controls(wrong_page):
    for name in ("borrowed", "phone", "items.0.days"):
        control = wrong_page.xpath("//*[@name=$name]", name=name)[0]
        assert control.get("aria-invalid") == "true"
        said = wrong_page.get_element_by_id(control.get("aria-describedby").split()[-1]).text_content()
        assert said.endswith("。")
    assert wrong_page.xpath("//*[@role='alert']//li")


def test_what_people_type_is_never_markup(wrong_page):
    assert wrong_page.xpath("//input[@name='phone']/@value") == ["<b>"]
    assert not wrong_page.xpath("//form//b")


def test_hidden_fields_are_not_in_the_page(page, stored):
    use = FormUse("application", Right.EDIT, {"phone": Right.HIDDEN, "borrowed": Right.HIDDEN})
    text = html.tostring(page(stored, use), encoding="unicode")
    assert "phone" not in text
    assert "021-63210000" not in text
    assert "张伟" not in text


def test_rows_grow_and_shrink_by_buttons_that_skip_the_browsers_checks(page, stored):
    tree = page(stored)
    assert tree.xpath("//button[@name='_add' and @formnovalidate]/@value") == ["items"]
    assert tree.xpath("//button[@name='_remove' and @formnovalidate]/@value") == ["items.0", "items.1"]
    assert not page(stored, read_only(EDIT)).xpath("//button | //input | //select | //textarea")


def test_pickers_are_plain_selects_grouped_by_organ(page):
    select = page({}).xpath("//select[@name='borrowed']")[0]
    assert select.xpath("./optgroup/@label") == ["彭溪街道党政办", "彭溪司法所"]
    assert select.xpath("./option[1]/@value") == [""]


def test_reading_is_a_description_list_with_chinese_dates(page, stored):
    tree = page(stored, read_only(EDIT))
    said = dict(zip((dt.text for dt in tree.xpath("//dt")), tree.xpath("//dd"), strict=True))
    assert said["开始日期"].text_content() == "2026年4月1日"
    assert said["紧急理由"].xpath("./br")
    assert re.sub(r"\s+", "", tree.xpath("//section//tbody")[0].text_content()).startswith("1整理档案20—")


def test_the_page_asks_again_only_where_it_is_told_an_address(page, stored):
    asking = page(stored, refresh="/work-items/1/refresh")
    assert asking.xpath("//@hx-post") == ["/work-items/1/refresh"]
    assert asking.xpath("//noscript/button/@name") == ["_refresh"]
    assert asking.xpath("//input[@name='urgent']/@data-watched")
    assert not page(stored).xpath("//@hx-post | //noscript")
    assert page(stored).xpath("//button[@name='_refresh' and @formnovalidate]")
