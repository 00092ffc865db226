"""The tables of states are whole, and the page drawn from them is fresh."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from park_workers.foundation.workflow import StatefulModel
from park_workers.models import Role
from tests.state_diagrams import TARGET, document, state_labels, stateful_models


def test_the_page_of_state_machines_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), "stale: run make state-diagrams"


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model.__name__)
def test_every_transition_leads_from_known_states_to_a_known_state_by_known_roles(model: type[StatefulModel]) -> None:
    states = set(state_labels(model))
    for step in model.TRANSITIONS.values():
        assert {*step.sources, step.target} <= states
        assert set(step.roles) <= {*Role.values, "system", "person"}


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model.__name__)
def test_every_state_is_reached(model: type[StatefulModel]) -> None:
    first, *_ = state_labels(model)
    reached = {first}
    while True:
        more = {s.target for s in model.TRANSITIONS.values() if reached & set(s.sources)} - reached
        if not more:
            break
        reached |= more
    assert reached == set(state_labels(model))


PAIR = re.compile(r"OLD\.status = '(\w+)' AND NEW\.status = '(\w+)'")
GUARDS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model.__name__)
def test_the_database_allows_the_moves_of_the_table_and_no_other(model: type[StatefulModel]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS[connection.vendor], [model._meta.db_table])
        allowed = {pair for (text,) in cursor.fetchall() for pair in PAIR.findall(text)}
    steps = model.TRANSITIONS.values()
    assert allowed == {(source, s.target) for s in steps for source in s.sources if source != s.target}
