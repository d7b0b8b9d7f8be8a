"""Attachments on the pages: previews that run nothing, versions, taking one away, several at once with their progress."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from web_loan import APPLICANT, BORROWED, PASSWORD, STRANGER, guard, words

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc00000030101"
    "00c9fe92ef0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"


@pytest.fixture
def item(browser_of) -> int:
    """杨景行's own opinion of one loan, the same for all tests of this file."""
    browser = browser_of(BORROWED)
    if "/work-items/" not in browser.get("/inbox"):
        browser_of(APPLICANT).start()
    return int(browser.first_item())


def upload(browser, item, *files, **fields):
    page = browser.get(f"/work-items/{item}")
    sent = [("_files", file) for file in files]
    return browser.client.post(f"/work-items/{item}/attachments", data={**guard(page), **fields}, files=sent)


def ids(page):
    return set(map(int, re.findall(r'href="/attachments/(\d+)"', page)))


def added(browser, item, *files):
    """The page after the upload, and the ids that are new on it."""
    before = ids(browser.get(f"/work-items/{item}"))
    page = upload(browser, item, *files).text
    return page, sorted(ids(page) - before)


def test_pictures_and_papers_are_shown_in_documents_without_rights_and_the_rest_is_a_file(browser_of, item):
    person = browser_of(BORROWED)
    sent = (("章.png", PNG, "image/png"), ("函.pdf", PDF, "application/pdf"), ("说明.txt", b"x", "text/plain"))
    page, (picture, paper, text) = added(person, item, *sent)
    assert page.count(">预览<") == 2
    shown = person.client.get(f"/attachments/{picture}/preview")
    assert (shown.headers["content-type"], shown.content) == ("image/png", PNG)
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"].startswith("inline;")
    read = person.client.get(f"/attachments/{paper}/preview")
    assert "default-src 'none'" in read.headers["content-security-policy"]
    assert read.headers["x-frame-options"] == "SAMEORIGIN"
    plain = person.client.get(f"/attachments/{text}/preview")
    assert plain.headers["content-disposition"].startswith("attachment;")
    assert "不能在页面里预览" in words(person.get(f"/attachments/{text}/view"))
    view = person.client.get(f"/attachments/{paper}/view")
    assert "object-src 'self'" in view.headers["content-security-policy"]
    assert f'data="/attachments/{paper}/preview"' in view.text
    assert f'href="/attachments/{paper}" download' in view.text
    for path in ("", "/view", "/preview"):
        assert browser_of(STRANGER).client.get(f"/attachments/{paper}{path}").status_code == 404


def test_a_new_version_is_chosen_beside_the_field_and_the_old_one_stays(browser_of, item):
    person = browser_of(BORROWED)
    _, (first,) = added(person, item, ("说明一.txt", b"one", "text/plain"))
    page = upload(person, item, ("说明二.txt", b"two", "text/plain"), _replaces=str(first))
    assert "已换成新的一版" in words(page.text)
    assert "以前的版本" in page.text
    assert "第 2 版" in page.text
    two = upload(person, item, ("a.txt", b"a", "text/plain"), ("b.txt", b"b", "text/plain"), _replaces=str(first))
    assert "一次只选一个文件" in words(two.text)


def test_what_was_uploaded_by_mistake_is_taken_away_by_a_button_that_enter_never_presses(browser_of, item):
    person = browser_of(BORROWED)
    page, (file,) = added(person, item, ("误传.txt", b"y", "text/plain"))
    assert f'form="files-form" formaction="/attachments/{file}/remove"' in page
    said = person.post(f"/attachments/{file}/remove", page, _back=f"/work-items/{item}")
    assert "已删除附件「误传.txt」" in words(said.text)
    assert person.client.get(f"/attachments/{file}").status_code == 404
    elsewhere = person.post(f"/attachments/{file}/remove", page, _back="//evil.example")
    assert "evil" not in str(elsewhere.url)


def test_beside_the_page_a_sentence_answers(browser_of, item):
    person = browser_of(BORROWED)
    page = person.get(f"/work-items/{item}")

    def send(name, content):
        return person.client.post(
            f"/work-items/{item}/attachments", data=guard(page), files={"_files": (name, content, "x/y")},
            headers={"x-beside": "1"},
        )  # fmt: skip

    assert (send("旁边.txt", b"x").status_code, send("旁边.txt", b"x").text) == (200, "已上传。")
    wrong = send("合同\u202efdp.exe", b"MZ")
    assert wrong.status_code == 422
    assert wrong.text.startswith("文件「合同fdp.exe」不能上传")


def test_over_the_api_versions_and_scan_are_told(browser_of, item, at_the_door):
    person = browser_of(BORROWED)
    _, (mine,) = added(person, item, ("接口.txt", b"api", "text/plain"))
    client = at_the_door().client
    token = client.post("/api/v1/session", json={"account": BORROWED, "password": PASSWORD}).json()["token"]
    head = {"Authorization": f"Bearer {token}"}
    known = client.get(f"/api/v1/work-items/{item}", headers=head).json()["case"]["attachments"]
    file = next(one for one in known if one["id"] == mine)
    assert (file["version"], file["replaced_by"], file["scan"]) == (1, None, "")
    removed = client.delete(f"/api/v1/attachments/{file['id']}", headers=head)
    assert "已删除附件" in removed.json()["sentence"]


def test_in_a_browser_several_go_up_beside_the_page(chromium, address, browser_of, item, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text("a")
    (tmp_path / "乙.png").write_bytes(PNG)
    (tmp_path / "丙.pdf").write_bytes(b"MZ no paper")
    page = chromium.new_context(locale="zh-CN").new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/login?next=/work-items/{item}")
    page.fill("#account", BORROWED)
    page.fill("#password", PASSWORD)
    page.click(".door .btn-primary")
    page.wait_for_selector("#files")
    page.fill("[name=_opinion]", "写到一半的意见")
    page.set_input_files("#files", [tmp_path / "甲.txt", tmp_path / "乙.png", tmp_path / "丙.pdf"])
    page.wait_for_selector(".uploads .is-over")
    page.wait_for_selector("#file-list >> text=乙.png")
    assert page.locator(".uploads .is-done").count() == 2
    assert "内容与扩展名不符" in page.inner_text(".uploads")
    assert page.input_value("[name=_opinion]") == "写到一半的意见"
    page.click("#file-list li:has-text('乙.png') >> text=预览")
    page.wait_for_selector("img.preview")
    assert page.evaluate("document.querySelector('img.preview').naturalWidth") == 1
    assert [one for one in wrong if "422" not in one] == []
