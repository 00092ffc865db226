"""Run the measurements against a PostgreSQL of their own, with fsync on: `make bench`.

    python bench/run.py                     # every script of this folder
    python bench/run.py batch --people 100000   # one of them, with its options

DATABASE_URL names the server's `postgres` database, YXT_STATE_DIR a fresh folder and YXT_KEYS_FILE fresh keys.
"""

from __future__ import annotations

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
    """Measurements in this folder, by name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return [name for name in names if "__main__" in (ROOT / "bench" / f"{name}.py").read_text() and name != "run"]


def main(arguments: Sequence[str]) -> int:
    """Run one script or all; the status is that of the first that failed."""
    chosen = [arguments[0]] if arguments and arguments[0] in scripts() else scripts()
    options = list(arguments[1:] if arguments and arguments[0] in scripts() else arguments)
    if not provide([POSTGRESQL], print):
        return 1
    with temporary_folder("yixiantong-bench-") as folder, postgresql(folder, is_durable=True) as server:
        environment = os.environ | {
            "DATABASE_URL": server.url(), "YXT_STATE_DIR": str(folder / "state"), "TMPDIR": str(folder),
            "YXT_KEYS_FILE": str(folder / "keys.json"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        subprocess.run([sys.executable, "manage.py", "init_keys"], cwd=ROOT, env=environment, check=True)
        for name in chosen:
            print(f"\n== bench/{name}.py ==", flush=True)
            status = subprocess.run(
                [sys.executable, "-m", f"bench.{name}", *options], cwd=ROOT, env=environment
            ).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
