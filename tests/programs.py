"""Find PostgreSQL, redis-server and Chromium on this machine; install with apt-get what is missing, where that is allowed.

Standard library only: it runs before anything else is there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OLDEST_POSTGRESQL = 15
POSTGRESQL_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)
APT_TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class Program:
    """Something the whole suite needs beside Python: how to find it, what apt calls it, what is lost without it."""

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    without_it: str


def postgresql_version(folder: Path) -> int:
    """Major version of the server in a folder of PostgreSQL programs; 0 when there is none that starts."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", answer)
    return int(found.group(1)) if found else 0


def find_postgresql() -> Path | None:
    """Folder with initdb and postgres of the newest PostgreSQL that is new enough."""
    folders = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for pattern in POSTGRESQL_FOLDERS:
        folders.extend(Path("/").glob(pattern))
    usable = {f: postgresql_version(f) for f in folders if (f / "initdb").exists() and (f / "postgres").exists()}
    usable = {folder: version for folder, version in usable.items() if version >= OLDEST_POSTGRESQL}
    return max(usable, key=lambda folder: usable[folder]) if usable else None


def find_redis() -> Path | None:
    """The redis-server program."""
    found = shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin")
    return Path(found) if found else None


def find_chromium() -> Path | None:
    """A browser for the tests that look at pages."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def find_chinese_font() -> Path | None:
    """Any font with Chinese characters, so that pictures of pages show words and not boxes."""
    for folder in (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"):
        for pattern in ("**/*CJK*", "**/wqy-*", "**/*SourceHan*"):
            found = next(iter(folder.glob(pattern)), None) if folder.exists() else None
            if found:
                return found
    return None


POSTGRESQL = Program(
    "PostgreSQL 15 or later", find_postgresql, ("postgresql", "postgresql-contrib"),
    "the suite does not run on PostgreSQL",
)  # fmt: skip
REDIS = Program("redis-server", find_redis, ("redis-server",), "tests on the Redis broker are skipped")
CHROMIUM = Program("Chromium", find_chromium, ("chromium",), "tests in a browser are skipped")
FONT = Program("a Chinese font", find_chinese_font, ("fonts-noto-cjk",), "pages in a browser show boxes for words")


def apt_prefix() -> list[str] | None:
    """How to call apt-get without a question; None where it is missing or not allowed."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", *quiet]
    return None


def _apt(prefix: list[str], *words: str) -> str:
    """Run apt-get; the reason of a failure, "" when it went well."""
    command = [*prefix, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *words]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=APT_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"apt-get {words[0]} took longer than {APT_TIMEOUT_SECONDS} s"
    said = [line for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
    complaint = next((line for line in said if line.startswith("E:")), said[-1] if said else "it failed")
    return "" if done.returncode == 0 else complaint


def provide(programs: list[Program], say: Callable[[str], None]) -> dict[str, Path]:
    """What there is, by name, after installing what was missing; each one left out is said in one line with its reason."""
    found = {program.name: program.find() for program in programs}
    missing = [program for program in programs if found[program.name] is None]
    prefix = apt_prefix() if missing else None
    reason = "" if prefix else "it is not installed, and apt-get is missing or needs a password"
    if prefix:
        say("Fetching the package lists (apt-get update) ...")
        reason = _apt(prefix, "update")
    for program in missing:
        refusal = reason
        if prefix:
            say(f"Installing {program.name} (apt-get install {' '.join(program.packages)}) ...")
            refusal = _apt(prefix, "install", "-y", "--no-install-recommends", *program.packages)
            found[program.name] = program.find()
        if found[program.name] is None:
            refusal = refusal or "what apt-get installed is too old or incomplete"
            say(f"LEFT OUT: {program.name}: {refusal}; {program.without_it}.")
    return {name: path for name, path in found.items() if path is not None}
