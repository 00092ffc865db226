"""Money is a whole number of fen; text has two decimals, paper has capitals (大写)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

FEN_PER_YUAN = 100
LONGEST_AMOUNT = 24
#: a plain decimal number below ten thousand billion; powers of ten and underscores are no way to write money
_AMOUNT = re.compile(r"[+-]?(?:\d{1,13}(?:\.\d*)?|\.\d+)")


class AmountInvalid(ValueError):
    """Not an amount of money in whole fen."""


def format_yuan(fen: int) -> str:
    """ "1330000.00": two decimals, no marks, for files and the API."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"


def format_fen(fen: int) -> str:
    """ "¥1,330,000.00" for people."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}¥{fen // FEN_PER_YUAN:,}.{fen % FEN_PER_YUAN:02d}"


def parse_yuan(value: Any) -> int:
    """Fen from "1,330,000.00", "¥2000", 2000, Decimal or a float that is exact to the fen; raises AmountInvalid."""
    if isinstance(value, bool) or value is None:
        raise AmountInvalid("金额为空")
    text = "".join(str(value).split()).replace(",", "").replace("，", "")
    text = text.removeprefix("¥").removeprefix("￥").removesuffix("元")
    if len(text) > LONGEST_AMOUNT or not _AMOUNT.fullmatch(text):
        raise AmountInvalid(f"“{str(value)[:40]}”不是金额")
    amount = Decimal(text) * FEN_PER_YUAN
    if amount != amount.to_integral_value():
        raise AmountInvalid(f"“{value}”不是精确到分的金额")
    return int(amount)


def capital_amount(fen: int) -> str:
    """大写: 133000000 -> 壹佰叁拾叁万元整."""
    import cn2an  # a quarter of a second of every start, for the few that print an amount

    if fen == 0:
        return "零元整"
    return ("负" if fen < 0 else "") + str(cn2an.an2cn(format_yuan(abs(fen)).removesuffix(".00"), "rmb"))
