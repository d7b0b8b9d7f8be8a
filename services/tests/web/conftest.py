"""The pages on a real database with the demo district: over HTTP without a browser, and in headless Chromium."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from jiecheng.cases.deployment import DEMO_PASSWORD, prepare
from jiecheng.cases.house import House
from jiecheng.web.site import build_site

ROOT = Path(__file__).resolve().parents[3]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def house(module_database_url: str) -> Iterator[House]:
    """A district at work: releases deployed, demo accounts in place."""
    prepare(module_database_url, ROOT, demo=True)
    opened = House(module_database_url, pool=6)
    yield opened
    opened.close()


@dataclass
class Browser:
    """A person at a browser without JavaScript: cookies, forms with their hidden fields, redirects by hand."""

    client: TestClient

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def post(self, path: str, page: str, **fields: object):
        """Post with the hidden fields of the form on `page` that goes to `path`."""
        return self.client.post(path, data={**hidden_fields(page), **fields})


def hidden_fields(page: str) -> dict[str, str]:
    """The guard of a page: all its forms carry the same token and identity."""
    return {
        name: found[1]
        for name in ("_csrf", "_identity", "_operation")
        if (found := re.search(f'name="{name}" value="([^"]*)"', page))
    }


@pytest.fixture
def browser_of(house: House) -> Callable[[str], Browser]:
    """Log in by account name."""
    site = build_site(house)

    def log_in(account: str) -> Browser:
        browser = Browser(TestClient(site, base_url="http://127.0.0.1", raise_server_exceptions=False))
        page = browser.get("/login")
        answer = browser.post("/login", page, account=account, password=DEMO_PASSWORD, next="/")
        assert answer.status_code == 200, answer.text[:500]
        return browser

    return log_in


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """The site on a port, for a real browser."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(build_site(house), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Headless Chromium, or a plain reason why these tests were not run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium found on this machine: the browser walk was not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
