"""A closed network: the whole runs where no route leads out, and nothing in it tries to get out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jiecheng import settings
from jiecheng.cli import programs

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
APART = ("unshare", "--net", "--mount")


@pytest.fixture(scope="module")
def walked() -> Iterator[dict[str, Any]]:
    """What the walk inside the namespace saw."""
    reason = not_permitted()
    if reason:
        pytest.skip(reason)
    data = Path(tempfile.mkdtemp(prefix="jc-"))
    data.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIECHENG_")}
    environment["JIECHENG_DEMO_CASES"] = "5"  # a few lived ones: their papers and notices must not get out either
    walk = Path(__file__).with_name("closed_network_walk.py")
    try:
        done = subprocess.run(
            [*APART, sys.executable, str(walk), str(data)], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=400, check=False,
        )  # fmt: skip
        said = data / "serve.out"
        assert done.returncode == 0, f"{done.stderr[-3000:]}{said.read_text()[-2000:] if said.exists() else ''}"
        yield json.loads(done.stdout)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def not_permitted() -> str:
    if shutil.which("unshare") is None:
        return "needs unshare (util-linux)"
    tried = subprocess.run([*APART, "true"], capture_output=True, text=True, check=False)
    return f"may not make a network namespace: {tried.stderr.strip()}" if tried.returncode else ""


def test_an_official_works_where_there_is_no_way_out(walked: dict[str, Any]) -> None:
    assert walked["interfaces"] == ["lo"]
    assert "本人意见" in walked["step"]
    assert walked["delivered"]


def test_nothing_tries_to_get_out(walked: dict[str, Any]) -> None:
    assert walked["unroutable"] == 0
    assert walked["foreign"] == []


def test_nobody_asks_for_a_name(walked: dict[str, Any]) -> None:
    assert walked["names"] == []


def test_an_attempt_would_have_been_seen(walked: dict[str, Any]) -> None:
    assert walked["control_unroutable"] > 0
    assert "control.example" in walked["control_names"]


def test_prefect_is_told_to_keep_everything_to_itself(tmp_path: Path) -> None:
    told = replace(settings.read({"JIECHENG_DATA": str(tmp_path)}), root=ROOT)
    both = programs.programs(told, "postgresql://u@h/d")
    for program in (both.prefect, both.worker):
        assert program.environment["DO_NOT_TRACK"] == "1"
        assert program.environment["PREFECT_API_URL"].startswith("http://127.0.0.1:")
        assert program.environment["PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED"] == "false"
        assert program.environment["PREFECT_LOGGING_TO_API_ENABLED"] == "false"
    assert both.prefect.environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert both.prefect.environment["PREFECT_SERVER_UI_ENABLED"] == "false"
    assert both.prefect.command[-4:-1] == ("--host", "127.0.0.1", "--port")
    assert (
        both.prefect.environment["PREFECT_SERVER_API_AUTH_STRING"] == both.worker.environment["PREFECT_API_AUTH_STRING"]
    )


def test_prefect_reads_these_settings_as_they_are_meant(tmp_path: Path) -> None:
    """A setting whose name Prefect does not know would be silently without effect."""
    told = settings.read({"JIECHENG_DATA": str(tmp_path)})
    program = programs.programs(told, "postgresql://u@h/d").prefect
    question = (
        "from prefect.settings import get_current_settings as g; s = g(); v = s.server.services.db_vacuum;"
        "print(s.server.analytics_enabled, s.server.ui.enabled, s.server.ephemeral.enabled, s.logging.to_api.enabled,"
        " s.client.server_version_check_enabled, s.server.services.event_persister.enabled,"
        " sorted(v.enabled), v.retention_period.days, s.server.events.retention_period.days)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", question], env={**os.environ, **program.environment}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert asked.stdout.strip() == "False False False False False False ['events', 'flow_runs'] 14 2"
