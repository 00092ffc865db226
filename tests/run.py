"""Every check, then the whole suite on SQLite and again on a PostgreSQL of its own: what `make test` runs.

    python tests/run.py                                  # everything
    python tests/run.py --only check                     # a phase: check, sqlite or postgresql
    python tests/run.py --only sqlite -k roster tests/park_workers -x    # whatever else is given goes to pytest

The last line sums up, `N passed, N failed, N skipped`; each check counts as one.  The exit status is 0 when nothing failed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.engines import SHARED  # noqa: E402
from tests.programs import CHROMIUM, FONT, POSTGRESQL, REDIS, Program, postgresql_version, provide  # noqa: E402
from tests.ready_database import READY, begin_migrating, is_migrated, new_postgresql_database  # noqa: E402
from tests.services import ServiceUnavailable, die_with_parent, postgresql, redis_server, temporary_folder  # noqa: E402

#: twice as many as the cores of a small machine: half of what a test does is waiting for a browser, a worker or the disk
PROCESSES = 4
GRACE_SECONDS = 30
#: A suite that hangs must end as a failure, not as a build that nobody hears of again.
LIMIT_SECONDS = 2400
TOOK_TOO_LONG = 124
PHASES = ("check", "sqlite", "postgresql")
#: Settings of whoever calls must not reach the tests.
FOREIGN = ("YXT_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PG")


@dataclass(frozen=True)
class Tally:
    """Outcome of one phase."""

    phase: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0


@dataclass
class Run:
    """One call: where temporary things go, what there is, what came out."""

    folder: Path
    programs: dict[str, Path]
    pytest_arguments: Sequence[str]
    tallies: list[Tally] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    phases: Sequence[str] = ()
    sqlite_migration: subprocess.Popen[bytes] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        """The caller's environment without its settings; everything temporary lands in our folder."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        chromium = self.programs.get(CHROMIUM.name)
        browser = {"CHROMIUM": str(chromium)} if chromium else {}
        # A hundred processes import the same modules: whoever forbids Python to keep what it compiled has each compile them all.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {"TMPDIR": str(work), "PYTHONUNBUFFERED": "1"} | browser | more


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def tool(name: str) -> str:
    """A program of the environment that runs us."""
    return str(Path(sys.executable).parent / name)


