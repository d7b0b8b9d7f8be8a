"""What somebody who has only read the manual trips over, in a real browser."""

from __future__ import annotations

from test_web_inbox_browser import seat
from web_loan import APPLICANT

__all__ = ["seat"]


def test_files_added_one_after_the_other_stay_files_of_their_own(seat, browser_of, tmp_path):
    case = browser_of(APPLICANT).start()
    page = seat(APPLICANT)
    page.goto(f"/cases/{case}")
    for name in ("说明.txt", "名单.txt", "安排.txt"):
        (tmp_path / name).write_bytes(name.encode())
        page.set_input_files("#files", tmp_path / name)
        page.wait_for_selector(f"#file-list >> text={name}")
        assert page.input_value("#replaces") == ""
    assert page.locator("#file-list > ul > li").count() == 3
    assert "第 2 版" not in page.inner_text("#file-list")
    assert not page.is_visible("button:has-text('上传附件')")  # it would say that nothing was chosen
    page.select_option("#replaces", label="名单.txt")
    page.set_input_files("#files", [tmp_path / "说明.txt", tmp_path / "安排.txt"])
    page.wait_for_selector("text=换新的一版时一次只选一个文件")
    (tmp_path / "名单.txt").write_bytes(b"changed")
    page.set_input_files("#files", tmp_path / "名单.txt")
    page.wait_for_selector("#file-list >> text=第 2 版")
    assert page.input_value("#replaces") == ""
