"""Which tests need only one engine, so that the whole suite ends within a coffee break.

`make test` runs everything that rests on the database on both engines, and on one engine each what tests the form of an answer,
pure rules, or a whole year whose figures do not know the engine.  `make test ARGS="--everything"`, one engine by `--only`, and
pytest by itself leave nothing out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

#: set by tests/run.py when both engines take their turn
SHARED = "TESTS_SHARED_OUT"

ON_SQLITE = (
    "tests/accounts/", "tests/api/test_contract.py", "tests/api/test_document.py", "tests/api/test_odd_requests.py",
    "tests/attacks/test_log_in.py", "tests/e2e/", "tests/subsidies/rules/", "tests/test_", "tests/training/test_pass_list_checks.py",
)  # fmt: skip
ON_POSTGRESQL = (
    "tests/attacks/test_double_submit.py", "tests/attacks/test_tenant_pages.py", "tests/pages/",
    "tests/park_workers/test_golden_year.py", "tests/subsidies/replay/test_other_folders.py",
)  # fmt: skip
#: measurements tried at a size at which nothing can be measured: by `--everything`, or by `make bench` itself
ON_NEITHER = ("tests/test_bench.py::test_measurements_run_and_keep_their_figures",)


def left_to_the_other(node: str, engine: str) -> bool:
    """Whether a test (`tests/…py::name`) has its turn on the other engine when both run."""
    if node.startswith(ON_NEITHER):
        return True
    return node.startswith(ON_POSTGRESQL if engine == "sqlite" else ON_SQLITE)


def shared_out(nodes: Sequence[str], engine: str) -> list[bool]:
    """For each test whether it runs here."""
    if os.environ.get(SHARED) != "1":
        return [True] * len(nodes)
    return [not left_to_the_other(node, engine) for node in nodes]
