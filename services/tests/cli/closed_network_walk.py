"""Run inside a network namespace of its own: bring up loopback only, let an official work, and count what wanted to get out.

Prints one JSON object. The kernel counts every attempt to reach an address without a route, whoever makes it; a name server
on loopback writes down every name that is asked for. At the end one deliberate attempt of each kind shows that both see.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psutil
import psycopg

from jiecheng.calendar import SHANGHAI
from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.cli import postgres

PORT = 8720  # nobody else is in here
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
PATIENCE = 120.0
NOWHERE, NO_NAME = "203.0.113.7", "control.example"
NECESSITY = "全区开展矛盾纠纷化解专项督察，需要熟悉街道调解工作的同志参与，本局没有这样的人员，时间两个月。"
NOTICE = (
    "INSERT INTO outbox (key, kind, case_id, payload, state, due_at, created_at)"
    """ VALUES ('closed', 'notice', 1, '{"identities": ["i1"], "text": "请办理"}', 'due', now(), now())"""
)

Json: TypeAlias = Any  # as the API answers


def main() -> None:
    data = Path(sys.argv[1])
    loopback_up()
    asked = name_server()
    before = unroutable()
    with (data / "serve.out").open("wb") as output:
        command = [sys.executable, "-m", "jiecheng.cli", "serve", "--port", str(PORT), "--data", str(data / "data")]
        serve = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        until(lambda: "已就绪" in (data / "serve.out").read_text() or serve.poll() is not None)
        step = one_step()
        delivered = one_delivery(data / "data")
        foreign = sorted(remote_addresses(serve.pid))
    finally:
        serve.send_signal(signal.SIGTERM)
        serve.wait(30)
    result = {
        "interfaces": [name for _, name in socket.if_nameindex()],
        "step": step,
        "delivered": delivered,
        "unroutable": unroutable() - before,
        "names": list(asked),
        "foreign": foreign,
    }
    asked.clear()
    before = unroutable()
    wander()
    print(json.dumps({**result, "control_unroutable": unroutable() - before, "control_names": asked}))


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def name_server() -> list[str]:
    """The system's resolver asks us from here on; every name gets "no such name"."""
    with tempfile.NamedTemporaryFile("w", delete=False, suffix=".conf") as note:
        note.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    os.chmod(note.name, 0o644)
    subprocess.run(["mount", "--bind", note.name, "/etc/resolv.conf"], check=True)
    desk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    desk.bind(("127.0.0.1", 53))
    asked: list[str] = []

    def answer() -> None:
        while True:
            query, asker = desk.recvfrom(2048)
            name, rest = [], query[12:]
            while rest[0]:
                name.append(rest[1 : 1 + rest[0]].decode("ascii", "replace"))
                rest = rest[1 + rest[0] :]
            asked.append(".".join(name))
            desk.sendto(query[:2] + b"\x81\x83" + query[4:6] + b"\0" * 6 + query[12:], asker)

    threading.Thread(target=answer, daemon=True).start()
    return asked


def unroutable() -> int:
    """Attempts to send to where no route leads, of all processes in this namespace, IPv4 and IPv6."""
    head, counts = (
        line.split()[1:] for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")
    )
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return int(dict(zip(head, counts, strict=True))["OutNoRoutes"]) + int(six["Ip6OutNoRoutes"])


def one_step() -> str:
    """Log in, ask for a loan, and let the person who is asked for say yes; the sentence of the platform."""
    start = datetime.now(SHANGHAI).date() + timedelta(days=14)
    data = {
        "borrowed": "i-yangjingxing", "start_date": start.isoformat(), "end_date": (start + timedelta(50)).isoformat(),
        "necessity": NECESSITY, "work_content": "参与专项督察。",
    }  # fmt: skip
    case = call("/cases", {"process": "staff_loan", "data": data}, log_in("youyizhou"))["case"]
    lent = log_in("yangjingxing")
    item = call("/inbox", None, lent)["rows"][0]["item"]
    answer = call(f"/work-items/{item}/decision", {"outcome": "agree"}, lent)
    assert answer["case"] == case
    return str(answer["sentence"])


def log_in(account: str) -> str:
    return str(call("/session", {"account": account, "password": DEMO_PASSWORD}, "")["token"])


def call(path: str, body: dict[str, Any] | None, token: str) -> Json:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/api/v1{path}", content, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def one_delivery(data: Path) -> bool:
    """A notice that a Prefect flow must bring: then Prefect's server and the worker have done all they do."""
    with psycopg.connect(postgres.running_url(data), autocommit=True) as connection:
        connection.execute(NOTICE)
        connection.execute("NOTIFY jiecheng_work")
        owed = "SELECT count(*) FROM outbox WHERE state <> 'done'"
        until(lambda: connection.execute(owed).fetchone() == (0,))
    return True


def remote_addresses(supervisor: int) -> set[str]:
    """Where the processes under `supervisor` are connected to, outside this machine."""
    connections = [one for process in psutil.Process(supervisor).children(recursive=True) for one in connected(process)]
    return {one.raddr.ip for one in connections if one.raddr and one.raddr.ip not in {"127.0.0.1", "::1"}}


def connected(process: psutil.Process) -> list[Any]:
    """Its connections; none if it has ended since it was listed, as the database's own processes do all the time."""
    try:
        return list(process.net_connections("inet"))
    except psutil.NoSuchProcess:
        return []


def wander() -> None:
    with socket.socket() as probe:
        probe.connect_ex((NOWHERE, 443))
    with contextlib.suppress(OSError):
        socket.getaddrinfo(NO_NAME, 443)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.2)


if __name__ == "__main__":
    main()
