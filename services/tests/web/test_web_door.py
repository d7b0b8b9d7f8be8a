"""The door: who gets in, what a wrong guess says, what an expired session keeps."""


def test_login_opens_the_open_work(browser_of):
    browser = browser_of("lumuqing")
    assert "待办" in browser.get("/inbox")
