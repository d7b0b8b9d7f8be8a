"""The officials of `crowd`: a thread each, a kept connection each. Prints what every request took and what went wrong."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import ITEM, Browser


class Official(threading.Thread):
    def __init__(self, account: str, asked: dict[str, float], start: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self._account, self._pace, self._span, self._start = account, asked["pace"], asked["seconds"], start
        self._browser = Browser("127.0.0.1", int(asked["port"]))
        self._chance = random.Random(account)
        self.seconds: dict[str, list[float]] = {"待办列表": [], "待办页": [], "办理": []}
        self.errors: list[str] = []

    def run(self) -> None:
        try:
            self._browser.log_in(self._account)
        except Exception as problem:
            self.errors.append(f"{self._account}: {problem}")
        self._start.wait()
        self._end = time.monotonic() + self._span
        while time.monotonic() < self._end:
            try:
                self._round()
            except Exception as problem:
                self.errors.append(f"{self._account}: {type(problem).__name__} {problem}")
                time.sleep(0.2)

    def _round(self) -> None:
        page = self._click("待办列表", lambda: self._browser.get("/inbox"))
        items = ITEM.findall(page.text)
        if not items:
            return
        self._click("待办页", lambda: self._browser.get(f"/work-items/{items[0]}"))
        self._click("办理", lambda: self._browser.decide(int(items[0])))

    def _click(self, kind, act):
        time.sleep(self._chance.uniform(0.5, 1.5) * self._pace)
        if time.monotonic() >= self._end:
            raise SystemExit
        began = time.perf_counter()
        answer = act()
        self.seconds[kind].append(time.perf_counter() - began)
        return answer


def main() -> None:
    asked = json.loads(sys.argv[1])
    start = threading.Barrier(len(asked["accounts"]) + 1)
    officials = [Official(account, asked, start) for account in asked["accounts"]]
    for one in officials:
        one.start()
    start.wait()
    began = time.monotonic()
    for one in officials:
        one.join()
    seconds = {kind: [t for one in officials for t in one.seconds[kind]] for kind in officials[0].seconds}
    errors = [error for one in officials for error in one.errors]
    print(json.dumps({"seconds": seconds, "errors": errors, "elapsed": time.monotonic() - began}))


if __name__ == "__main__":
    main()
