"""The longest tests first, so that no worker is left alone with one at the end.

pytest-xdist (worksteal) gives each worker an equal part of the list, one after the other; who has done his part takes over from the
end of another's.  So each part begins with its share of what is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

#: about how many seconds: of a whole file, which stays on one worker (.py), or of each test whose name begins so
LONG = {
    "tests/park_workers/test_golden_year.py": 150,
    "tests/subsidies/replay/test_golden_replay.py": 150,
    "tests/attacks/test_newcomer.py::test_a_newcomer": 100,
    "tests/attacks/test_odd_forms.py::test_no_form": 90,
    "tests/e2e/test_batch_by_hand.py::": 75,
    "tests/e2e/test_accessibility_training.py::": 60,
    "tests/subsidies/replay/test_other_folders.py::test_one_changed": 50,
    "tests/subsidies/replay/test_other_folders.py::test_a_run": 50,
    "tests/attacks/test_sealed_scores.py::test_no_page": 50,
    "tests/api/test_contract.py::": 60,
    "tests/api/test_odd_requests.py::test_no_odd_filter": 50,
    "tests/subsidies/rules/test_pack_loader.py::test_whatever": 50,
    "tests/attacks/test_tenant_pages.py": 60,
    "tests/e2e/test_expert_review.py::": 35,
    "tests/e2e/test_demand_to_work.py::": 35,
    "tests/attacks/test_canary_everywhere.py::": 30,
    "tests/attacks/test_log_in.py::test_every_page": 30,
    "tests/api/test_odd_requests.py::test_no_odd": 25,
    "tests/attacks/test_serve.py::test_": 25,
    "tests/attacks/test_tenant_matrix.py": 40,
    "tests/test_architecture.py::test_every_allowed": 20,
    "tests/api/test_masking.py::": 15,
    "tests/api/test_openapi.py::test_the_document_validates": 15,
    "tests/attacks/test_double_submit.py::test_fifty": 15,
    "tests/attacks/test_killed_worker.py::": 15,
    "tests/e2e/": 15,
}


class Named(Protocol):
    """What has the name of a test: path::name."""

    @property
    def nodeid(self) -> str: ...


Test = TypeVar("Test", bound=Named)


def place_of(node: str) -> str | None:
    """The entry a test falls under, the first that fits."""
    return next((name for name in LONG if node.startswith(name)), None)


def long_groups(tests: Iterable[Test]) -> list[tuple[int, list[Test]]]:
    """(seconds, tests that stay together), the longest first."""
    groups: dict[str, tuple[int, list[Test]]] = {}
    for test in tests:
        place = place_of(test.nodeid)
        if place is not None:
            groups.setdefault(place if place.endswith(".py") else test.nodeid, (LONG[place], []))[1].append(test)
    return sorted(groups.values(), key=lambda group: -group[0])


def longest_first(tests: Sequence[Test], workers: int) -> list[Test]:
    """The same tests, so that each of `workers` equal parts begins with its share of the long ones."""
    loads, shares = [0] * workers, [[] for _ in range(workers)]  # type: list[int], list[list[Test]]
    for seconds, group in long_groups(tests):
        lightest = loads.index(min(loads))
        loads[lightest] += seconds
        shares[lightest] += group
    rest = [test for test in tests if place_of(test.nodeid) is None]
    found: list[Test] = []
    for number, share in enumerate(shares):
        size = (len(tests) - len(found)) // (workers - number)
        filled = max(0, size - len(share))
        found += [*share, *rest[:filled]]
        del rest[:filled]
    return found + rest
