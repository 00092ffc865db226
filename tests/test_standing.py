"""Rows that stand: every test that asks for them begins with them, and none sees what another has done."""

from __future__ import annotations

import pytest
from django.db import connection

from park_workers.foundation.files import StoredFile, store_file
from park_workers.models import Organisation, User
from tests.conftest import Cast
from tests.standing import STANDINGS, standing


@standing
def neighbour(cast: Cast) -> Organisation:
    """One more firm."""
    return Organisation.objects.create(kind="training_base", name=f"{cast.alpha.organisation.name}二厂")


@standing
def two_piles(neighbour: Organisation, db: None) -> tuple[Organisation, str]:
    """Something upon something."""
    return neighbour, "二"


@pytest.mark.parametrize("turn", range(2))
def test_what_a_test_does_is_undone_before_the_next(cast: Cast, neighbour: Organisation, turn: int) -> None:
    assert Organisation.objects.get(pk=neighbour.pk).name.endswith("二厂")
    assert neighbour.name.startswith(cast.alpha.organisation.name)
    Organisation.objects.filter(pk=neighbour.pk).update(name="改名")
    User.objects.all().update(is_active=False)
    neighbour.name = cast.alpha.organisation.name = "改名"


def test_rows_stand_upon_rows(two_piles: tuple[Organisation, str]) -> None:
    assert two_piles[0].pk == Organisation.objects.get(name__endswith="二厂").pk
    assert connection.settings_dict["NAME"] != STANDINGS.empty


@standing
def kept_file(cast: Cast) -> StoredFile:
    """A row with a file."""
    return store_file(content=b"x", name="x.txt")


@pytest.mark.parametrize("turn", range(2))
def test_a_file_that_a_test_takes_away_is_there_for_the_next(kept_file: StoredFile, turn: int) -> None:
    assert kept_file.read() == b"x"
    kept_file.path.unlink()


def test_nothing_stands_where_nothing_is_asked_for(db: None) -> None:
    assert not Organisation.objects.exists()


def test_a_test_that_commits_begins_empty_and_makes_its_rows_itself(transactional_db: None, cast: Cast) -> None:
    assert connection.settings_dict["NAME"] == STANDINGS.empty
    assert cast.alpha.organisation.pk in Organisation.objects.values_list("pk", flat=True)


def test_and_leaves_nothing_behind(db: None) -> None:
    assert not Organisation.objects.exists()