def check_commands() -> dict[str, list[str]]:
    """The checks in order: name and command."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    return {
        "ruff check": [tool("ruff"), "check", "--quiet", "."],
        "ruff format --check": [tool("ruff"), "format", "--check", "--quiet", "."],
        "mypy": [tool("mypy"), "--no-error-summary"],
        "lint-imports": [tool("lint-imports"), "--no-logo"],
        "djlint": [tool("djlint"), "templates", "--lint", "--quiet"],
        "manage.py check --deploy": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "manage.py makemigrations --check": [*manage, "makemigrations", "--check", "--dry-run"],
    }


def run_checks(run: Run) -> Tally:
    """Each check in a process of its own; quiet when it passes, its whole output when it does not.

    The other core meanwhile makes the database that the suite on SQLite begins with, if there is one to come.
    """
    if "sqlite" in run.phases:
        run.sqlite_migration = begin_migrating(run.environment(), f"sqlite:///{run.folder / 'ready.sqlite3'}")
    say("\n== Checks ==")
    started = time.monotonic()
    environment = production_like(run)
    passed = failed = 0
    for name, command in check_commands().items():
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        took = f"{time.monotonic() - began:.1f} s"
        if done.returncode == 0:
            passed += 1
            say(f"  ok      {name} ({took})")
        else:
            failed += 1
            say(f"  FAILED  {name} ({took})\n{(done.stdout + done.stderr).rstrip()}")
    return Tally("checks", passed, failed, seconds=time.monotonic() - started)


def production_like(run: Run) -> dict[str, str]:
    """Settings as on a server: HTTPS, keys outside the tree, nothing of the tests."""
    keys = run.folder / "work" / "keys.json"
    environment = run.environment(YXT_KEYS_FILE=str(keys), YXT_STATE_DIR=str(run.folder / "state"))
    command = [sys.executable, str(ROOT / "manage.py"), "init_keys", "--if-missing"]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if made.returncode != 0:
        say(f"  manage.py init_keys failed:\n{made.stdout}{made.stderr}")
    return environment


def run_suite(run: Run, phase: str, environment: dict[str, str]) -> Tally:
    """pytest over everything (or what the caller named) in one engine."""
    started = time.monotonic()
    report = run.folder / f"{phase.split()[0].lower()}.xml"
    command = [
        sys.executable, "-m", "pytest", "-q", "-n", str(PROCESSES), "--dist", "worksteal", "--junitxml", str(report),
        *run.pytest_arguments,
    ]  # fmt: skip
    status = run_child(command, environment)
    tally = read_report(report, phase, status)
    return Tally(phase, tally.passed, tally.failed, tally.skipped, time.monotonic() - started)


def read_report(report: Path, phase: str, status: int) -> Tally:
    """Counts of a JUnit report; a run that ended badly without a failed test counts as one failure."""
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    with contextlib.suppress(OSError, ElementTree.ParseError):
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            for name in counts:
                counts[name] += int(suite.get(name, 0))
    failed = counts["failures"] + counts["errors"]
    passed = max(0, counts["tests"] - failed - counts["skipped"])
    if status != 0 and failed == 0:
        reason = "no test was found" if status == 5 else f"pytest ended with status {status}"
        say(f"{phase}: {reason}; this counts as a failure.")
        failed = 1
    return Tally(phase, passed, failed, counts["skipped"])


def run_child(command: list[str], environment: dict[str, str], limit: float = LIMIT_SECONDS) -> int:
    """Run to the end, or to the limit of seconds; when we are stopped, let it tidy up first.  Nothing of it stays."""
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
    )
    try:
        return child.wait(limit)
    except subprocess.TimeoutExpired:
        say(f"Stopped after {limit:.0f} s: something hangs (a trace of every test that took 15 minutes stands above).")
        return TOOK_TOO_LONG
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def run_on_sqlite(run: Run) -> Tally:
    """The embedded engine with the file-system broker."""
    ready = run.folder / "ready.sqlite3"
    migration = run.sqlite_migration or begin_migrating(run.environment(), f"sqlite:///{ready}")
    more = {READY: str(ready)} if is_migrated(migration) else {}
    say(f"\n== Suite on SQLite {sqlite3.sqlite_version}, warnings are errors ==")
    return run_suite(run, "SQLite", run.environment(**more))


def run_on_postgresql(run: Run) -> Tally:
    """The production engine with Redis, both started here."""
    programs = run.programs.get(POSTGRESQL.name)
    if programs is None:
        say("\n== Suite on PostgreSQL: LEFT OUT, see above ==")
        # On a build machine a run without the production engine must not look like a whole one.
        is_build = os.environ.get("CI", "").lower() == "true"
        return Tally("PostgreSQL (left out)", failed=int(is_build), skipped=int(not is_build))
    with contextlib.ExitStack() as services:
        server = services.enter_context(postgresql(run.folder))
        more = {"DATABASE_URL": server.url("yixiantong")}
        broker = "without Redis"
        if REDIS.name in run.programs:
            redis = services.enter_context(redis_server(run.folder))
            more["REDIS_URL"] = redis.url()
            broker = f"Redis on port {redis.port}"
        new_postgresql_database(server.url(), "ready")
        if is_migrated(begin_migrating(run.environment(), server.url("ready"))):
            more[READY] = "ready"
        version = postgresql_version(programs)
        say(f"\n== Suite on PostgreSQL {version} on port {server.port}, {broker}, warnings are errors ==")
        return run_suite(run, f"PostgreSQL {version}", run.environment(**more))


RUNNERS = {"check": run_checks, "sqlite": run_on_sqlite, "postgresql": run_on_postgresql}


def needed(phases: Sequence[str]) -> list[Program]:
    """Programs outside Python that the phases use."""
    wanted = [CHROMIUM, FONT] if set(phases) & {"sqlite", "postgresql"} else []
    return [*wanted, *([POSTGRESQL, REDIS] if "postgresql" in phases else [])]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """TERM and HUP unwind like Ctrl-C, so that servers and folders go."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def summary(tallies: Sequence[Tally], remarks: Sequence[str]) -> str:
    """The table of the phases, what was left out, and the closing line."""
    lines = ["", f"{'':<24}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>10}"]
    lines += [f"{t.phase:<24}{t.passed:>8}{t.failed:>8}{t.skipped:>9}{t.seconds:>10.1f}" for t in tallies]
    lines += remarks
    passed, failed, skipped = (sum(getattr(t, n) for t in tallies) for n in ("passed", "failed", "skipped"))
    return "\n".join([*lines, f"{passed} passed, {failed} failed, {skipped} skipped"])


def main(arguments: Sequence[str]) -> int:
    """Run the phases asked for; 0 when nothing failed."""
    parser = argparse.ArgumentParser(
        usage="run.py [--only check|sqlite|postgresql] [--everything] [arguments for pytest ...]"
    )
    parser.add_argument("--only", action="append", choices=PHASES, metavar="PHASE")
    parser.add_argument("--everything", action="store_true", help="every test on both engines (tests/engines.py)")
    options, rest = parser.parse_known_args(arguments)
    phases = [phase for phase in PHASES if phase in (options.only or PHASES)]
    remarks: list[str] = []
    if not options.only and not options.everything:
        os.environ[SHARED] = "1"
        remarks.append("What needs only one engine ran on one (tests/engines.py); --everything runs all on both.")

    def tell(text: str) -> None:
        if text.startswith("LEFT OUT"):
            remarks.append(text)
        say(text)

    with stoppable(), temporary_folder("yixiantong-tests-") as folder:
        run = Run(folder, provide(needed(phases), tell), rest, remarks=remarks, phases=phases)
        for phase in phases:
            try:
                run.tallies.append(RUNNERS[phase](run))
            except ServiceUnavailable as error:
                say(f"{phase}: {error}")
                run.tallies.append(Tally(f"{phase} (not started)", failed=1))
        say(summary(run.tallies, run.remarks))
        return 1 if any(tally.failed for tally in run.tallies) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(130)
