"""Asks a virus scanner about a file: clamd by its socket, or a command. Owns no verdict on what follows from it."""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from dataclasses import dataclass

from jiecheng.model.errors import Invalid, JiechengError

SECONDS = 20.0  # shorter than the lease of whoever waits for the answer
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096


class NotScanned(JiechengError):
    """The scanner gave no verdict; the file is neither clean nor bad."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """`kind`: clamd | command; `where`: a socket's path, host:port, or the words of a command that reads the file."""

    kind: str
    where: str


def read_scanner(text: str) -> Scanner | None:
    """ "clamd:/run/clamav/clamd.ctl", "clamd:127.0.0.1:3310" or "command:clamdscan --no-summary -"; None for nothing."""
    if not text:
        return None
    kind, _, where = text.partition(":")
    if kind not in ("clamd", "command") or not where.strip():
        raise Invalid(
            f"JIECHENG_SCANNER 写作“{text}”，看不懂。请写 clamd:/run/clamav/clamd.ctl、clamd:主机:端口，"
            "或 command:命令（从标准输入读文件，0 是干净，1 是有毒）。"
        )
    return Scanner(kind, where.strip())


def scan(scanner: Scanner, content: bytes) -> str:
    """What was found in it, "" when it is clean. Raises NotScanned."""
    try:
        return _by_clamd(scanner.where, content) if scanner.kind == "clamd" else _by_command(scanner.where, content)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NotScanned(f"病毒检查没有做成（{type(error).__name__}），会自动再试。") from error


def _by_clamd(where: str, content: bytes) -> str:
    with _connected(where) as wire:
        wire.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            wire.sendall(struct.pack("!I", len(piece)) + piece)
        wire.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = wire.recv(1024)
            if not more:
                break
            answer += more
    words = answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")[:200]
    raise NotScanned(f"病毒检查没有做成（{words[:100] or '没有回答'}），会自动再试。")


def _connected(where: str) -> socket.socket:
    if where.startswith("/"):
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(SECONDS)
        wire.connect(where)
        return wire
    host, _, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _by_command(command: str, content: bytes) -> str:
    # The words are the installation's own, from its environment; what people upload goes in by standard input only.
    done = subprocess.run(shlex.split(command), input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    if done.returncode == 0:
        return ""
    if done.returncode == 1:
        return done.stdout.decode("utf-8", "replace").strip()[:200] or "没有说明"
    raise NotScanned(f"病毒检查的命令没有做成（退出码 {done.returncode}），会自动再试。")
