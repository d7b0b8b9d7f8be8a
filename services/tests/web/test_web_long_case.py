"""A case that was returned again and again: its pages show the end of its story, and the rest is one click away."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

import pytest
from web_loan import APPLICANT, APPLICATION, AUDITOR, STRANGER

from jiecheng import cases, store
from jiecheng.cases.history import LATEST, PAGE
from jiecheng.model.ids import IdentityId, ProcessId

ROUNDS = 45
TOO_LONG = {**APPLICATION, "end_date": (date(2026, 3, 10) + timedelta(days=400)).isoformat()}


@pytest.fixture(scope="module")
def returned(house) -> int:
    """A loan longer than any policy allows comes back to its applicant each time he hands it in."""
    with house.transaction() as tx:
        who = cases.accounts.actor_of(tx, IdentityId(f"i-{APPLICANT}"))
        started = cases.start_case(tx, cases.StartCase(who, ProcessId("staff_loan"), TOO_LONG, secrets.token_hex(8)))
    for number in range(ROUNDS):
        with house.transaction() as tx:
            (item,) = [one.id for _, one in store.work_item.waiting(tx.db, started.case)]
            command = cases.DecideWorkItem(who, item, "resubmit", f"第{number + 1}次补正", TOO_LONG)
            cases.decide_work_item(tx, command)
    return started.case


def lines(page: str) -> list[str]:
    return re.findall(r"第\d+次补正", page)


def test_the_page_tells_the_latest_and_leads_to_the_earlier(returned, browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get(f"/cases/{returned}")
    assert lines(page)[-1] == f"第{ROUNDS}次补正"
    assert "第1次补正" not in page
    assert page.count("<li class=") == LATEST + 1  # and what is being done now
    earlier = int(re.search(r"较早的 (\d+) 条", page)[1])
    whole = browser.get(f"/cases/{returned}/course?whole=true")
    assert lines(whole) == [f"第{number + 1}次补正" for number in range(ROUNDS)]
    assert whole.count("<li class=") == LATEST + earlier


def test_going_back_step_by_step_misses_nothing_and_doubles_nothing(returned, browser_of):
    browser = browser_of(APPLICANT)
    seen, address = [], f"/cases/{returned}/course"
    while address:
        page = browser.get(address)
        seen = lines(page) + seen
        found = re.search(r'href="([^"]+before=\d+)">较早的', page)
        address = found[1] if found else ""
    assert seen == [f"第{number + 1}次补正" for number in range(ROUNDS)]


def test_somebody_without_a_part_in_it_reads_no_course(returned, browser_of):
    browser_of(STRANGER).get(f"/cases/{returned}/course", status=404)


def test_the_auditor_turns_pages_and_the_record_is_whole(returned, browser_of):
    browser = browser_of(AUDITOR)
    seen, address = [], f"/cases/{returned}/history"
    while address:
        page = browser.get(address)
        here = re.findall(r'id="event-(\d+)"', page)
        assert len(here) <= PAGE
        seen += here
        found = re.search(r'href="([^"]+first=\d+)">后面的', page)
        address = found[1] if found else ""
    total = int(re.search(r"共 (\d+) 条记录", page)[1])
    assert total > PAGE
    assert seen == [str(number + 1) for number in range(total)]
    whole = browser.get(f"/cases/{returned}/history?whole=true")
    assert re.findall(r'id="event-(\d+)"', whole) == seen
