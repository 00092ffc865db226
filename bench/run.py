"""Run the measurements against a PostgreSQL of their own, with fsync on: `make bench`.

    python bench/run.py                                   # every script at 10,000 and 100,000: about half an hour
    python bench/run.py --sizes 1000000 --runs 3          # every script at a million: as long again
    python bench/run.py batch lists --sizes 10000 --only service sql

DATABASE_URL names the server's `postgres` database, YXT_STATE_DIR a fresh folder and YXT_KEYS_FILE fresh keys.  Databases are
filled once for all scripts; figures stay in bench/results as JSON.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.programs import POSTGRESQL, provide  # noqa: E402
from tests.services import postgresql, temporary_folder  # noqa: E402


def scripts() -> list[str]:
    """Measurements in this folder, by name: what takes the shared options."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))}
    return [name for name, text in texts.items() if "options_of(" in text and name not in ("contest", "run")]


def main(arguments: Sequence[str]) -> int:
    """Run the scripts named first, or all; the status is that of the last that failed."""
    names = list(itertools.takewhile(lambda word: word in scripts(), arguments))
    options, status = list(arguments[len(names) :]), 0
    if not provide([POSTGRESQL], print):
        return 1
    with temporary_folder("yixiantong-bench-") as folder, postgresql(folder, is_durable=True) as server:
        environment = os.environ | {
            "DATABASE_URL": server.url(), "YXT_STATE_DIR": str(folder / "state"), "TMPDIR": str(folder),
            "YXT_KEYS_FILE": str(folder / "keys.json"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        subprocess.run([sys.executable, "manage.py", "init_keys"], cwd=ROOT, env=environment, check=True)
        for name in names or scripts():
            print(f"\n== bench/{name}.py ==", flush=True)
            command = [sys.executable, "-m", f"bench.{name}", *options]
            status = subprocess.run(command, cwd=ROOT, env=environment).returncode or status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
