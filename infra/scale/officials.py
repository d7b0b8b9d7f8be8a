"""Officials at their desks: the steps of loans over the REST API, each pressed again under the same key when no answer came."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from scale.district import FILES, Loan

PASSWORD = "jiecheng-scale"
TRIES = 240  # two minutes: both replicas may be starting again on a busy machine
PAUSE = 0.5
AGAIN = {502, 503}  # no replica there, or no database behind it
NECESSITY = "全区开展专项督察，需要熟悉街道工作的同志参与，本局没有这样的人员，时间一个多月，完成后按期归还。"


Json: TypeAlias = Any  # as the API answers; who asked knows its shape


class Unexpected(Exception):
    """An answer that is neither what was asked for nor "try again"."""


@dataclass
class Officials:
    """All of them share this: the door they go through, their tokens, and the count of what went wrong on the way."""

    connect: Callable[[], http.client.HTTPConnection]
    today: date
    start: date
    end: date
    tokens: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    requests: int = 0
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_for(self, loan: Loan) -> int:
        data = {
            "borrowed": loan.lent_identity,
            "start_date": self.start.isoformat(),
            "end_date": self.end.isoformat(),
            "necessity": NECESSITY,
            "work_content": "参与专项督察，整理台账。",
        }
        return int(self.send(loan.borrower, "/cases", {"process": "staff_loan", "data": data})["case"])

    def approve(self, loan: Loan, case: int) -> None:
        """From the person's own opinion to the filing."""
        self.decide(loan.lent, case, "agree")
        self.decide(loan.section, case, "agree", {"handover": "工作由同科室人员分担。"})
        self.decide(loan.secretary, case, "", self.minutes(case))
        self.decide(FILES, case, "file")

    def minutes(self, case: int) -> Mapping[str, str]:
        """The body sat on the day of the application."""
        return {
            "meeting_date": self.today.isoformat(),
            "minutes_number": f"纪要{case}号",
            "minutes_excerpt": "会议听取了借调情况的汇报，同意借调，按期归还。",
        }

    def confirm_return(self, loan: Loan, case: int) -> None:
        self.decide(loan.organization, case, "confirm", {"returned_on": self.end.isoformat()})

    def decide(self, account: str, case: int, outcome: str, data: Mapping[str, str] | None = None) -> None:
        items = self.get(account, f"/cases/{case}")["my_items"]
        if len(items) != 1:
            raise Unexpected(f"expected one item of {account} in case {case}, found {items}")
        path = f"/work-items/{items[0]}"
        ballots = [
            {"member": one["identity"], "vote": "recused" if one["must_stand_aside"] else "agree"}
            for one in (self.get(account, path)["members"] if not outcome else ())
        ]
        self.send(account, f"{path}/decision", {"outcome": outcome, "data": data or {}, "ballots": ballots})

    def get(self, account: str, path: str) -> Json:
        return self._ask(account, "GET", path, None, "")

    def send(self, account: str, path: str, body: Mapping[str, Any]) -> Json:
        """One press of a button is one deed, however often it is sent."""
        return self._ask(account, "POST", path, body, secrets.token_hex(8))

    def _ask(self, account: str, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> Json:
        for _ in range(TRIES):
            headers = {"Authorization": f"Bearer {self.token(account)}", "Idempotency-Key": key}
            answer = self._try(method, path, body, headers)
            if answer is None or answer[0] in AGAIN:
                self._count_repeat()
                time.sleep(PAUSE)
            elif answer[0] == 401:  # eight hours have passed on the moved clock
                self.tokens.pop(account, None)
            elif answer[0] in {200, 201}:
                return answer[1]
            else:
                raise Unexpected(f"{method} {path} by {account}: {answer[0]} {answer[1]}")
        raise Unexpected(f"{method} {path} by {account}: no answer after {TRIES} tries")

    def token(self, account: str) -> str:
        for _ in range(TRIES):
            if account in self.tokens:
                break
            answer = self._try("POST", "/session", {"account": account, "password": PASSWORD}, {})
            if answer is None or answer[0] in AGAIN:
                self._count_repeat()
                time.sleep(PAUSE)
            elif answer[0] == 201:
                self.tokens[account] = answer[1]["token"]
            else:
                raise Unexpected(f"login of {account}: {answer}")
        return self.tokens[account]

    def _try(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> tuple[int, Any] | None:
        """Status and content; None when the connection broke, so that nobody knows what has happened."""
        connection = self.connect()
        words = {**headers, "Content-Type": "application/json", "Connection": "close"}
        began = time.monotonic()
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, words)
            answer = connection.getresponse()
            content = json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        with self._lock:
            self.requests += 1
            self.seconds.append(time.monotonic() - began)
        return answer.status, content

    def _count_repeat(self) -> None:
        with self._lock:
            self.repeated += 1


class Crowd:
    """Deeds for many loans by several threads at once; the caller's thread stays free for the processes."""

    def __init__(self, deed: Callable[[int], None], count: int, threads: int) -> None:
        self.done = 0
        self.errors: list[str] = []
        self._deed, self._count = deed, count
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(threads)
        for number in range(count):
            self._pool.submit(self._one, number)
        self._pool.shutdown(wait=False)

    def _one(self, number: int) -> None:
        try:
            self._deed(number)
        except Exception as problem:
            self.errors.append(f"{number}: {type(problem).__name__} {problem}")
        with self._lock:
            self.done += 1

    @property
    def over(self) -> bool:
        return self.done == self._count


def percentile(seconds: Sequence[float], percent: int) -> float:
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)] if ranked else 0.0
