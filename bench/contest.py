"""Contenders against one another: each run in a fresh process on a fresh copy of one database, turn by turn.

The parent imports neither Django nor polars: a child's peak memory is at least that of the process it was forked from.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

SERVER = os.environ.get("DATABASE_URL", "")


@dataclass
class Contender:
    """One way to do the job; `share` < 1 marks a sample, whose time is extrapolated linearly."""

    name: str
    title: str
    share: float = 1.0
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peaks_mb: list[float] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Median seconds for the whole job."""
        return statistics.median(self.seconds) / self.share

    @property
    def median_processor(self) -> float:
        """Median processor seconds, client and server together: steadier than the clock on a busy machine."""
        return statistics.median(self.processor) / self.share


def address(database: str) -> str:
    """DATABASE_URL of another database of the server."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def _on_server(*statements: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def child(module: str, *words: str, database: str) -> str:
    """Run a module of this folder on a database; its last printed line."""
    environment = os.environ | {"DATABASE_URL": address(database), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", f"bench.{module}", *words]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().rpartition("\n")[2]


def make_template(name: str, module: str, *words: str) -> None:
    """A database filled by a module, analysed and at rest, to be copied for every run."""
    print(f"filling {name} ...", flush=True)
    _on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    child(module, *words, database=name)
    with psycopg.connect(address(name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    _on_server("CHECKPOINT")


def run_contest(
    contenders: Sequence[Contender], *, module: str, template: str, runs: int, words: Sequence[str]
) -> None:
    """Let each contender do the job `runs` times, in turn; prints every time."""
    copy = f"{template}_run"
    for number in range(1, runs + 1):
        # The order turns, so that nobody always follows the same neighbour.
        turn = number % len(contenders)
        for contender in [*contenders[turn:], *contenders[:turn]]:
            _on_server(
                f'DROP DATABASE IF EXISTS "{copy}"',
                f'CREATE DATABASE "{copy}" TEMPLATE "{template}" STRATEGY FILE_COPY', "CHECKPOINT",
            )  # fmt: skip
            answer = json.loads(child(module, "--contender", contender.name, *words, database=copy))
            contender.seconds.append(answer["seconds"])
            contender.processor.append(answer["processor"])
            contender.peaks_mb.append(answer["peak_mb"])
            contender.found = answer["found"]
            print(
                f"  {number}  {contender.name:10} {answer['seconds']:8.2f} s "
                f"{answer['processor']:7.2f} s of processor {answer['peak_mb']:6.0f} MB",
                flush=True,
            )
    _on_server(f'DROP DATABASE IF EXISTS "{copy}"', f'DROP DATABASE IF EXISTS "{template}"')


def _ticks(pid: str, *places: int) -> float:
    """Seconds out of /proc/<pid>/stat, by place after the command's name; 0 for a process that is gone."""
    try:
        words = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(words[place]) for place in places) / os.sysconf("SC_CLK_TCK")


def processor_seconds(backend: int) -> float:
    """Processor time so far of this process, its children and the whole server a backend belongs to."""
    server = Path("/proc", str(backend), "stat").read_text().rpartition(")")[2].split()[1]
    living = Path("/proc", server, "task", server, "children").read_text().split()
    mine = sum(os.times()[:4])
    return mine + _ticks(server, 11, 12, 13, 14) + sum(_ticks(pid, 11, 12) for pid in living)


@contextmanager
def stopwatch(result: dict[str, Any], *, backend: int) -> Iterator[None]:
    """In the child: seconds, processor seconds and the peak memory of this process and those it started."""
    began, used = time.perf_counter(), processor_seconds(backend)
    yield
    result["seconds"] = time.perf_counter() - began
    result["processor"] = processor_seconds(backend) - used
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result["peak_mb"] = max(peaks) / 1024


def print_table(contenders: Sequence[Contender], *, yardstick: str, rows: int) -> None:
    """Medians, spread, ratio to the yardstick and peak memory as a Markdown table."""
    base = next(c for c in contenders if c.name == yardstick)
    print(f"\n{rows:,} rows, median of {len(contenders[0].seconds)} runs\n")
    print(
        "| contender | seconds | from – to | ratio | processor s | ratio | peak MB |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    for c in contenders:
        low, high = min(c.seconds) / c.share, max(c.seconds) / c.share
        note = "" if c.share == 1 else f" (sample of {round(rows * c.share):,}, extrapolated)"
        print(f"| {c.title}{note} | {c.median:.2f} | {low:.2f} – {high:.2f} | {c.median / base.median:.2f} | "
              f"{c.median_processor:.2f} | {c.median_processor / base.median_processor:.2f} | "
              f"{statistics.median(c.peaks_mb):.0f} |")  # fmt: skip
    print(flush=True)


def check_agreement(contenders: Sequence[Contender], key: str) -> None:
    """All contenders that say something under a key say the same; SystemExit otherwise."""
    said = {c.name: c.found[key] for c in contenders if key in c.found}
    if len({json.dumps(value) for value in said.values()}) > 1:
        raise SystemExit(f"contenders disagree on {key}: {said}")
    print(f"agreed on {key} ({', '.join(said)}): {next(iter(said.values()))}", flush=True)
