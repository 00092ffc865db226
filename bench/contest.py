"""Contenders against one another: each run in a fresh process on a fresh copy of one database, turn by turn.

The parent imports neither Django nor polars: a child's peak memory is at least that of the process it was forked from.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

SERVER = os.environ.get("DATABASE_URL", "")
ROOT = Path(__file__).resolve().parent.parent
#: figures of every contest as JSON; not committed
RESULTS = Path(os.environ.get("YXT_BENCH_RESULTS", ROOT / "bench" / "results"))
#: where bench/requirements.txt is installed, beside what the service needs
OTHERS = ROOT / ".venv-bench" / "bin" / "python"
#: contenders that take long run so many times at most
SELDOM = 1


@dataclass
class Contender:
    """One way to do the job; `share` < 1 marks a sample, whose time is extrapolated linearly."""

    name: str
    title: str
    share: float = 1.0
    #: runs at most; None = as many as asked for
    most_runs: int | None = None
    python: str = sys.executable
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peaks_mb: list[float] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    def take(self, number: int, answer: dict[str, Any]) -> None:
        """One more run, and what came of it."""
        self.seconds.append(answer["seconds"])
        self.processor.append(answer["processor"])
        self.peaks_mb.append(answer["peak_mb"])
        self.found = answer["found"]
        print(
            f"  {number}  {self.name:16} {answer['seconds']:8.2f} s "
            f"{answer['processor']:7.2f} s of processor {answer['peak_mb']:6.0f} MB",
            flush=True,
        )

    @property
    def median(self) -> float:
        """Median seconds for the whole job."""
        return statistics.median(self.seconds) / self.share

    @property
    def median_processor(self) -> float:
        """Median processor seconds, client and server together: steadier than the clock on a busy machine."""
        return statistics.median(self.processor) / self.share


def options_of(name: str, *, sizes: Sequence[int], contenders: Sequence[str]) -> argparse.ArgumentParser:
    """The options that all measurements share."""
    parser = argparse.ArgumentParser(prog=f"bench/{name}.py")
    parser.add_argument("--sizes", "--people", "--rows", type=int, nargs="+", default=list(sizes))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=list(contenders), help=f"of {', '.join(contenders)}")
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    return parser


def chosen(contenders: Sequence[Contender], names: Sequence[str]) -> list[Contender]:
    """Those asked for; one that is not installed is left out, and said to be."""
    found = []
    for contender in contenders:
        if contender.name not in names:
            continue
        if not Path(contender.python).exists():
            print(f"LEFT OUT: {contender.title} needs {OTHERS.parent.parent.name} (`make bench` makes it)", flush=True)
            continue
        found.append(contender)
    return found


def address(database: str) -> str:
    """DATABASE_URL of another database of the server; a whole address is one already."""
    return database if "://" in database else urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def _on_server(*statements: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def child(module: str, *words: str, database: str, python: str = sys.executable) -> str:
    """Run a module of this folder on a database; its last printed line."""
    # As on one machine: no HTTPS, no second factor, no limit on how often a client may ask.
    plain = {"YXT_HTTPS": "0", "YXT_REQUIRE_SECOND_FACTOR": "0", "YXT_LOG_LEVEL": "CRITICAL"}
    plain |= {f"YXT_API_RATE_{who}": "100000000/min" for who in ("PERSON", "CLIENT_KEY", "STRANGER")}
    environment = os.environ | plain | {"DATABASE_URL": address(database), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [python, "-W", "ignore", "-m", f"bench.{module}", *words]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().rpartition("\n")[2]


def make_template(name: str, module: str, *words: str) -> None:
    """A database filled by a module, analysed and at rest, to be copied for every run; made once in the server's life."""
    with psycopg.connect(SERVER) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
    print(f"filling {name} ...", flush=True)
    _on_server(f'CREATE DATABASE "{name}"')
    child(module, *words, database=name)
    with psycopg.connect(address(name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    _on_server("CHECKPOINT")


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """A fresh copy of a database, dropped afterwards."""
    copy = f"{template}_run"
    _on_server(
        f'DROP DATABASE IF EXISTS "{copy}"',
        f'CREATE DATABASE "{copy}" TEMPLATE "{template}" STRATEGY FILE_COPY', "CHECKPOINT",
    )  # fmt: skip
    yield copy
    _on_server(f'DROP DATABASE IF EXISTS "{copy}" (FORCE)')


def turns(contenders: Sequence[Contender], runs: int) -> Iterator[tuple[int, Contender]]:
    """Everybody `runs` times, in an order that turns, so that nobody always follows the same neighbour."""
    for number in range(1, runs + 1):
        turn = number % len(contenders)
        for contender in [*contenders[turn:], *contenders[:turn]]:
            if contender.most_runs is None or number <= contender.most_runs:
                yield number, contender


def run_contest(
    contenders: Sequence[Contender], *, module: str, template: str, runs: int, words: Sequence[str]
) -> None:
    """Let each contender do the job `runs` times, in turn; prints every time."""
    for number, contender in turns(contenders, runs):
        with copy_of(template) as copy:
            words_for = ("--contender", contender.name, *words)
            contender.take(number, json.loads(child(module, *words_for, database=copy, python=contender.python)))


def ticks(pid: str, *places: int) -> float:
    """Seconds out of /proc/<pid>/stat, by place after the command's name; 0 for a process that is gone."""
    try:
        words = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(words[place]) for place in places) / os.sysconf("SC_CLK_TCK")


def processor_seconds(backend: int | None, *, with_own: bool = True) -> float:
    """Processor time so far of this process with its children, and of the whole server a backend belongs to, if there is one."""
    if backend is None:
        return sum(os.times()[:4])
    server = Path("/proc", str(backend), "stat").read_text().rpartition(")")[2].split()[1]
    living = Path("/proc", server, "task", server, "children").read_text().split()
    mine = sum(os.times()[:4]) if with_own else 0.0
    return mine + ticks(server, 11, 12, 13, 14) + sum(ticks(pid, 11, 12) for pid in living)


@contextmanager
def stopwatch(result: dict[str, Any], *, backend: int | None = None) -> Iterator[None]:
    """In the child: seconds, processor seconds and the peak memory of this process and those it started."""
    began, used = time.perf_counter(), processor_seconds(backend)
    yield
    result["seconds"] = time.perf_counter() - began
    result["processor"] = processor_seconds(backend) - used
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result["peak_mb"] = max(peaks) / 1024


def print_table(contenders: Sequence[Contender], *, yardstick: str, rows: int, script: str) -> None:
    """Medians, spread, ratio to the yardstick (to the first, if that was left out) and peak memory as a Markdown table."""
    base = next((c for c in contenders if c.name == yardstick), contenders[0])
    print(f"\n{rows:,} rows, median of {len(base.seconds)} runs\n")
    print(
        "| contender | seconds | from – to | ratio | processor s | ratio | peak MB |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    for c in contenders:
        low, high = min(c.seconds) / c.share, max(c.seconds) / c.share
        note = "" if c.share == 1 else f"sample of {round(rows * c.share):,}, extrapolated"
        note = "; ".join(filter(None, [note, f"runs: {len(c.seconds)}" if len(c.seconds) < len(base.seconds) else ""]))
        print(f"| {c.title}{f' ({note})' if note else ''} | {c.median:.2f} | {low:.2f} – {high:.2f} | "
              f"{c.median / base.median:.2f} | {c.median_processor:.2f} | "
              f"{c.median_processor / base.median_processor:.2f} | {statistics.median(c.peaks_mb):.0f} |")  # fmt: skip
    print(flush=True)
    keep_result(
        script, rows, [vars(c) | {"median": c.median, "median_processor": c.median_processor} for c in contenders]
    )


def keep_result(script: str, size: int, figures: Any) -> None:
    """Figures as JSON, with machine and time."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {
        "script": script, "size": size, "at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(),
        "python": platform.python_version(), "load": os.getloadavg(), "figures": figures,
    }  # fmt: skip
    path = RESULTS / f"{script}-{size}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def print_growth(sizes: Sequence[int], contests: Sequence[Sequence[Contender]]) -> None:
    """The exponent of time in size between neighbours: 1 = linear."""
    if len(sizes) < 2:
        return
    pairs = list(itertools.pairwise(sizes))
    print(
        "growth: exponent of seconds (of processor seconds)\n\n| contender |"
        + "".join(f" {a:,} – {b:,} |" for a, b in pairs)
    )
    print("|---|" + "---:|" * len(pairs))
    for contender in contests[0]:
        same = [next((c for c in contest if c.name == contender.name), None) for contest in contests]
        cells = [
            f"{_exponent(a.median, b.median, *pair):.2f} ({_exponent(a.median_processor, b.median_processor, *pair):.2f})"
            if a is not None and b is not None else "–"
            for a, b, pair in zip(same, same[1:], pairs, strict=False)
        ]  # fmt: skip
        print(f"| {contender.title} | " + " | ".join(cells) + " |")
    print(flush=True)


def _exponent(before: float, after: float, small: int, large: int) -> float:
    return math.log(after / before) / math.log(large / small)


def check_agreement(contenders: Sequence[Contender], key: str) -> None:
    """All contenders that say something under a key say the same; SystemExit otherwise."""
    said = {c.name: c.found[key] for c in contenders if key in c.found}
    if not said:
        return
    if len({json.dumps(value) for value in said.values()}) > 1:
        raise SystemExit(f"contenders disagree on {key}: {said}")
    if len(said) > 1:
        print(f"agreed on {key} ({', '.join(said)}): {next(iter(said.values()))}", flush=True)
