"""What `jiecheng` says when it cannot start: one Chinese sentence with the way out, and an exit code other than 0."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from jiecheng import settings
from jiecheng.cli import database, folder, main, postgres
from jiecheng.cli.trouble import Trouble
from jiecheng.model.errors import Invalid, JiechengError

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def jiecheng(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Run the command in this process; gives exit code and what it complained about."""
    monkeypatch.delenv("JIECHENG_DATABASE_URL", raising=False)
    monkeypatch.setenv("JIECHENG_DATA", str(tmp_path / "data"))

    def run(*arguments: str, url: str = "") -> tuple[int, str]:
        if url:
            monkeypatch.setenv("JIECHENG_DATABASE_URL", url)
        code = main(arguments)
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_named_with_the_way_to_choose_another(jiecheng: Say, taken_port: int) -> None:
    code, words = jiecheng("serve", "--port", str(taken_port))
    assert code != 0
    assert f"端口 {taken_port} 已被占用" in words
    assert "--port" in words


@pytest.mark.parametrize("port", ["0", "70000"])
def test_an_impossible_port_is_refused(jiecheng: Say, port: str) -> None:
    code, words = jiecheng("serve", "--port", port)
    assert code != 0
    assert "1 到 65535" in words


def test_a_port_in_the_environment_must_be_a_number() -> None:
    with pytest.raises(Invalid, match="端口"):
        settings.read({"JIECHENG_PORT": "eight"})


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root@localhost/x", "应写成 postgresql://"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "连不上数据库服务器"),
        ("postgresql://u:geheim@nosuchhost.invalid/x", "找不到数据库主机"),
    ],
)
def test_a_wrong_database_address_is_explained_without_its_password(jiecheng: Say, url: str, sentence: str) -> None:
    code, words = jiecheng("migrate", url=url)
    assert code != 0
    assert sentence in words
    assert "geheim" not in words
    assert "Traceback" not in words


def test_a_database_that_does_not_exist_is_said_so(jiecheng: Say, postgres_url: str) -> None:
    code, words = jiecheng("migrate", url=postgres_url.replace("/jiecheng?", "/nowhere?"))
    assert code != 0
    assert "没有这个数据库" in words


def test_a_user_that_does_not_exist_is_said_so(jiecheng: Say, postgres_url: str) -> None:
    code, words = jiecheng("migrate", url=postgres_url.replace("//jiecheng@", "//stranger@"))
    assert code != 0
    assert "没有这个用户" in words


@pytest.mark.parametrize(
    "words",
    [
        'connection failed: FATAL:  password authentication failed for user "jiecheng"',
        "connection failed: fe_sendauth: no password supplied",
    ],
)
def test_a_wrong_password_is_said_so(words: str) -> None:
    assert "不接受用户名或密码" in database.explain("postgresql://jiecheng:x@db/jiecheng", words)


def test_words_that_are_not_understood_are_not_explained_away() -> None:
    assert database.explain("postgresql://db/x", "division by zero") == ""


def test_a_newer_database_is_left_alone(database_url: str, jiecheng: Say) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    code, words = jiecheng("migrate", url=database_url)
    assert code != 0
    assert "新版本" in words
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999_future",)]


def test_a_data_folder_that_cannot_be_made_is_named(jiecheng: Say, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, words = jiecheng("serve", "--port", "18720", "--data", str(tmp_path / "file" / "data"))
    assert code != 0
    assert str(tmp_path / "file" / "data") in words
    assert "--data" in words


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.EACCES, "不能写"), (errno.EROFS, "只读"), (errno.ENOSPC, "磁盘已满"), (errno.ENOTDIR, "普通文件")],
)
def test_every_reason_against_a_data_folder_is_a_sentence_of_its_own(number: int, sentence: str) -> None:
    words = folder.unusable(Path("/srv/jiecheng"), OSError(number, os.strerror(number)))
    assert sentence in words
    assert "/srv/jiecheng" in words
    assert "--data" in words


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "ROOM_TO_START", 2**62)
    with pytest.raises(Trouble, match="磁盘空间不足"):
        folder.make_ready(tmp_path / "data")


def test_a_full_disk_is_named_by_the_database_too() -> None:
    assert "磁盘已满" in postgres.explain("PANIC:  could not write to file: No space left on device")


def test_a_second_program_on_the_same_folder_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    folder.make_ready(tmp_path)
    with (
        folder.held(tmp_path),
        pytest.raises(JiechengError, match=rf"已有一个街程在运行（进程 {os.getpid()}）"),
        folder.held(tmp_path),
    ):
        pass


def test_the_folder_is_free_again_when_its_holder_was_killed(tmp_path: Path) -> None:
    folder.make_ready(tmp_path)
    program = (
        "import os, signal, sys; from pathlib import Path; from jiecheng.cli import folder\n"
        "with folder.held(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    with folder.held(tmp_path):
        assert (tmp_path / folder.LOCK).read_text().strip() == str(os.getpid())


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    first = folder.secret(tmp_path, "password")
    assert folder.secret(tmp_path, "password") == first
    assert len(first) >= 32
    assert (tmp_path / "password").stat().st_mode & 0o077 == 0
