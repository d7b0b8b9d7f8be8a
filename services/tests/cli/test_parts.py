"""The commands of the scale form, the password command, roles from a table, and the clock that a test may move."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from jiecheng import settings, store
from jiecheng.cases import accounts
from jiecheng.cases.house import House
from jiecheng.cli import main, programs, single
from jiecheng.cli.child import Program
from jiecheng.model.actor import Role
from jiecheng.model.ids import PersonId

ROOT = Path(__file__).resolve().parents[3]
DISTRICT = ROOT / "infra" / "demo" / "district"
GOOD = "长一点的密码才算数 42"

Run = Callable[..., tuple[int, str]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def jiecheng(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in this process, with these words on standard input, or a terminal there; gives exit code and everything it said."""
    for name in ("JIECHENG_PREFECT_URL", "JIECHENG_PREFECT_PASSWORD", "JIECHENG_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JIECHENG_ROOT", str(ROOT))
    monkeypatch.setenv("JIECHENG_DATA", str(tmp_path / "data"))

    def run(*arguments: str, url: str = "", typed: str | None = "", **environment: str) -> tuple[int, str]:
        for name, word in {"JIECHENG_DATABASE_URL": url, **environment}.items():
            monkeypatch.setenv(name, word)
        monkeypatch.setattr(sys, "stdin", Terminal() if typed is None else io.StringIO(typed))
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """The programs that this process would have turned into."""
    found: list[Program] = []
    monkeypatch.setattr(single, "become", lambda program: found.append(program) or 0)
    return found


@pytest.fixture
def peopled(database_url: str, jiecheng: Run) -> str:
    """A database with the demo district's organisation, and no account yet."""
    code, words = jiecheng("import-directory", str(DISTRICT), url=database_url)
    assert code == 0, words
    return database_url


def log_in(url: str, account: str, password: str) -> str | None:
    house = House(url, pool=1)
    try:
        with house.transaction() as tx:
            session = accounts.log_in(tx, account, password, "")
            return session.token if session else None
    finally:
        house.close()


# set-password


def test_a_new_account_logs_in_with_the_password_it_was_given(jiecheng: Run, peopled: str) -> None:
    code, words = jiecheng("set-password", "youyizhou", url=peopled, typed=f"{GOOD}\n")
    assert code == 0, words
    assert GOOD not in words
    assert log_in(peopled, "youyizhou", GOOD)
    assert not log_in(peopled, "youyizhou", "jiecheng-demo")


def test_a_new_password_ends_the_old_one_and_whoever_is_logged_in_with_it(jiecheng: Run, peopled: str) -> None:
    jiecheng("set-password", "youyizhou", url=peopled, typed="the first password\n")
    token = log_in(peopled, "youyizhou", "the first password")
    assert token
    jiecheng("set-password", "youyizhou", url=peopled, typed=f"{GOOD}\n")
    assert not log_in(peopled, "youyizhou", "the first password")
    house = House(peopled, pool=1)
    with house.transaction() as tx:
        assert accounts.load_session(tx, token) is None
    house.close()


@pytest.mark.parametrize("short", ["", "ninechars"])
def test_a_short_password_changes_nothing(jiecheng: Run, peopled: str, short: str) -> None:
    code, words = jiecheng("set-password", "youyizhou", url=peopled, typed=f"{short}\n")
    assert code == 1
    assert "至少 10 个字符" in words
    with psycopg.connect(peopled) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


def test_an_account_that_nobody_has_is_said_so(jiecheng: Run, peopled: str) -> None:
    code, words = jiecheng("set-password", "nobody-here", url=peopled, typed=f"{GOOD}\n")
    assert code == 1
    assert "nobody-here" in words
    assert "import-directory" in words


