"""Numbers of people and firms: certain repairs only, every refusal with a code, nothing guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import uscc

from park_workers.foundation.identifiers import (
    FOREIGN,
    PERMIT,
    RESIDENT,
    IdentifierProblem,
    add_months,
    age_on,
    check_account,
    check_certificate_number,
    check_credit_code,
    check_id_number,
    check_phone,
    clean_name,
    clean_text,
    id_check_character,
)
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)
MAN = id_number(901)
#: ends in X
WITH_X = next(n for order in range(1, 999) if (n := id_number(order)).endswith("X"))
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def code_of(check: Any, value: Any, **more: Any) -> str:
    with pytest.raises(IdentifierProblem) as refusal:
        check(value, **more)
    assert refusal.value.message and refusal.value.fix
    return refusal.value.code


@pytest.mark.parametrize(
    "written",
    [
        WITH_X.lower(), WITH_X.translate(FULL_WIDTH), f" {WITH_X}\u3000", f"'{WITH_X}", f"‘{WITH_X}’", f"\t{WITH_X}\n",
        f"{WITH_X[:6]} {WITH_X[6:14]}\u00a0{WITH_X[14:]}", f"\ufeff{WITH_X}\u200b", f"{WITH_X[:9]}\u200d{WITH_X[9:]}",
        f"\u202d{WITH_X}\u202c", WITH_X[:-1] + "×", WITH_X[:-1] + "х", WITH_X[:-1] + "Х", WITH_X[:-1] + "ｘ",
    ],
)  # fmt: skip
def test_every_spelling_of_a_document_number_is_one_number(written: str) -> None:
    assert check_id_number(written).number == WITH_X


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "ID_MISSING"),
        (None, "ID_MISSING"),
        (441802199003070013, "ID_NUMERIC_CELL"),
        (441802199003070016.0, "ID_NUMERIC_CELL"),
        ("4.41802E+17", "ID_NUMERIC_CELL"),
        ("441899900517901", "ID_LENGTH"),
        (MAN + "1", "ID_LENGTH"),
        (MAN[:-1] + ("0" if MAN[-1] != "0" else "1"), "ID_CHECKSUM"),
        (MAN[:5] + "O" + MAN[6:], "ID_CHARACTERS"),
        (MAN[:17].translate(ARABIC) + MAN[17], "ID_CHARACTERS"),
        (MAN.translate(str.maketrans("0123456789", "०१२३४५६७८९")), "ID_CHARACTERS"),
        (id_number(901, born=date(2030, 1, 1)), "ID_BIRTH_DATE"),
    ],
)
def test_a_doubtful_document_number_is_refused(value: Any, code: str) -> None:
    assert code_of(check_id_number, value, day=DAY) == code


def test_a_birth_date_that_does_not_exist_is_refused() -> None:
    body = "44189919900230901"
    assert code_of(check_id_number, body + id_check_character(body)) == "ID_BIRTH_DATE"


def test_fifteen_digits_are_told_that_they_are_void() -> None:
    with pytest.raises(IdentifierProblem) as refusal:
        check_id_number("441899900517901")
    assert "2013" in refusal.value.fix


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("810000", PERMIT), ("820000", PERMIT), ("830000", PERMIT), ("911156", FOREIGN), ("441802", RESIDENT),
        ("441827", RESIDENT), ("441900", RESIDENT), ("442000", RESIDENT), ("429004", RESIDENT), ("999999", FOREIGN),
    ],
)  # fmt: skip
def test_the_kind_of_document_follows_from_the_number_and_any_region_passes(prefix: str, kind: str) -> None:
    found = check_id_number(id_number(902, prefix=prefix))
    assert (found.id_type, found.birth_on, found.sex) == (kind, date(1990, 5, 17), "女")


@given(st.integers(1, 999), st.dates(date(1930, 1, 1), date(2023, 1, 1)), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(order: int, born: date, at: int, shift: int) -> None:
    number = id_number(order, born=born)
    if number[at] == "X":
        return
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    with pytest.raises(IdentifierProblem):
        check_id_number(wrong)


def test_the_check_digit_of_the_published_credit_code_is_three() -> None:
    assert uscc.calc_check_digit("91350100M000100Y4") == "3"
    assert check_credit_code("91350100M000100Y43") == "91350100M000100Y43"


@pytest.mark.parametrize(
    "written",
    ["91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３", " 9135 0100 M000 100Y 43 ", "'91350100M000100Y43",
     "91350100-M000100Y4-3", "91350100M000100Y43\u200b"],
)  # fmt: skip
def test_every_spelling_of_a_credit_code_is_one_code(written: str) -> None:
    assert check_credit_code(written) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (913501000001000430, "CREDIT_CODE_NUMERIC_CELL"), ("", "CREDIT_CODE_MISSING"), ("91350100M000100Y4", "CREDIT_CODE_INVALID"),
        ("91350100M000100Y44", "CREDIT_CODE_INVALID"), ("91350100I000100Y43", "CREDIT_CODE_INVALID"),
        ("91350100M000100Y4٣", "CREDIT_CODE_INVALID"),
    ],
)  # fmt: skip
def test_a_doubtful_credit_code_is_refused(value: Any, code: str) -> None:
    assert code_of(check_credit_code, value) == code


@pytest.mark.parametrize("start", ["91441899", "92441899", "93441899", "52441899", "11441899"])
def test_firms_individual_businesses_and_bodies_pass_alike(start: str) -> None:
    body = f"{start}000000019"[:17]
    assert check_credit_code(body + uscc.calc_check_digit(body))


@pytest.mark.parametrize(
    "written",
    ["13812345678", "+8613812345678", "+86 138 1234 5678", "008613812345678", "86-138-1234-5678", "138-1234-5678",
     "１３８１２３４５６７８", "'13812345678", "\u202d13812345678\u202c", 13812345678, 13812345678.0, "(+86)13812345678"],
)  # fmt: skip
def test_every_spelling_of_a_phone_is_one_phone(written: Any) -> None:
    assert check_phone(written) == "13812345678"


@pytest.mark.parametrize(
    "written", ["12812345678", "1381234567", "138123456789", "0763-3366123", "١٣٨١٢٣٤٥٦٧٨", "+1 2025550123", "无", ""]
)
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    assert code_of(check_phone, written) == "PHONE_INVALID"


def test_a_card_passes_luhn_and_a_corporate_account_need_not() -> None:
    assert luhn.is_valid("6212280200141664948")
    assert check_account("6212 2802 0014 1664 948") == "6212280200141664948"
    assert not luhn.is_valid("990000000000001") and check_account("990000000000001") == "990000000000001"
    assert check_account("012345678901") == "012345678901"


@pytest.mark.parametrize("value", [6212280200141664948, 6.2122802001416649e18, 12345678901, 12345678901.0])
def test_an_account_in_a_numeric_cell_is_refused_whatever_its_length(value: Any) -> None:
    assert code_of(check_account, value) == "ACCOUNT_NUMERIC_CELL"


@pytest.mark.parametrize("value", ["1234567", "1" * 31, "62122802001416649٤٨", "账号待补", "6.21228E+18"])
def test_what_is_no_account_is_refused(value: str) -> None:
    assert code_of(check_account, value) == "ACCOUNT_INVALID"


def test_a_certificate_number_tells_year_and_level() -> None:
    found = check_certificate_number(" y000044000012235000001 ")
    assert (found.number, found.year, found.level) == ("Y000044000012235000001", 2023, 5)
    for wrong in ("Y00004400001223500000", "Z000044000012235000001", "Y٠00044000012235000001"):
        assert code_of(check_certificate_number, wrong) == "CERT_NUMBER_FORMAT"


def test_names_lose_blanks_and_keep_one_dot() -> None:
    assert clean_name(" 张\u3000三 ") == "张三"
    assert clean_name("古丽．阿依") == clean_name("古丽•阿依") == "古丽·阿依"
    assert clean_name("John  Smith ") == "John Smith"
    assert clean_name("=cmd|'/c calc'!A1") == "=cmd|'/c calc'!A1"


@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


def test_ages_and_months() -> None:
    assert age_on(date(2007, 5, 4), DAY) == 16 and age_on(date(2007, 5, 5), DAY) == 15
    assert age_on(date(2004, 2, 29), date(2023, 2, 28)) == 18 and age_on(date(2004, 2, 29), date(2023, 3, 1)) == 19
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28) and add_months(date(2023, 3, 31), -1).day == 28
