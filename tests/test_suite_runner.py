"""`make test` itself: servers come and go without a trace, counts add up, what is missing is said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from tests import programs, run
from tests.programs import POSTGRESQL, Program, find_postgresql, find_redis, provide
from tests.run import Run, Tally, read_report, run_child, summary
from tests.services import ServiceUnavailable, postgresql

ROOT = run.ROOT
needs_postgresql = pytest.mark.skipif(find_postgresql() is None, reason="PostgreSQL 15 is not installed")
needs_redis = pytest.mark.skipif(find_redis() is None, reason="redis-server is not installed")

HOLD_SERVERS = """
    import sys, time
    from tests.services import postgresql, redis_server, temporary_folder
    with temporary_folder() as folder, postgresql(folder) as server, redis_server(folder) as redis:
        print(folder, server.pid, redis.pid, flush=True)
        time.sleep(120)
"""


def hold_servers(tmp_path: Path) -> tuple[subprocess.Popen[str], Path, list[int]]:
    """A process that holds both servers; its folder and their process ids."""
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLD_SERVERS)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert holder.stdout is not None
    folder, *pids = holder.stdout.readline().split()
    return holder, Path(folder), [int(pid) for pid in pids]


def all_gone(pids: list[int], seconds: float = 30) -> bool:
    """Whether the processes end in time."""
    deadline = time.monotonic() + seconds
    while any(psutil.pid_exists(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@needs_postgresql
@needs_redis
def test_ctrl_c_leaves_no_server_and_no_folder(tmp_path: Path) -> None:
    holder, folder, pids = hold_servers(tmp_path)
    assert all(psutil.pid_exists(pid) for pid in pids)
    holder.send_signal(signal.SIGINT)
    holder.communicate(timeout=40)
    assert all_gone(pids)
    assert not folder.exists()


@needs_postgresql
@needs_redis
def test_a_killed_parent_leaves_no_server(tmp_path: Path) -> None:
    holder, _, pids = hold_servers(tmp_path)
    holder.kill()
    holder.communicate(timeout=40)
    assert all_gone(pids)


@needs_postgresql
def test_the_server_is_ours_alone_and_off_after_the_block(tmp_path: Path) -> None:
    import psycopg

    tmp_path.chmod(0o755)
    with run.temporary_folder() as folder, postgresql(folder) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION btree_gist")
            shown = connection.execute("SELECT current_setting('fsync'), current_setting('jit')").fetchone()
        assert shown == ("off", "off")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url().replace(server.password, "guess"))
        assert psutil.Process(server.pid).username() != "root"
    assert not psutil.pid_exists(server.pid)


def test_a_missing_server_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.services.find_postgresql", lambda: None)
    with pytest.raises(ServiceUnavailable, match="PostgreSQL 15 or later is not installed"), postgresql(tmp_path):
        pass


def test_what_may_not_be_installed_is_left_out_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "apt_prefix", lambda: None)
    said: list[str] = []
    nowhere = Program("no-such-server", lambda: None, ("no-such-server",), "its tests are skipped")
    assert provide([nowhere], said.append) == {}
    assert said == [
        "LEFT OUT: no-such-server: it is not installed, and apt-get is missing or needs a password; its tests are skipped."
    ]


def test_what_is_there_is_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "apt_prefix", lambda: pytest.fail("asked for apt-get"))
    present = Program("python", lambda: Path(sys.executable), (), "")
    assert provide([present], lambda text: None) == {"python": Path(sys.executable)}


@pytest.mark.parametrize(("is_build", "expected"), [("true", (1, 0)), ("", (0, 1))])
def test_without_postgresql_a_build_fails_and_a_laptop_skips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_build: str, expected: tuple[int, int]
) -> None:
    monkeypatch.setenv("CI", is_build)
    tally = run.run_on_postgresql(Run(tmp_path, {}, []))
    assert (tally.failed, tally.skipped) == expected


def test_counts_are_read_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "suite.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert read_report(report, "SQLite", 1) == Tally("SQLite", passed=4, failed=3, skipped=3)


@pytest.mark.parametrize("status", [2, 3, 5, -9])
def test_a_run_that_ends_badly_is_a_failure_whatever_it_counted(tmp_path: Path, status: int) -> None:
    assert read_report(tmp_path / "none.xml", "SQLite", status).failed == 1


def test_the_last_line_sums_up() -> None:
    tallies = [Tally("checks", 7, 0, 0, 20.0), Tally("SQLite", 100, 2, 3, 60.0)]
    text = summary(tallies, ["LEFT OUT: Chromium"])
    assert text.splitlines()[-1] == "107 passed, 2 failed, 3 skipped"
    assert "LEFT OUT: Chromium" in text


def test_a_failing_phase_fails_the_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(run.RUNNERS, "check", lambda _: Tally("checks", 6, 1))
    assert run.main(["--only", "check"]) == 1
    monkeypatch.setitem(run.RUNNERS, "check", lambda _: Tally("checks", 7))
    assert run.main(["--only", "check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed, 0 skipped"


def test_nothing_that_a_suite_started_outlives_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"sleep 120 & echo $! > {note}; exit 3"
    assert run_child(["/bin/sh", "-c", script], dict(os.environ)) == 3
    assert all_gone([int(note.read_text())])


def test_a_suite_that_hangs_is_stopped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_child(["/bin/sh", "-c", "exec sleep 120"], dict(os.environ), limit=0.2) == run.TOOK_TOO_LONG
    assert "something hangs" in capfd.readouterr().out


def test_settings_of_the_caller_do_not_reach_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/real")
    monkeypatch.setenv("YXT_KEYS_FILE", "/real/keys.json")
    environment = Run(tmp_path, {POSTGRESQL.name: tmp_path}, []).environment()
    assert not {"DATABASE_URL", "YXT_KEYS_FILE"} & set(environment)
    assert environment["TMPDIR"].startswith(str(tmp_path))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locked_lists_are_exact_hashed_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 30
    assert [e.split()[0] for e in entries if "==" not in e.split()[0] or "--hash=sha256:" not in e] == []
    assert "://" not in text


def test_the_lock_holds_what_is_asked_for() -> None:
    asked = [
        re.split(r"[=<>~\[\s]", line)[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(asked) - locked == set()
