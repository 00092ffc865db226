"""One registration over the API with everything on, against a bare view and a bare ModelSerializer: `make bench ARGS="registration"`.

gunicorn with two workers of one thread each that keep connections open; the client is a process of its own with four
connections.  Every request registers somebody new.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.contest import (
    ROOT,
    Contender,
    chosen,
    copy_of,
    keep_result,
    make_template,
    options_of,
    processor_seconds,
    ticks,
    turns,
)
from bench.roster_file import number_of

SIZES = (10_000, 100_000)
REQUESTS, WARM_UP, CONNECTIONS = 1_500, 60, 4
START_SECONDS = 60
PATHS = {"service": "/api/v1/employments/", "serializer": "/bench/serializer/", "drf": "/bench/bare/"}


def request_of(path: str, order: int, key: str, enterprise: int) -> bytes:
    """One request, ready to be sent."""
    body = json.dumps({
        "name": "张三丰", "id_number": number_of(order), "hired_on": "2024-03-01", "contract_starts_on": "2024-03-01",
        "contract_ends_on": "2027-02-28", "trade": "平车", "is_front_line": True, "phone": f"138{order % 10**8:08d}",
        "enterprise": enterprise,
    }).encode()  # fmt: skip
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Api-Key {key}\r\nIdempotency-Key: {uuid.uuid4().hex}\r\n\r\n"
    )
    return head.encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> bool:
    """Send one request and read its answer; whether the server keeps the connection.  SystemExit unless it is a 201."""
    writer.write(content)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    names = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
    }
    answer = await _rest(reader, names)
    if " 201 " not in head.partition("\r\n")[0]:
        raise SystemExit(f"{head}{answer.decode(errors='replace')[:500]}")
    return names.get("connection", "").lower() != "close"


async def _rest(reader: asyncio.StreamReader, names: dict[str, str]) -> bytes:
    """The body after a head: of a told length, or in chunks."""
    if names.get("transfer-encoding", "") != "chunked":
        return await reader.readexactly(int(names.get("content-length", "0")))
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)


async def send(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send all over a few connections at once; seconds of each."""
    waiting, took = iter(requests), list[float]()

    async def one_client() -> None:
        connection = None
        for content in waiting:
            connection = connection or await asyncio.open_connection("127.0.0.1", port)
            began = time.perf_counter()
            keeps = await ask(*connection, content)
            took.append(time.perf_counter() - began)
            if not keeps:
                connection[1].close()
                connection = None

    await asyncio.gather(*(one_client() for _ in range(CONNECTIONS)))
    return took


@contextmanager
def site(contender: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The site under gunicorn, answering."""
    command = [
        sys.executable, "-m", "gunicorn", "bench.registration_site:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "1", "--keep-alive", "60", "--log-level", "warning",
    ]  # fmt: skip
    more = {
        "YXT_BENCH_CONTENDER": contender,
        "PYTHONWARNINGS": "ignore",
        "YXT_HTTPS": "0",
        "YXT_API_RATE_CLIENT_KEY": "100000000/min",
    }
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | more)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(30)


async def _until_up(port: int) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("gunicorn does not start")


def _processor(server: int, backend: int) -> float:
    """Processor seconds of gunicorn and the database; the client's own are left out."""
    workers = Path("/proc", str(server), "task", str(server), "children").read_text().split()
    return processor_seconds(backend, with_own=False) + sum(ticks(pid, 11, 12) for pid in [str(server), *workers])


def contend(name: str, requests: int) -> dict[str, Any]:
    """In the child: start the site, warm it up, send the requests."""
    import psycopg

    from tests.services import free_port

    prepared = subprocess.run(
        [sys.executable, "-m", "bench.registration_site"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    key, enterprise = json.loads(prepared.stdout.strip().splitlines()[-1])
    every = [request_of(PATHS[name], 4_000_000 + n, key, enterprise) for n in range(WARM_UP + requests)]
    port = free_port()
    with site(name, port) as server, psycopg.connect(os.environ["DATABASE_URL"]) as own:
        asyncio.run(_until_up(port))
        asyncio.run(send(port, every[:WARM_UP]))
        began, used = time.perf_counter(), _processor(server.pid, own.info.backend_pid)
        took = asyncio.run(send(port, every[WARM_UP:]))
        seconds, used = time.perf_counter() - began, _processor(server.pid, own.info.backend_pid) - used
    cuts = statistics.quantiles(took, n=100)
    return {
        "rate": requests / seconds,
        "processor_ms": used / requests * 1000,
        "p50": cuts[49] * 1000,
        "p95": cuts[94] * 1000,
    }


def print_rates(workers: int, contenders: Sequence[Contender], requests: int) -> None:
    """Medians as a Markdown table; ratios are to the bare ModelSerializer."""
    figures = {
        c.name: {k: statistics.median(run[k] for run in c.found["runs"]) for k in c.found["runs"][0]}
        for c in contenders
    }
    base = figures.get("serializer", figures[contenders[0].name])
    print(f"\n{workers:,} workers in the database; {requests:,} requests a run, {CONNECTIONS} connections, medians\n")
    print(
        "| contender | requests/s | ratio | processor ms a request | ratio | p50 ms | p95 ms |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    for c in contenders:
        found = figures[c.name]
        print(f"| {c.title} | {found['rate']:.0f} | {found['rate'] / base['rate']:.2f} | {found['processor_ms']:.2f} | "
              f"{base['processor_ms'] / found['processor_ms']:.2f} | {found['p50']:.1f} | {found['p95']:.1f} |")  # fmt: skip
    print(flush=True)
    keep_result("registration", workers, figures)


def main() -> None:
    """The parent: contests of all sizes."""
    contenders = [
        Contender("service", "the service, everything on"),
        Contender("serializer", "bare ModelSerializer create"),
        Contender("drf", "bare DRF view"),
    ]
    parser = options_of("registration", sizes=SIZES, contenders=[c.name for c in contenders])
    parser.add_argument("--requests", type=int, default=REQUESTS)
    options = parser.parse_args()
    if options.contender:
        json.dump(contend(options.contender, options.requests), sys.stdout)
        return
    for workers in options.sizes:
        mine, template = chosen(contenders, options.only), f"park_{workers}"
        make_template(template, "park", str(workers))
        for contender in mine:
            contender.found = {"runs": []}
        for number, contender in turns(mine, options.runs):
            with copy_of(template) as copy:
                contender.found["runs"].append(_one_run(contender.name, options.requests, copy))
            print(f"  {number}  {contender.name:12} {contender.found['runs'][-1]['rate']:8.1f} requests/s", flush=True)
        print_rates(workers, mine, options.requests)


def _one_run(name: str, requests: int, database: str) -> Any:
    from bench.contest import child

    return json.loads(child("registration", "--contender", name, "--requests", str(requests), database=database))


if __name__ == "__main__":
    main()
