"""The officials of `crowd`: a thread each, a kept connection each. Prints what every request took and what went wrong."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import Browser


class Official(threading.Thread):
    """`items`: those that wait for his opinion. What else comes to him meanwhile asks for other words."""

    def __init__(self, account: str, items: list[int], asked: dict[str, float], start: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.account, self.items = account, items
        self._pace, self._span, self._start = asked["pace"], asked["seconds"], start
        self._browser = Browser("127.0.0.1", int(asked["port"]))
        self._chance = random.Random(account)
        self.seconds: dict[str, list[float]] = {"待办列表": [], "待办页": [], "办理": []}
        self.errors: list[str] = []

    def run(self) -> None:
        try:
            self._browser.log_in(self.account)
        except Exception as problem:
            self.errors.append(f"{self.account}: {problem}")
        self._start.wait()
        self._end = time.monotonic() + self._span
        while time.monotonic() < self._end:
            try:
                self._round()
            except Exception as problem:
                self.errors.append(f"{self.account}: {type(problem).__name__} {problem}")
                time.sleep(0.2)

    def _round(self) -> None:
        self._click("待办列表", lambda: self._browser.get("/inbox"))
        if not self.items:
            return
        self._click("待办页", lambda: self._browser.get(f"/work-items/{self.items[0]}"))
        self._click("办理", lambda: self._browser.decide(self.items[0]))
        del self.items[0]

    def _click(self, kind, act):
        time.sleep(self._chance.uniform(0.5, 1.5) * self._pace)
        if time.monotonic() >= self._end:
            raise SystemExit
        began = time.perf_counter()
        answer = act()
        self.seconds[kind].append(time.perf_counter() - began)
        return answer


def main() -> None:
    asked = json.load(sys.stdin)
    start = threading.Barrier(len(asked["waiting"]) + 1)
    officials = [Official(account, items, asked, start) for account, items in asked["waiting"].items()]
    for one in officials:
        one.start()
    start.wait()
    began = time.monotonic()
    for one in officials:
        one.join()
    seconds = {kind: [t for one in officials for t in one.seconds[kind]] for kind in officials[0].seconds}
    errors = [error for one in officials for error in one.errors]
    left = {one.account: one.items for one in officials}
    print(json.dumps({"seconds": seconds, "errors": errors, "elapsed": time.monotonic() - began, "left": left}))


if __name__ == "__main__":
    main()
