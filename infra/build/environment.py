"""Makes and mends `.venv` and the built pages. Standard library only: it runs before anything is installed.

A stamp is written last, so a build that was cut short has none and is done again. The stamp holds what the build was
made from: the same in, nothing to do.

    python3 infra/build/environment.py venv     the locked dependencies and this project
    python3 infra/build/environment.py pages    the bundles of services/jiecheng/web/assets
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
ASSETS = ROOT / "services/jiecheng/web/assets"
STATIC = ROOT / "services/jiecheng/web/static"
NODE_AT_LEAST = 20
NOT_SOURCES = {"node_modules", "static"}


class Unfinished(Exception):
    """A step failed; the message says what to do."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def fingerprint(files: Sequence[Path], *words: str) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Two `make` in one clone would install over each other: the second waits, then finds the work done."""
    place = Path(ROOT / ".git") if (ROOT / ".git").is_dir() else ROOT
    with (place / f"jiecheng-{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个 make 正在准备环境，等它做完……")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    """Run quietly; only when it fails, show what it said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unfinished(f"{done.stdout[-4000:]}\n命令失败（{done.returncode}）：{' '.join(map(str, command))}")


def timed(sentence: str, work: Callable[[], None]) -> None:
    """Say what is done, now and then that it still is, and how long it took."""
    say(f"{sentence}……")
    done = threading.Event()
    began = time.monotonic()

    def reassure() -> None:
        while not done.wait(15):
            say(f"  仍在进行，已 {time.monotonic() - began:.0f} 秒")

    threading.Thread(target=reassure, daemon=True).start()
    try:
        work()
    finally:
        done.set()
    say(f"  完成，用时 {time.monotonic() - began:.0f} 秒")


def venv_python() -> Path:
    return VENV / "bin/python"


def venv_works() -> bool:
    """A moved folder or an upgraded system Python leaves a venv that looks whole and does not run."""
    try:
        asked = subprocess.run(
            [venv_python(), "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return asked.returncode == 0 and Path(asked.stdout.strip()).resolve() == VENV.resolve()


def make_venv() -> None:
    """Dependencies exactly as locked. What a broken-off run left behind is thrown away: pip would take it for whole."""
    stamp = VENV / "jiecheng-stamp"
    wanted = fingerprint([LOCK, ROOT / "pyproject.toml"], "venv 1", str(VENV.resolve()))
    if stamp.is_file() and stamp.read_text() == wanted and venv_works():
        return
    whole = stamp.is_file() and venv_works()
    stamp.unlink(missing_ok=True)
    if not whole:
        if VENV.exists():
            say("上次的 .venv 没有装完或已不能用，重新建立。")
            shutil.rmtree(VENV)
        new_venv()
    packages = LOCK.read_text().count("==")
    timed(f"正在安装 {packages} 个依赖包（首次约一两分钟）", install)
    stamp.write_text(wanted)


def new_venv() -> None:
    try:
        run([sys.executable, "-m", "venv", VENV])
    except Unfinished as problem:
        raise Unfinished(f"{problem}\n建不了虚拟环境。Debian/Ubuntu 请先安装 python3-venv，再重试。") from problem


def install() -> None:
    pip: list[str | Path] = [
        venv_python(),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--quiet",
        "--no-deps",
    ]
    run([*pip, "--require-hashes", "-r", LOCK])
    run([*pip, "--no-build-isolation", "-e", ROOT])


def sources() -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(ASSETS):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        found += [Path(folder) / name for name in names]
    return found


def node_version(node: str | Path) -> int:
    try:
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    words = asked.stdout.strip().removeprefix("v").split(".")
    return int(words[0]) if words[0].isdigit() else 0


def node_and_npm() -> tuple[str, str]:
    """The system's node where it is new enough, else the one from PyPI that the lock brings."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= NODE_AT_LEAST:
        return node, npm
    return str(VENV / "bin/node"), str(VENV / "bin/npm")


def build_pages() -> None:
    if not (ASSETS / "package.json").is_file():
        return
    files = sources()
    stamp = STATIC / ".jiecheng-stamp"
    wanted = fingerprint(files, "pages 1")
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    node, npm = node_and_npm()
    environment = {"PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}

    def build() -> None:
        install_page_packages(npm, environment)
        run([node, "build.mjs"], cwd=ASSETS, environment=environment)

    timed("正在构建页面", build)
    stamp.write_text(wanted)


def install_page_packages(npm: str, environment: Mapping[str, str]) -> None:
    stamp = ASSETS / "node_modules/.jiecheng-stamp"
    wanted = fingerprint([ASSETS / "package-lock.json"], "npm 1")
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ASSETS, environment=environment)
    stamp.write_text(wanted)


STEPS: Mapping[str, Callable[[], None]] = {"venv": make_venv, "pages": build_pages}


def main(arguments: Sequence[str]) -> int:
    for name in arguments:
        try:
            with one_at_a_time(name):
                STEPS[name]()
        except (Unfinished, OSError) as problem:
            print(f"{problem}\n没有完成。请看上面的原因，改正后再运行同一条命令，会从断处接着做。", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("已中断。再运行同一条命令会重做没做完的部分。", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
