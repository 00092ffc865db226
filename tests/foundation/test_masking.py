"""How personal values look to those who need not see them whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from park_workers.foundation.masking import (
    mask_account,
    mask_id_number,
    mask_id_number_for_public,
    mask_name,
    mask_phone,
)


def test_a_document_number_keeps_six_and_four() -> None:
    assert mask_id_number("441802199003070013") == "441802********0013"
    assert mask_id_number_for_public("441802199003070013") == "*" * 14 + "0013"


def test_a_short_or_empty_number_shows_nothing() -> None:
    assert mask_id_number("1234567890") == "*" * 10
    assert (mask_id_number(""), mask_id_number_for_public(""), mask_phone(""), mask_account("")) == ("", "", "", "")


def test_a_phone_keeps_three_and_four_and_an_account_four() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("3366123") == "*******"
    assert mask_account("6212280200141664948") == "****4948"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳锋", "欧阳*"), ("欧阳", "欧*"), ("司马相如", "司马**"), ("李", "李"), ("", ""),
     ("古丽·阿依", "古****"), ("John Smith", "J*********")],
)  # fmt: skip
def test_a_public_list_shows_the_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text("0123456789X", min_size=11, max_size=22))
def test_a_mask_never_shows_the_birth_date(number: str) -> None:
    for masked in (mask_id_number(number), mask_id_number_for_public(number)):
        assert len(masked) == len(number) and set(masked[6:-4]) <= {"*"}
