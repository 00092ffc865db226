"""Money is whole fen; text has two decimals, paper has capitals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from park_workers.foundation.money import AmountInvalid, capital_amount, format_fen, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,330,000.00", 133_000_000), ("¥2000", 200_000), ("￥ 2,000.00 元", 200_000), (2000, 200_000), (2000.1, 200_010),
        ("２０００.5", 200_050), ("2，000", 200_000), (" 1 500 ", 150_000), ("-5", -500), (".5", 50), ("0", 0), ("1500.", 150_000),
    ],
)  # fmt: skip
def test_every_way_of_writing_an_amount_is_the_same_fen(written: Any, fen: int) -> None:
    assert parse_yuan(written) == fen


@pytest.mark.parametrize(
    "written",
    ["", None, True, "1.999", 0.1 + 0.2, "两千", "2000元整", "1e5", "1E999999", "1_000", "NaN", "sNaN", "Infinity", "0x10",
     "9" * 14, "1" * 5000, "1.2.3", "--5", 2e16],
)  # fmt: skip
def test_what_is_no_amount_in_whole_fen_is_refused(written: Any) -> None:
    with pytest.raises(AmountInvalid) as refusal:
        parse_yuan(written)
    assert len(str(refusal.value)) < 80


def test_text_has_two_decimals_and_the_screen_has_thousands() -> None:
    assert format_yuan(133_000_000) == "1330000.00"
    assert format_fen(133_000_000) == "¥1,330,000.00"
    assert (format_yuan(-5), format_fen(-5), format_yuan(0)) == ("-0.05", "-¥0.05", "0.00")


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_what_is_written_is_read_as_the_same(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen == parse_yuan(format_fen(abs(fen))) * (-1 if fen < 0 else 1)


@pytest.mark.parametrize(
    ("fen", "capitals"),
    [
        (133_000_000, "壹佰叁拾叁万元整"), (0, "零元整"), (1, "壹分"), (10, "壹角"), (100, "壹元整"), (101, "壹元零壹分"),
        (20_000, "贰佰元整"), (1_000_001, "壹万元零壹分"), (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (10_000_000_000, "壹亿元整"), (-500, "负伍元整"), (150_000, "壹仟伍佰元整"),
    ],
)  # fmt: skip
def test_capitals_as_the_bank_wants_them(fen: int, capitals: str) -> None:
    assert capital_amount(fen) == capitals
