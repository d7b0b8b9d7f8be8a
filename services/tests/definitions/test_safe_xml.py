"""XML from strangers: what is refused, and with which sentence."""

from __future__ import annotations

import pytest

from jiecheng.definitions import parse_xml
from jiecheng.model.errors import Invalid


def refusal(data: bytes | str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_xml(data)
    assert caught.value.findings[0].message == caught.value.message
    return caught.value.message


def test_text_and_bytes_give_the_same_tree() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<a 名="值"/>'
    assert parse_xml(text).attrib == parse_xml(text.encode()).attrib == {"名": "值"}


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse_xml(b"\xef\xbb\xbf<a/>").tag == "a"


def test_a_document_type_is_refused_with_its_line() -> None:
    assert "第 2 行" in refusal('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>')
    assert "DOCTYPE" in refusal("<!doctype a><a/>")


def test_an_outside_entity_never_reaches_a_file() -> None:
    message = refusal('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    assert "root" not in message


def test_an_undeclared_entity_is_refused() -> None:
    assert "XML 写法有误" in refusal("<a>&unknown;</a>")


def test_broken_xml_names_the_line() -> None:
    assert refusal("<a>\n<b>\n</a>").startswith("第 3 行")


def test_other_encodings_are_refused_and_told_what_to_do() -> None:
    assert "UTF-8" in refusal('<?xml version="1.0" encoding="GBK"?><a>借调</a>'.encode("gbk"))
    assert "UTF-8" in refusal("<a/>".encode("utf-16"))


def test_two_mebibytes_are_the_most() -> None:
    assert "2 MiB" in refusal("<a>" + "x" * (2 * 1024 * 1024) + "</a>")


def test_twenty_thousand_elements_are_the_most() -> None:
    assert parse_xml("<a>" + "<b/>" * 19_999 + "</a>").tag == "a"
    assert "20000" in refusal("<a>" + "<b/>" * 20_000 + "</a>")


def test_nesting_without_end_is_refused() -> None:
    assert "XML 写法有误" in refusal("<a>" * 10_000 + "</a>" * 10_000)


def test_an_empty_file_is_refused() -> None:
    assert "空" in refusal(b"  \n")
