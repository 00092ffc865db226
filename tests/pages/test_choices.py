"""Where there are too many enterprises for a list, one is chosen by a part of its name; nothing is guessed."""

from __future__ import annotations

import pytest

from pages.desk import choices
from pages.desk.choices import choose
from park_workers.models import Employment, Enterprise
from tests.conftest import Cast, make_enterprise
from tests.pages.clients import as_person
from tests.pages.test_registering import DESK, form

ALPHA, BETA = "示例甲制衣有限公司", "示例乙服饰有限公司"


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A directory that is longer than a list may be."""
    monkeypatch.setattr(choices, "OFFERED", 1)
    return cast


@pytest.mark.parametrize(
    ("typed", "found"),
    [(ALPHA, ALPHA), ("甲制", ALPHA), ("slyfs", BETA), ("91441899000000027r", BETA), ("示例", None), ("丙", None), ("", None)],
)  # fmt: skip
def test_a_part_of_the_name_or_the_credit_code_names_one_enterprise_or_none(
    many: Cast, typed: str, found: str | None
) -> None:
    choice = choose(Enterprise.objects.in_directory_order(), {"enterprise_text": typed})
    assert (choice.chosen.name if choice.chosen else None) == found and choice.are_many
    assert bool(choice.problem) == (found is None and typed != "")


def test_a_name_that_is_part_of_another_is_the_one_it_is(many: Cast) -> None:
    make_enterprise(many.bureau, f"{ALPHA}二厂", "91441899000000035L", 3)
    assert choose(Enterprise.objects.in_directory_order(), {"enterprise_text": ALPHA}).chosen == many.alpha


def test_a_clerk_registers_for_an_enterprise_that_was_typed(many: Cast) -> None:
    clerk = as_person(many.clerk)
    page = clerk.get(DESK).content.decode()
    assert 'name="enterprise_text"' in page and BETA not in page
    unclear = clerk.post(DESK, form(enterprise_text="示例"))
    text = unclear.content.decode()
    assert unclear.status_code == 422 and "有多家单位符合" in text and ALPHA in text and BETA in text
    assert not Employment.objects.exists()
    clerk.post(DESK, form(enterprise_text="示例", enterprise=str(many.beta.pk)))
    assert Employment.objects.get().enterprise_id == many.beta.pk


def test_an_address_names_the_enterprise_and_a_short_directory_is_a_list(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = as_person(cast.clerk)
    assert f'value="{cast.beta.pk}" selected' in clerk.get(f"{DESK}?enterprise={cast.beta.pk}").content.decode()
    monkeypatch.setattr(choices, "OFFERED", 1)
    assert f'value="{BETA}"' in clerk.get(f"{DESK}?enterprise={cast.beta.pk}").content.decode()


@pytest.mark.parametrize(
    "address", ["/workers/register/", "/training/demands/new/", "/account-changes/new/", "/training/assessors/new/"]
)
def test_every_form_about_an_enterprise_takes_a_name(many: Cast, address: str) -> None:
    assert '_text"' in as_person(many.clerk).get(address).content.decode()
