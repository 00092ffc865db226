"""Which tests need only one engine, so that the whole suite ends within a coffee break.

`make test` runs what attacks the database, its guards and its queries on both engines; doors and pure rules on SQLite, services of
batches and money and whole years of figures on PostgreSQL.  `make test ARGS="--everything"`, one engine by `--only`, and
pytest by itself leave nothing out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

#: set by tests/run.py when both engines take their turn
SHARED = "TESTS_SHARED_OUT"

#: doors, pure rules, and tools that ask no database
ON_SQLITE = (
    "tests/accounts/", "tests/api/", "tests/attacks/test_guessed_scans.py", "tests/attacks/test_log_in.py",
    "tests/attacks/test_page_rates.py", "tests/attacks/test_sealed_scores.py::test_no_page_shows",
    "tests/attacks/test_sealed_scores.py::test_no_operation_of_the_api", "tests/attacks/test_tenant_matrix.py",
    "tests/attacks/test_tenant_pages.py", "tests/e2e/",
    *(f"tests/foundation/test_{tool}.py" for tool in (
        "business_day", "calendar", "documents", "encryption", "hostile_files", "identifiers", "links", "logs", "marked_copies",
        "masking", "money", "pdf_judgement", "pictures", "pinyin", "senders", "spreadsheets",
    )),
    "tests/park_workers/test_hire.py", "tests/park_workers/test_id_card_reading.py",
    "tests/pages/", "tests/subsidies/rules/", "tests/test_", "tests/training/",
)  # fmt: skip
#: services of batches and money, and years of figures
ON_POSTGRESQL = (
    "tests/attacks/test_double_submit.py", "tests/attacks/test_odd_forms.py", "tests/park_workers/test_accounts.py",
    "tests/park_workers/test_cards.py", "tests/park_workers/test_corrections.py", "tests/park_workers/test_golden_year.py",
    "tests/park_workers/test_headcount_confirmations.py", "tests/subsidies/replay/",
    "tests/subsidies/test_",
)  # fmt: skip
#: what beneath these rests on the engine after all
ON_BOTH = (
    "tests/api/test_idempotency.py", "tests/api/test_lists.py", "tests/api/test_whole_batch.py",
    "tests/attacks/test_double_submit.py::test_every_operation_with_a_client_key_is_played",
    "tests/subsidies/test_batches.py", "tests/subsidies/test_payments.py", "tests/training/test_amendments.py",
    "tests/training/test_classes.py", "tests/training/test_expert_absences.py", "tests/training/test_grade_revocations.py",
    "tests/training/test_kept_placements.py",
)  # fmt: skip
#: measurements tried at a size at which nothing can be measured: by `--everything`, or by `make bench` itself
ON_NEITHER = ("tests/test_bench.py::test_measurements_run_and_keep_their_figures",)


def left_to_the_other(node: str, engine: str) -> bool:
    """Whether a test (`tests/…py::name`) has its turn on the other engine when both run."""
    if node.startswith(ON_NEITHER):
        return True
    if node.startswith(ON_BOTH):
        return False
    return node.startswith(ON_POSTGRESQL if engine == "sqlite" else ON_SQLITE)


def shared_out(nodes: Sequence[str], engine: str) -> list[bool]:
    """For each test whether it runs here."""
    if os.environ.get(SHARED) != "1":
        return [True] * len(nodes)
    return [not left_to_the_other(node, engine) for node in nodes]
