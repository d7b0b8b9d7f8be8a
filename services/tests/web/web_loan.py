"""The staff loan as the demo district plays it: who does what, what each types, and a browser without JavaScript."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from fastapi.testclient import TestClient

Files = dict[str, tuple[str, bytes, str]]
PASSWORD = "jiecheng-demo"
APPLICANT = "weiwangshu"  # 魏望舒, 区城市管理行政执法局 人事科长
BORROWED = "yangjingxing"  # 杨景行, 彭溪街道 社区管理办公室 科员
SECTION_HEAD = "hansuxin"  # 韩素心, 社区管理办公室主任
SECRETARY = "zhengjiashu"  # 郑嘉树, 党政办公室主任, enters what the 党工委 decided
FILING = "xushuning"  # 许书宁, 区委组织部 干部科科长
AUDITOR = "fanruogu"
OWNER = "fengwangchuan"
ADMINISTRATOR = "lumuqing"
STRANGER = "qiguiyuan"  # 戚归远, 区规划和自然资源局: has no part in it
TWO_POSTS = "shenchengze"  # 沈承泽: 办事处主任 and 党工委副书记
MEMBERS = ("zhouliyan", "shenchengze-2", "gubingwen", "luzhujun", "xuchangfeng", "hewangshu", "wusiqi")

APPLICATION = {
    "borrowed": "i-yangjingxing",
    "start_date": "2026-03-10",
    "end_date": "2026-05-08",
    "necessity": "全区市容环境专项整治任务集中，本局执法保障力量不足，确需借用一名熟悉社区情况的工作人员。",
    "work_content": "负责专项整治的社区联络、台账整理和问题整改跟踪。",
}
MINUTES = {
    "meeting_date": "2026-03-02",
    "minutes_number": "彭溪党工委纪要〔2026〕31号",
    "minutes_excerpt": "会议研究了借调事项，同意杨景行借至区城市管理行政执法局。",
}
BALLOTS = {f"_vote:i-{member}": "agree" for member in MEMBERS} | {"_vote:i-wusiqi": "absent"}


class MovedClock:
    """Monday morning in Beijing until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Plain:
    """A person at a browser without JavaScript: cookies, redirects, and the hidden fields of the page he looks at."""

    client: TestClient

    def log_in(self, account: str, **fields: str) -> httpx.Response:
        page = self.client.get("/login").text
        return self.post("/login", page, **{"account": account, "password": PASSWORD, "next": "/", **fields})

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, words(answer.text)[:400])
        return answer.text

    def post(self, path: str, page: str, files: Files | None = None, **fields: str) -> httpx.Response:
        return self.client.post(path, data={**guard(page), **fields}, files=files)

    def first_item(self) -> int:
        """The nearest open work item."""
        return int(re.findall(r'href="/work-items/(\d+)"', self.get("/inbox"))[0])

    def decide(self, **fields: str) -> httpx.Response:
        """Open the nearest work item and press a button."""
        item = self.first_item()
        return self.post(f"/work-items/{item}/decide", self.get(f"/work-items/{item}"), **fields)

    def start(self, **changes: str) -> int:
        """Start a loan; the case's id."""
        answer = self.hand_in("/start/staff_loan", **{**APPLICATION, **changes})
        assert answer.status_code == 200, words(answer.text)[:400]
        return int(answer.url.path.rsplit("/", 1)[1])

    def hand_in(self, path: str, **fields: str) -> httpx.Response:
        """Start a case, all the same where the page warns first."""
        answer = self.post(path, self.get(path), **fields)
        if mark := re.search(r'name="_confirmed" value="(\w+)"', answer.text):
            return self.post(path, answer.text, _confirmed=mark[1], **fields)
        return answer


def guard(page: str) -> dict[str, str]:
    """Token, identity and operation key of a page."""
    return {
        name: html.unescape(found[1])
        for name in ("_csrf", "_identity", "_operation")
        if (found := re.search(f'name="{name}" value="([^"]*)"', page))
    }


def words(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", page)))
