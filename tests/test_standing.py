"""What stands beneath the tests: made once, copied for each, gone with what it stands on."""

from __future__ import annotations

import pytest

from park_workers.models import Organisation
from tests.standing import Ground

pytestmark = pytest.mark.django_db


def firm() -> Organisation:
    return Organisation.objects.create(kind="enterprise", name="甲厂", credit_code="91441899000000078Q")


def renamed(firm: Organisation) -> Organisation:
    firm.name = "乙厂"
    firm.save()
    return firm


def names() -> list[str]:
    return list(Organisation.objects.values_list("name", flat=True))


def test_every_test_finds_it_as_it_was_made() -> None:
    ground = Ground()
    ground.prepare([("firm", firm)])
    first = ground.own("firm")
    first.name = "changed by a test"
    ground.prepare([("firm", firm)])
    second = ground.own("firm")
    assert (second.pk, second.name) == (first.pk, "甲厂")
    ground.prepare()
    assert names() == []


def test_what_stands_on_another_changes_nothing_beneath() -> None:
    ground = Ground()
    ground.prepare([("firm", firm), ("renamed", renamed)])
    assert ground.own("renamed") is ground.own("firm")
    assert names() == [ground.own("firm").name] == ["乙厂"]
    ground.prepare([("firm", firm)])
    assert names() == [ground.own("firm").name] == ["甲厂"]
    ground.prepare()


def test_what_fails_leaves_nothing() -> None:
    def broken(firm: Organisation) -> None:
        renamed(firm)
        raise RuntimeError

    ground = Ground()
    with pytest.raises(RuntimeError):
        ground.prepare([("firm", firm), ("broken", broken)])
    assert (names(), ground.has("broken"), ground.own("firm").name) == (["甲厂"], False, "甲厂")
    ground.prepare()
