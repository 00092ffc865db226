"""Doors by member, opened once a test."""

from __future__ import annotations

import pytest

from park_workers.models import Membership
from tests.api.doors import Door, Doors, door
from tests.api.test_tenants import settled_year
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Stage, set_stage


@pytest.fixture
def doors() -> Doors:
    """The door of a member."""
    opened: dict[int, Door] = {}

    def of(membership: Membership) -> Door:
        if membership.pk not in opened:
            opened[membership.pk] = door(membership)
        return opened[membership.pk]

    return of


@standing
def stage(cast: Cast) -> Stage:
    """A small year."""
    return set_stage(cast)


@standing
def settled(cast: Cast, stage: Stage) -> Stage:
    """The small year, with something of every kind in it."""
    return settled_year(cast, stage)
