"""The pages on a real database with the demo district: over HTTP without a browser, and in headless Chromium."""

from __future__ import annotations

import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from jiecheng.cases import House
from jiecheng.web.site import build_site

sys.path.insert(0, str(Path(__file__).parent))  # for web_loan

from web_loan import MovedClock, Plain

ROOT = Path(__file__).resolve().parents[3]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="module")
def house(module_district_url: str, clock: MovedClock) -> Iterator[House]:
    """A district at work: releases deployed, demo accounts in place. One for all tests of a file."""
    opened = House(module_district_url, clock, pool=6)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(house: House) -> FastAPI:
    return build_site(house)


@pytest.fixture
def at_the_door(site: FastAPI) -> Callable[[], Plain]:
    """A browser that nobody has logged in with."""
    return lambda: Plain(TestClient(site, base_url="http://127.0.0.1", raise_server_exceptions=False))


@pytest.fixture
def browser_of(at_the_door: Callable[[], Plain]) -> Callable[[str], Plain]:
    """A browser that this account has logged in with."""

    def log_in(account: str) -> Plain:
        browser = at_the_door()
        assert browser.log_in(account).status_code == 200
        return browser

    return log_in


@pytest.fixture(scope="module")
def address(site: FastAPI) -> Iterator[str]:
    """The site on a port, for a real browser."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """Headless Chromium, or a plain reason why these tests were not run."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium found on this machine: the browser walk was not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
