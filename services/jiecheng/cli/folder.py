"""The data folder of one installation: writable, with room, and held by one running program at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiecheng.cli.trouble import Trouble

LOCK = "jiecheng.lock"
ROOM_TO_START = 300 * 1024 * 1024  # an empty database takes 50 MB, its log of changes up to 200


def make_ready(data: Path) -> None:
    """Make the folder and its logs; every reason why it cannot serve is a sentence."""
    try:
        # Others may pass through (the database's account does, when we are root), and list nothing.
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        (data / "logs").mkdir(mode=0o700, exist_ok=True)
        probe = data / ".write-probe"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as problem:
        raise Trouble(unusable(data, problem)) from problem
    free = shutil.disk_usage(data).free
    if free < ROOM_TO_START:
        raise Trouble(
            f"磁盘空间不足：{data} 所在的盘只剩 {free // 2**20} MB，至少需要 {ROOM_TO_START // 2**20} MB。"
            "请腾出空间，或用 --data 换一个盘。"
        )


def unusable(data: Path, problem: OSError) -> str:
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"磁盘已满：数据目录 {data} 写不进去。请腾出空间，或用 --data 换一个盘。"
    if problem.errno == errno.EROFS:
        return f"数据目录 {data} 所在的盘是只读的。请用 --data 指定一个能写的目录。"
    if problem.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"数据目录 {data} 的路径上有一个普通文件。请移走它，或用 --data 指定别的目录。"
    return f"数据目录 {data} 不能写（{problem.strerror}）。请检查所有者和权限，或用 --data 指定一个能写的目录。"


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Ours alone until the end, or Trouble."""
    with held_or_not(data) as ours:
        if not ours:
            holder = (data / LOCK).read_text().strip() or "未知"
            advice = "请先在它的窗口按 Ctrl-C 结束，或用 --data 换一个数据目录"
            raise Trouble(f"数据目录 {data} 已有一个街程在运行（进程 {holder}）。{advice}。")
        yield


@contextmanager
def held_or_not(data: Path) -> Iterator[bool]:
    """Whether the folder is ours until the end. The kernel lets go of it when we die, however we die."""
    with (data / LOCK).open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        note.truncate(0)
        note.write(f"{os.getpid()}\n")
        note.flush()
        yield True


def secret(data: Path, name: str) -> str:
    """A random word of this installation, made once, readable by its owner only."""
    path = data / name
    if not path.exists() or not path.read_text().strip():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        draft.replace(path)
    return path.read_text().strip()
