"""PostgreSQL and Redis of their own for a test or a measurement: on a free port, in a temporary folder, gone afterwards.

Standard library only.  Each server is a direct child that dies with its parent, whatever kills the parent.

    with temporary_folder() as folder, postgresql(folder) as server:
        os.environ["DATABASE_URL"] = server.url("yixiantong")
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.programs import find_postgresql, find_redis

START_SECONDS = 60
STOP_SECONDS = 20
ATTEMPTS = 3
UNPRIVILEGED = ("postgres", "nobody")
PR_SET_PDEATHSIG = 1
#: found beforehand: a child between fork and exec that opens a library may wait for ever for a lock that a thread of ours held
PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

#: Nothing here outlives a power cut, so nothing waits for the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "jit": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class ServiceUnavailable(RuntimeError):
    """A server is not installed or does not start; the text says which and ends with its log."""


@dataclass(frozen=True)
class Postgresql:
    """A running PostgreSQL; `pid` is its parent process."""

    port: int
    password: str
    folder: Path
    pid: int

    def url(self, database: str = "postgres") -> str:
        """The address for DATABASE_URL."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/{database}"


@dataclass(frozen=True)
class Redis:
    """A running Redis without persistence."""

    port: int
    password: str
    pid: int

    def url(self, database: int = 0) -> str:
        """The address for YXT_BROKER_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def temporary_folder(prefix: str = "yixiantong-services-") -> Iterator[Path]:
    """A folder that other accounts may pass through (PostgreSQL refuses to run as root), removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if any(not parent.stat().st_mode & 0o001 for parent in folder.parents):
        shutil.rmtree(folder)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgresql(folder: Path, *, is_durable: bool = False) -> Iterator[Postgresql]:
    """Start PostgreSQL with its files beneath `folder`; `is_durable` keeps fsync on, as measurements need it."""
    programs = find_postgresql()
    if programs is None:
        raise ServiceUnavailable("PostgreSQL 15 or later is not installed")
    home = Path(tempfile.mkdtemp(prefix="postgresql-", dir=folder))
    account = _unprivileged_account()
    password = secrets.token_hex(16)
    cluster = home / "cluster"
    try:
        _make_cluster(programs, home, account, password)
        options = SETTINGS if is_durable else SETTINGS | FAST
        for attempt in range(1, ATTEMPTS + 1):
            port = free_port()
            words = [w for name, value in options.items() for w in ("-c", f"{name}={value}")]
            command = [str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *words]
            server = _start(command, home / "server.log", cwd=home, account=account)
            if _is_up(server, lambda: _postmaster_is_ready(cluster)):
                break
            _stop(server, signal.SIGQUIT)
            if attempt == ATTEMPTS:
                raise ServiceUnavailable(f"PostgreSQL does not start:\n{_tail(home / 'server.log')}")
        try:
            yield Postgresql(port=port, password=password, folder=home, pid=server.pid)
        finally:
            _stop(server, signal.SIGINT)  # "fast": ends sessions, then itself
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[Redis]:
    """Start Redis with its files beneath `folder`."""
    program = find_redis()
    if program is None:
        raise ServiceUnavailable("redis-server is not installed")
    home = Path(tempfile.mkdtemp(prefix="redis-", dir=folder))
    password = secrets.token_hex(16)
    try:
        for attempt in range(1, ATTEMPTS + 1):
            port = free_port()
            settings = {
                "port": port, "bind": "127.0.0.1", "dir": home, "save": '""', "appendonly": "no", "requirepass": password,
            }  # fmt: skip
            (home / "redis.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
            (home / "redis.conf").chmod(0o600)
            server = _start([str(program), str(home / "redis.conf")], home / "server.log", cwd=home)
            if _is_up(server, lambda port=port: _answers(port)):
                break
            _stop(server, signal.SIGKILL)
            if attempt == ATTEMPTS:
                raise ServiceUnavailable(f"redis-server does not start:\n{_tail(home / 'server.log')}")
        try:
            yield Redis(port=port, password=password, pid=server.pid)
        finally:
            _stop(server, signal.SIGTERM)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL when we are root: it refuses to be root itself."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceUnavailable(f"no account to run PostgreSQL as: tried {', '.join(UNPRIVILEGED)}")


def _make_cluster(programs: Path, home: Path, account: pwd.struct_passwd | None, password: str) -> None:
    """initdb; the password goes by file, never on a command line."""
    secret = home / "password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
        os.chown(secret, account.pw_uid, account.pw_gid)
    command = [
        str(programs / "initdb"), "--pgdata", str(home / "cluster"), "--username", "postgres", "--pwfile", str(secret),
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync",
    ]  # fmt: skip
    made = _start(command, home / "initdb.log", cwd=home, account=account)
    try:
        status = made.wait(START_SECONDS)
    except BaseException:
        _stop(made, signal.SIGKILL)
        raise
    if status != 0:
        raise ServiceUnavailable(f"initdb failed:\n{_tail(home / 'initdb.log')}")
    secret.unlink()


def die_with_parent() -> None:
    """In the child: ask the kernel for a signal when the parent ends, so that not even kill -9 leaves an orphan."""
    # A shell that runs us in the background ignores these two for all below it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if PRCTL is not None:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGINT)


def _start(
    command: list[str], log: Path, *, cwd: Path, account: pwd.struct_passwd | None = None
) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches us first, and we stop it in order."""
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C", "HOME": str(cwd)}
    with log.open("ab") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd, env=kept,
            start_new_session=True, preexec_fn=die_with_parent, **identity,
        )  # fmt: skip


def _is_up(server: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
    """Wait until it answers; False when it ended or never did."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if is_ready():
            return True
        time.sleep(0.05)
    return False


def _postmaster_is_ready(cluster: Path) -> bool:
    """The eighth line of postmaster.pid says so: what pg_ctl looks at."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _stop(server: subprocess.Popen[bytes], politely: signal.Signals) -> None:
    """Ask, then insist."""
    for number in (politely, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
