"""Everything that can be typed wrongly gets its answer on the page, and nothing of it is registered."""

from __future__ import annotations

import uuid

import pytest

from park_workers.models import Employment, Worker
from park_workers.services.consents import CURRENT
from tests.bad_hires import GOOD, TABLE, TOGETHER
from tests.conftest import Cast
from tests.pages.clients import as_person

PHONE, DESK = "/m/register/", "/workers/hire/"


def sent(**more: str) -> dict[str, str]:
    """A hire as typed on the phone, but for what is changed."""
    return GOOD | {"key": str(uuid.uuid4()), "consent": CURRENT.version, "is_front_line": "1"} | more


def test_the_table_is_long_enough() -> None:
    assert sum(len(values) for values in TABLE.values()) >= 120


@pytest.mark.parametrize("field", [name for name in TABLE if name != "introducer_id_number"])
def test_a_bad_value_is_named_at_its_field_and_kept(cast: Cast, field: str) -> None:
    hr = as_person(cast.hr)
    for value in TABLE[field]:
        answer = hr.post(PHONE, sent(**{field: value}))
        errors = answer.context["form"].errors
        assert answer.status_code == 422 and set(errors) == {field}, (field, value, errors)
        assert len(errors[field]) > 8 and errors[field].count("。") >= 2, "what is wrong and how to mend it"
        if field != "form" and value == value.strip():
            assert answer.context["form"].typed[field] == value[:120]
    assert not Worker.objects.exists() and not Employment.objects.exists()


def test_a_bad_introducer_is_named_at_the_desk(cast: Cast) -> None:
    for value in TABLE["introducer_id_number"]:
        answer = as_person(cast.clerk).post(DESK, sent(introducer_id_number=value, enterprise=str(cast.alpha.pk)))
        assert set(answer.context["form"].errors) == {"introducer_id_number"}, value


def test_a_bad_introducer_is_named_on_the_phone(cast: Cast) -> None:
    hr = as_person(cast.hr)
    for value in (
        "1",
        "13800009999",
        "x" * 29,
        "https://yxt.example/c/" + "a" * 29,
        GOOD["id_number"],
        "441899199005170000",
    ):
        answer = hr.post(PHONE, sent(introducer=value))
        assert set(answer.context["form"].errors) == {"introducer"}, value
    assert not Employment.objects.exists()


def test_without_consent_nothing_is_registered(cast: Cast) -> None:
    for version in ("", "1999-01", "1"):
        answer = as_person(cast.hr).post(PHONE, sent(consent=version))
        assert set(answer.context["form"].errors) == {"consent"}
    assert not Worker.objects.exists()


def test_all_bad_fields_are_named_at_once(cast: Cast) -> None:
    answer = as_person(cast.hr).post(PHONE, sent(**TOGETHER, introducer="1", consent=""))
    assert set(answer.context["form"].errors) == {*TOGETHER, "introducer", "consent"}
