"""No request of anybody gets an answer that the OpenAPI document does not promise, and none breaks anything.

`CONTRACT_EXAMPLES` makes a long run of it (docs/api.md); with the same number the same requests are made again.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from api.client_keys import issue_client_key
from tests.api.contract import EXAMPLES, Visitor, Visits, promised_operations
from tests.api.test_tenants import known_rows
from tests.attacks.people import one_of_every_role
from tests.conftest import FIRST_DAY, Cast
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
#: how many different requests of each kind there are at least
VARIETY = 3
PARTS = 4
#: requests out of form are refused before anybody's role is asked, so some visitors send them, others for each operation
OUT_OF_FORM = 4
#: operations about which nothing can be out of form: no field, no filter
NOTHING_TO_GET_WRONG = {"session_retrieve", "session_enrolment_create", "session_destroy", "uploads_sheets_list"}


@pytest.fixture
def visitors(cast: Cast) -> list[Visitor]:
    """One of every role with a client key, and a stranger."""
    keyed = [
        Visitor(str(role), {"Authorization": f"Api-Key {issue_client_key(actor=who, name='约定', day=FIRST_DAY)[1]}"})
        for role, who in one_of_every_role(cast).items()
    ]
    return [*keyed, Visitor("stranger")]


def examples(operation: Any, mode: GenerationMode) -> list[Case]:
    """Requests to an operation, in form or out of it; the same ones each time."""
    found: list[Case] = []

    @settings(
        max_examples=max(VARIETY, EXAMPLES), derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def aim(cases: list[Case], rows: dict[str, str]) -> None:
    """Let the address of a request name a row that exists, and a list begin at its beginning."""
    resource = cases[0].path.split("/")[3]
    for case in cases:
        (case.query or {}).pop("cursor", None)
        for name in case.path_parameters or {}:
            case.path_parameters[name] = "roster" if name == "kind" else rows[resource]


def senders(visitors: list[Visitor], turn: int, mode: GenerationMode) -> list[Visitor]:
    """Everybody for requests in form; for those out of form the next OUT_OF_FORM, or everybody in a long run."""
    if mode is GenerationMode.POSITIVE or EXAMPLES > 1:
        return visitors
    first = turn * OUT_OF_FORM % len(visitors)
    return (visitors + visitors)[first : first + OUT_OF_FORM]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_to_every_role_is_a_promised_one(settled: Stage, visitors: list[Visitor], part: int) -> None:
    rows = known_rows(settled)
    visits, asked = Visits(), promised_operations()[part::PARTS]
    for turn, operation in enumerate(asked):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and operation.definition.raw["operationId"] in NOTHING_TO_GET_WRONG:
                continue
            cases = examples(operation, mode)
            if mode is GenerationMode.POSITIVE:
                aim(cases, rows)
            for number, visitor in enumerate(senders(visitors, turn, mode)):
                for again in range(EXAMPLES):
                    visits.send(cases[(turn + number + again) % len(cases)], visitor)
    visits.tell(f"{len(asked)} operations, {len(visitors)} visitors")
    assert visits.sent >= len(asked) * len(visitors) and visits.done > 100
