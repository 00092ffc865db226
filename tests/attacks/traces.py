"""Looking for a number wherever it may have been left: in any coding, inside any container, in every store there is."""

from __future__ import annotations

import base64
import gzip
import io
import os
import pickle
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis import Redis

PG_DUMP_MAGIC, ZIP_MAGIC, GZIP_MAGIC = b"PGDMP", b"PK\x03\x04", b"\x1f\x8b"


def codings(number: str) -> set[bytes]:
    """The number as bytes, as two-byte text, as hex, as base64 at each of three offsets, percent-encoded."""
    plain = number.encode()
    found = {
        plain,
        number.encode("utf-16-le"),
        number.encode("utf-16-be"),
        plain.hex().encode(),
        quote(number).encode(),
    }
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + plain)
        found.add(text[4 if offset else 0 : -4])  # what stands beside it does not change these
    return found


def layers(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and what is inside it when it is a container."""
    yield name, content
    inner: list[tuple[str, bytes]] = []
    if content.startswith(ZIP_MAGIC):
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            inner = [(one, box.read(one)) for one in box.namelist()]
    elif content.startswith(GZIP_MAGIC):
        inner = [("gz", gzip.decompress(content))]
    elif content.startswith(PG_DUMP_MAGIC):
        done = subprocess.run(["pg_restore", "--file=-"], input=content, capture_output=True, check=True)
        inner = [("restored", done.stdout)]
    elif tarfile.is_tarfile(io.BytesIO(content)):
        with tarfile.open(fileobj=io.BytesIO(content)) as box:
            inner = [(m.name, box.extractfile(m).read()) for m in box.getmembers() if m.isfile()]  # type: ignore[union-attr]
    for one, part in inner:
        yield from layers(f"{name}/{one}", part)


def content_of(path: Path) -> bytes:
    """What a file holds.  A database and its journal are read by another process: to close one of them here would let go of the
    locks our own connections hold on it, and the next process to leave would take the journal away (sqlite.org, How To Corrupt, 2.2).
    """
    if ".sqlite3" in path.name:
        return subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout  # noqa: S607
    return path.read_bytes()


def database() -> dict[str, bytes]:
    """The whole database: a plain dump, or the file with its journal (among the state files)."""
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        return {path.name: content_of(path) for path in place.parent.glob(f"{place.name}*")}
    found = connection.settings_dict
    access = {
        "PGHOST": found["HOST"],
        "PGPORT": str(found["PORT"]),
        "PGUSER": found["USER"],
        "PGPASSWORD": found["PASSWORD"],
    }
    dumped = subprocess.run(
        ["pg_dump", "--no-owner", found["NAME"]], capture_output=True, check=True, env=os.environ | access
    )
    return {"database": dumped.stdout}


def state_files() -> dict[str, bytes]:
    """Whatever lies beneath the state folder."""
    root = Path(settings.STATE_DIR)
    return {str(path.relative_to(root)): content_of(path) for path in root.rglob("*") if path.is_file()}


def redis_content(url: str) -> dict[str, bytes]:
    """Every value of a Redis, as it is read by its type."""
    found: dict[str, bytes] = {}
    with Redis.from_url(url) as redis:
        for key in redis.scan_iter():
            readers: dict[bytes, Any] = {
                b"string": lambda k: redis.get(k), b"list": lambda k: redis.lrange(k, 0, -1), b"set": redis.smembers,
                b"hash": redis.hgetall, b"zset": lambda k: redis.zrange(k, 0, -1),
            }  # fmt: skip
            found[f"redis {key!r}"] = repr(readers[redis.type(key)](key)).encode()
    return found


def memory() -> dict[str, bytes]:
    """What the cache holds in this process."""
    return {f"cache {key}": pickle.dumps(value) for key, value in getattr(cache, "_cache", {}).items()}


def traces(numbers: list[str], places: dict[str, bytes]) -> list[str]:
    """Where one of the numbers stands, in whatever form."""
    wanted = {coding: number for number in numbers for coding in codings(number)}
    return sorted({
        f"{where}: {number[:3]}…"
        for name, content in places.items()
        for where, layer in layers(name, content)
        for coding, number in wanted.items()
        if coding in layer
    })  # fmt: skip
