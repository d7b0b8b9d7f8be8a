"""The process administrator moves running cases to a newer release, without JavaScript: list, look ahead, move, result."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web_loan import APPLICANT, words

from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.ids import ProcessId

ADMINISTRATOR = "lumuqing"


@pytest.fixture(scope="module")
def two_cases(site, house):
    """Two cases of the first release, and a second release with a comment more."""
    from fastapi.testclient import TestClient
    from web_loan import Plain

    applicant = Plain(TestClient(site, base_url="http://127.0.0.1"))
    applicant.log_in(APPLICANT)
    started = [applicant.start()]
    with house.transaction() as tx:
        bundle = tx.release(tx.latest_releases()[ProcessId("staff_loan")]).release.bundle
        text = bundle.bpmn.replace("</bpmn:process>", "<!-- 说明更正 --></bpmn:process>", 1)
        deploy_release(tx, replace(bundle, bpmn=text), Publication("test", {}))
    return started


def test_the_list_leads_to_a_look_ahead_and_the_look_ahead_to_the_move(two_cases, browser_of):
    browser = browser_of(ADMINISTRATOR)
    assert "旧版本上有 1 件在办" in words(browser.get("/migrations"))
    page = browser.get("/migrations/staff_loan")
    assert "没有别的变化" in words(page)
    looked = browser.post("/migrations/staff_loan", page, _do="look", _case=str(two_cases[0]))
    assert "办理结果" not in words(looked.text)
    moved = browser.post("/migrations/staff_loan", page, _do="migrate", _case=str(two_cases[0]))
    assert moved.status_code == 200
    assert "已转：" in words(moved.text)
    assert "从第 1 版转到第 2 版" in words(moved.text)
    assert "没有需要转的办件" in words(browser.get("/migrations"))
    again = browser.post("/migrations/staff_loan", browser.get("/notices"), _do="migrate", _case=str(two_cases[0]))
    assert "没有转：" in words(again.text)
    assert "已经在第 2 版上" in words(again.text)


def test_nobody_else_sees_the_page(two_cases, browser_of):
    assert "流程管理员" in words(browser_of(APPLICANT).get("/migrations", status=403))
