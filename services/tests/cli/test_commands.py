"""The commands beside `serve`: check, verify, import-directory, backup, and the lines of the terminal."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from jiecheng import ledger, store
from jiecheng.cli import main, maintenance, postgres, terminal
from jiecheng.model.case import CaseState
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import CaseId

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
RELEASE = "a" * 64

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def jiecheng(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process; gives exit code and everything it said."""
    monkeypatch.setenv("JIECHENG_ROOT", str(ROOT))

    def run(*arguments: str, url: str = "", root: Path | None = None) -> tuple[int, str]:
        monkeypatch.setenv("JIECHENG_DATABASE_URL", url)
        if root is not None:
            monkeypatch.setenv("JIECHENG_ROOT", str(root))
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


# check


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for area in ("bpmn", "forms", "features"):
        shutil.copytree(ROOT / area, tmp_path / area, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_processes_of_this_repository_pass(jiecheng: Run) -> None:
    code, words = jiecheng("check")
    assert code == 0, words
    assert "0 处错误" in words


def test_an_orphan_form_is_found_by_its_path(jiecheng: Run, tree: Path) -> None:
    (tree / "forms" / "staff_loan" / "forgotten.form").write_text('{"components": []}')
    code, words = jiecheng("check", root=tree)
    assert code == 1
    assert "forms/staff_loan/forgotten.form" in words


def test_a_broken_diagram_is_found_and_the_others_are_still_checked(jiecheng: Run, tree: Path) -> None:
    (tree / "bpmn" / "loan_stop" / "loan_stop.bpmn").write_text("<bpmn:definitions")
    code, words = jiecheng("check", root=tree)
    assert code == 1
    assert "loan_stop" in words
    others = [folder for folder in (tree / "bpmn").iterdir() if folder.is_dir() and folder.name != "loan_stop"]
    assert f"检查了 {len(others) + 1} 个流程" in words


def test_only_the_named_process_is_checked(jiecheng: Run, tree: Path) -> None:
    (tree / "bpmn" / "loan_stop" / "loan_stop.bpmn").write_text("<bpmn:definitions")
    code, words = jiecheng("check", "staff_loan", root=tree)
    assert code == 0, words
    assert "检查了 1 个流程" in words


def test_an_unknown_process_is_named_with_the_known_ones(jiecheng: Run) -> None:
    code, words = jiecheng("check", "staf_loan")
    assert code == 1
    assert "staf_loan" in words
    assert "staff_loan" in words


# verify


@pytest.fixture
def two_cases(database_url: str) -> str:
    """Cases 沪静借调〔2026〕1号 and 2号 with three sealed events each."""
    books = store.Database(database_url, pool=1)
    with books.transaction(lambda: NOON) as tx:
        store.release.add(
            tx,
            {
                "hash": RELEASE, "process": "staff_loan", "name": "借调", "version": 1, "bundle": {},
                "published_at": NOON, "published_by": "系统部署", "source": "test", "gate": {},
            },
        )  # fmt: skip
        for number in (1, 2):
            add_case(tx, f"沪静借调〔2026〕{number}号")
    books.dispose()
    return database_url


def add_case(tx: store.Transaction, number: str) -> None:
    case = store.case.add(
        tx,
        {
            "number": number, "process": "staff_loan", "release_hash": RELEASE, "state": CaseState.RUNNING, "title": "借调",
            "initiator": "i1", "initiator_name": "王秀兰", "initiator_organ": "o1", "snapshot": {}, "variables": {},
            "started_at": NOON,
        },
    )  # fmt: skip
    events = [
        HistoryEvent(CaseId(case), 0, kind, NOON, RELEASE, {"element": "start"}, {"actor.name": "王秀兰"})
        for kind in ("case_started", "work_item_claimed", "task_completed")
    ]
    store.history.record(tx, store.case.get(tx, case), events)


def tamper(url: str, statement: str) -> None:
    """What the owner of the tables can do: switch the guard off, change, switch it on."""
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE history_events DISABLE TRIGGER USER")
        connection.execute(statement.encode())
        connection.execute("ALTER TABLE history_events ENABLE TRIGGER USER")


def test_whole_histories_verify_and_the_limits_are_said(jiecheng: Run, two_cases: str) -> None:
    code, words = jiecheng("verify", "--all", url=two_cases)
    assert code == 0
    assert "2 件、6 条记录" in words
    assert "锚定" in words


def test_a_changed_entry_is_named_by_case_and_number(jiecheng: Run, two_cases: str) -> None:
    tamper(two_cases, "UPDATE history_events SET leaf = replace(leaf, 'start', 'stall') WHERE case_id = 2 AND seq = 2")
    code, words = jiecheng("verify", url=two_cases)
    assert code == 1
    assert "沪静借调〔2026〕2号：第 2 条" in words
    assert "沪静借调〔2026〕1号：" not in words


def test_a_tail_cut_off_is_found_against_the_cases_own_row(jiecheng: Run, two_cases: str) -> None:
    tamper(two_cases, "DELETE FROM history_openings WHERE case_id = 1 AND seq = 3")
    tamper(two_cases, "DELETE FROM history_events WHERE case_id = 1 AND seq = 3")
    code, words = jiecheng("verify", "--case", "沪静借调〔2026〕1号", url=two_cases)
    assert code == 1
    assert "第 3 条" in words


def test_a_case_that_does_not_exist_is_said_so(jiecheng: Run, two_cases: str) -> None:
    code, words = jiecheng("verify", "--case", "9999", url=two_cases)
    assert code == 1
    assert "9999" in words


def test_an_export_verifies_without_a_database(jiecheng: Run, two_cases: str, tmp_path: Path) -> None:
    books = store.Database(two_cases, pool=1)
    with books.transaction() as tx:
        entries, openings = store.history.entries_of(tx, CaseId(1)), store.history.openings_of(tx, CaseId(1))
    books.dispose()
    whole = ledger.export(CaseId(1), entries, openings)
    (tmp_path / "whole.jsonl").write_text(whole, "utf-8")
    (tmp_path / "changed.jsonl").write_text(whole.replace("case_started", "case_stopped"), "utf-8")
    assert jiecheng("verify", "--file", str(tmp_path / "whole.jsonl"))[0] == 0
    code, words = jiecheng("verify", "--file", str(tmp_path / "changed.jsonl"))
    assert code == 1
    assert "第 1 条" in words


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"hello", b""])
def test_a_file_that_is_no_export_is_refused_in_a_sentence(jiecheng: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    code, words = jiecheng("verify", "--file", str(tmp_path / "x.jsonl"))
    assert code == 1
    assert "x.jsonl" in words


# import-directory, backup


def test_the_demo_district_is_imported_once(jiecheng: Run, database_url: str) -> None:
    folder = str(ROOT / "infra" / "demo" / "district")
    code, words = jiecheng("import-directory", folder, url=database_url)
    assert code == 0, words
    assert "处变动" in words
    code, words = jiecheng("import-directory", folder, url=database_url)
    assert code == 0
    assert "没有变动" in words


def test_whoever_a_later_import_leaves_out_hands_over_as_on_the_page(
    jiecheng: Run, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "district"
    shutil.copytree(ROOT / "infra" / "demo" / "district", folder)
    jiecheng("import-directory", str(folder), url=database_url)
    rows = (folder / "identities.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    staying = [row for row in rows if not row.startswith("i-hansuxin,")]
    assert len(staying) == len(rows) - 1
    (folder / "identities.csv").write_text("".join(staying), encoding="utf-8")
    code, words = jiecheng("import-directory", str(folder), url=database_url)
    assert code == 0, words
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT identity, state FROM handovers").fetchall() == [("i-hansuxin", "due")]


def test_a_faulty_table_changes_nothing_and_is_named_by_row(jiecheng: Run, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "district"
    shutil.copytree(ROOT / "infra" / "demo" / "district", folder)
    with (folder / "identities.csv").open("a", encoding="utf-8") as table:
        table.write("broken,nobody,nowhere\n")
    code, words = jiecheng("import-directory", str(folder), url=database_url)
    assert code == 1
    assert "identities.csv:" in words
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM organs").fetchone() == (0,)


def test_a_backup_restores(jiecheng: Run, two_cases: str, tmp_path: Path, postgres_url: str) -> None:
    file = tmp_path / "house.dump"
    code, words = jiecheng("backup", str(file), url=two_cases)
    assert code == 0, words
    assert file.stat().st_mode & 0o077 == 0
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE restored TEMPLATE template0")
    restored = postgres_url.replace("/jiecheng?", "/restored?")
    command = [postgres.find_binaries() / "pg_restore", "--no-owner", f"--dbname={restored}", file]
    subprocess.run(command, check=True, capture_output=True)
    code, words = jiecheng("verify", url=restored)
    assert code == 0, words
    assert "2 件、6 条记录" in words


def test_a_password_is_not_written_on_a_command_line() -> None:
    address, environment = maintenance.without_password(
        "postgresql://keeper:s%40fe@db.example:5432/house?sslmode=require"
    )
    assert address == "postgresql://keeper@db.example:5432/house?sslmode=require"
    assert environment == {"PGPASSWORD": "s@fe"}


# terminal


def test_a_table_stays_in_column_with_chinese_words() -> None:
    lines = terminal.table(("账号", "姓名"), [("wang", "王秀兰"), ("li", "李四")]).splitlines()
    columns = {
        terminal.width(line[: line.index(word)])
        for line, word in zip(lines, ("姓名", "──────", "王", "李"), strict=True)
    }
    assert len(columns) == 1
