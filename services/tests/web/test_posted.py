"""A form without files reads the same whichever way the browser sends it."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from jiecheng.model.errors import Invalid
from jiecheng.web.posted import MAX_FIELDS, read_posted

BORDER = "----both-ways"
PLAIN, PARTS = "application/x-www-form-urlencoded", f"multipart/form-data; boundary={BORDER}"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=12)
NAMES = st.text("abc_[]0借调", min_size=1, max_size=6)


def read(kind: str, body: bytes):
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    return asyncio.run(read_posted(Request(scope, receive)))


def parts(fields) -> bytes:
    one = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(one.format(BORDER, name, value) for name, value in fields) + f"--{BORDER}--\r\n").encode()


@given(st.lists(st.tuples(NAMES, WORDS), min_size=1, max_size=8))
@example([("opinion", "同意。+&=%\t“引号”"), ("empty", ""), ("twice", "甲"), ("twice", "乙")])
def test_both_ways_say_the_same(fields):
    assert read(PLAIN, urlencode(fields).encode()).fields == read(PARTS, parts(fields)).fields


def test_lines_end_as_people_see_them():
    assert read(PLAIN, b"opinion=%E4%B8%80%0D%0A%E4%BA%8C").fields == {"opinion": ["一\n二"]}


def test_more_than_a_page_can_hold_is_refused_with_a_sentence():
    with pytest.raises(Invalid, match="分几次提交"):
        read(PLAIN, b"&".join(b"a=1" for _ in range(MAX_FIELDS + 1)))
