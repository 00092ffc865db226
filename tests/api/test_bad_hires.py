"""Everything that can be stated wrongly gets its answer over the API, from the same table as the page."""

from __future__ import annotations

import pytest

from park_workers.models import Employment, Worker
from tests.api.doors import Doors, fields_of
from tests.bad_hires import GOOD, TABLE, TOGETHER
from tests.conftest import Cast


@pytest.mark.parametrize("field", list(TABLE))
def test_a_bad_value_is_named_at_its_field(cast: Cast, doors: Doors, field: str) -> None:
    for value in TABLE[field]:
        answer = doors(cast.hr).post("employments/", GOOD | {field: value})
        assert answer.status_code == 422 and set(fields_of(answer)) == {field}, (field, value, answer.json())
        assert all(error["message"] and error["fix"] for error in answer.json()["errors"]), (field, value)
    assert not Worker.objects.exists() and not Employment.objects.exists()


def test_all_bad_fields_are_named_at_once(cast: Cast, doors: Doors) -> None:
    assert set(fields_of(doors(cast.hr).post("employments/", GOOD | TOGETHER))) == set(TOGETHER)
