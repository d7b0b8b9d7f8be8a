"""The PostgreSQL server of the form: on a port of loopback, as a server elsewhere would be.

Prefect's tables need the extension pg_trgm, which the embedded PostgreSQL does not bring. So the system's own server is taken
where it has it; where there is none, the embedded one, and Prefect keeps its runs in a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jiecheng.cli import child, folder, postgres, programs

# As a server of its own would be set, but for the connections: two replicas, two workers and Prefect.
OPTIONS = ("listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=128MB")
SYSTEM = Path("/usr/lib/postgresql")
OLDEST = 15


@dataclass(frozen=True, slots=True)
class Server:
    version: str
    product: str  # addresses of the two databases
    prefect: str  # "" where Prefect keeps a file


@contextmanager
def running(data: Path) -> Iterator[Server]:
    folder.make_ready(data)
    port = programs.free_port()
    # The tools and the server itself read the port from here; this process has no other server.
    os.environ["PGPORT"] = str(port)
    binaries = with_trigrams()
    cluster = system_cluster(data, binaries) if binaries else postgres.cluster(data, data / "logs", OPTIONS)
    process = postgres.start(cluster)
    base = f"postgresql://{postgres.OWNER}@127.0.0.1:{port}"
    try:
        postgres.psql(cluster, f"CREATE DATABASE prefect OWNER {postgres.OWNER}")
        version = postgres.psql(cluster, "SHOW server_version")
        yield Server(version, f"{base}/{postgres.OWNER}", f"{base}/prefect" if binaries else "")
    finally:
        child.end([process], postgres.LEAVE_PATIENCE)


def with_trigrams() -> Path | None:
    """The newest installed server that has the extension, as Debian and its kin lay it out."""
    found = []
    for binary in SYSTEM.glob("*/bin/postgres"):
        version = binary.parents[1].name
        if version.isdigit() and int(version) >= OLDEST:
            control = Path("/usr/share/postgresql") / version / "extension" / "pg_trgm.control"
            found += [(int(version), binary.parent)] if control.is_file() else []
    return max(found)[1] if found else None


def system_cluster(data: Path, binaries: Path) -> postgres.Cluster:
    account = postgres.unprivileged_account()
    if account:
        postgres.open_the_way((data,))
    found = postgres.Cluster(binaries, data / "postgres", postgres.socket_folder(data), data / "logs", account, OPTIONS)
    for place in (found.sockets, found.folder):
        postgres.own(place, account)
    command = [
        binaries / "initdb",
        "-D",
        found.folder,
        "-U",
        postgres.SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
    ]
    done = postgres.run_as(found, [str(word) for word in command])
    if done.returncode:
        raise RuntimeError(done.stderr)
    return found