def test_at_a_terminal_two_different_words_change_nothing(
    jiecheng: Run, peopled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = iter([GOOD, f"{GOOD}!", GOOD, GOOD])
    monkeypatch.setattr("getpass.getpass", lambda _: next(words))
    code, said = jiecheng("set-password", "youyizhou", url=peopled, typed=None)
    assert code == 1
    assert "两遍不一样" in said
    assert jiecheng("set-password", "youyizhou", url=peopled, typed=None)[0] == 0
    assert log_in(peopled, "youyizhou", GOOD)


# import-directory with roles


def test_roles_come_with_the_organisation(peopled: str) -> None:
    books = store.Database(peopled, pool=1)
    with books.transaction() as tx:
        assert store.account.roles(tx, PersonId("p-fanruogu")) == {Role("业务审计员")}
    books.dispose()


def test_roles_of_strangers_change_nothing(jiecheng: Run, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "district"
    shutil.copytree(DISTRICT, folder)
    with (folder / "roles.csv").open("a", encoding="utf-8") as table:
        table.write("stranger,流程管理员\n")
    code, words = jiecheng("import-directory", str(folder), url=database_url)
    assert code == 1
    assert "roles.csv:" in words
    assert "stranger" in words
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM organs").fetchone() == (0,)


# the parts of the scale form


def test_deploy_readies_a_database_twice_without_harm(jiecheng: Run, database_url: str) -> None:
    for _ in range(2):
        code, words = jiecheng("deploy", url=database_url, JIECHENG_DEMO="0")
        assert code == 0, words
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM releases WHERE process = 'staff_loan'").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_part_by_itself_needs_a_database_server(jiecheng: Run, part: str) -> None:
    code, words = jiecheng(part)
    assert code == 1
    assert "JIECHENG_DATABASE_URL" in words


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_worker_and_scheduler_need_one_address_and_one_password(jiecheng: Run, part: str) -> None:
    code, words = jiecheng(part, url="postgresql://u@h/d", JIECHENG_PREFECT_URL="http://127.0.0.1:4200/api")
    assert code == 1
    assert "JIECHENG_PREFECT_PASSWORD" in words


def test_the_parts_are_the_programs_of_serve(jiecheng: Run, became: list[Program]) -> None:
    told = {
        "JIECHENG_PREFECT_URL": "http://scheduler:4200/api",
        "JIECHENG_PREFECT_PASSWORD": "p",
        "JIECHENG_PREFECT_DATABASE_URL": "postgresql://u:w@db/prefect",
    }
    port = str(programs.free_port())
    for part in (("web", "--port", port), ("worker",), ("scheduler", "--port", port)):
        code, words = jiecheng(*part, url="postgresql://u@h/d", **told)
        assert code == 0, words
    web, worker, scheduler = became
    ours = programs.programs(settings.read({"JIECHENG_DATA": web.environment["JIECHENG_DATA"]}), "postgresql://u@h/d")
    assert [one.key for one in became] == [ours.web.key, ours.worker.key, ours.prefect.key]
    assert worker.command == ours.worker.command
    assert set(scheduler.environment) >= set(ours.prefect.environment)
    assert scheduler.environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://u:w@db/prefect"
    assert scheduler.environment["PREFECT_SERVER_API_AUTH_STRING"] == worker.environment["PREFECT_API_AUTH_STRING"]
    assert worker.environment["PREFECT_API_URL"] == "http://scheduler:4200/api"
    assert not any("geheim" in word or ":w@" in word for word in scheduler.command)


# the moved clock


def test_the_clock_is_the_real_one_unless_a_test_moves_it(tmp_path: Path) -> None:
    assert settings.read({}).clock is store.utc_now
    offset = tmp_path / "offset"
    clock = settings.read({"JIECHENG_CLOCK_OFFSET_FILE": str(offset)}).clock
    assert abs(clock() - store.utc_now()) < timedelta(seconds=5)
    offset.write_text("86400\n")
    assert timedelta(hours=23) < clock() - store.utc_now() < timedelta(hours=25)


def test_a_moved_clock_is_said_at_the_start(tmp_path: Path, database_url: str) -> None:
    code = "from jiecheng.app import create_app; create_app()"
    environment = {
        "JIECHENG_DATABASE_URL": database_url, "JIECHENG_CLOCK_OFFSET_FILE": str(tmp_path / "offset"),
        "JIECHENG_ROOT": str(ROOT), "JIECHENG_DEMO": "0",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "测试时钟" in done.stderr, done.stderr


# profile


def test_another_city_s_policy_holds_from_now_on(jiecheng: Run, peopled: str) -> None:
    code, words = jiecheng("profile", "use", "嘉兴", url=peopled, typed=None)
    assert code == 0
    assert "在办的办件仍按发起时的口径办" in words

    code, words = jiecheng("profile", "use", "南京", url=peopled, typed=None)
    assert code == 1
    assert "静安、西安、嘉兴、上海、福山" in words


def test_the_officials_of_the_scale_form_fill_in_what_the_form_asks(monkeypatch):
    """They press over the API for minutes before anybody would notice."""
    monkeypatch.syspath_prepend(ROOT / "infra")
    from scale.officials import Officials

    form = json.loads((ROOT / "forms" / "staff_loan" / "committee_decision.form").read_text("utf-8"))
    fields = form["components"][0]["components"]
    asked = {one["key"] for one in fields if one["validate"].get("required")}
    day = date(2026, 3, 2)
    assert asked == Officials(lambda: None, day, day, day).minutes(1).keys()
