"""What goes wrong when a hire is typed: one table for the page and the API, so that both answer alike.

Each row is what is typed and the field that has to be named.
"""

from __future__ import annotations

from datetime import date

from tests.park_workers.numbers import id_number

GOOD_NUMBER = id_number(990)
BODY = GOOD_NUMBER[:17]

NAMES = (
    "", " ", "\u3000", "\u200b\ufeff", "123", "张3", "张三1", "张三!", "张三@", "<b>张三</b>", "<script>", "张三；DROP", "张/三",
    "😀", "张三😀", "姓名", "无", "测试", "不详", "张_三", "=1+1", "张三(女)", "·", "··", "张·", "·三", "-", "张三\\n", "13800005678",
    "阿卜杜" * 20, "'", "张三'--",
)  # fmt: skip

NUMBERS = (
    "", " ", "1", BODY, BODY[:14], GOOD_NUMBER + "1", "44189919900517", "441899900517001", "ABCDEFGHIJKLMNOPQR", "0" * 18, "1" * 18,
    BODY + ("0" if GOOD_NUMBER[17] != "0" else "1"), BODY[:16] + "A" + GOOD_NUMBER[17], "X" + BODY, GOOD_NUMBER[:6] + "X" + GOOD_NUMBER[7:],
    GOOD_NUMBER[:10] + "13" + GOOD_NUMBER[12:], GOOD_NUMBER[:10] + "0230" + GOOD_NUMBER[14:], "441899199005170O13",
    GOOD_NUMBER[::-1], GOOD_NUMBER[:17] + "Y", "身份证" + GOOD_NUMBER, "4.41899E+17", "441899********0013", "无",
    id_number(901, born=date(2090, 1, 1)), id_number(901, born=date(1850, 1, 1)), "９" * 18, "😀" * 18, "E12345678",
)  # fmt: skip

PHONES = (
    "1", "1380000567", "138000056789", "12800005678", "10000000000", "11012345678", "23800005678", "0763-3312345", "076333123456",
    "+85291234567", "+1 202 555 0100", "1380000567a", "abc", "138 0000 56", "110", "无", "13800005678/13900001234", "１２３",
    "1e10", "<script>",
)  # fmt: skip

HIRE_DAYS = (
    "", "昨天", "2023-02-30", "2023-02-29", "2023-13-01", "2023-00-10", "2023-01-00", "0000-00-00", "20230231", "2023-1", "2023", "abc",
    "9999-12-31", "2999-01-01", "1900-01-01", "1989-01-01", "1950-05-05", "2023-02-01T25:00", "-1", "😀",
)  # fmt: skip

STARTS = ("", "昨天", "2023-02-30", "2023-13-01", "0000-00-00", "1900-01-01", "1950-01-01", "abc")
ENDS = ("", "后年", "2026-02-30", "2022-12-31", "1900-01-01", "9999-12-31", "2999-01-01", "0000-00-00", "abc")

#: field -> what is typed there
TABLE: dict[str, tuple[str, ...]] = {
    "name": NAMES, "id_number": NUMBERS, "phone": PHONES, "hired_on": HIRE_DAYS, "contract_starts_on": STARTS,
    "contract_ends_on": ENDS,
    "introducer_id_number": ("1", BODY, GOOD_NUMBER, "441899199005170000"),
    "form": ("临时工", "合同", "<b>", "1"),
    "trade": ("平车" * 21, "车" * 41),
}  # fmt: skip

GOOD = {
    "name": "新工人", "id_number": GOOD_NUMBER, "phone": "13800005678", "trade": "平车", "hired_on": "2023-03-01",
    "form": "劳动合同", "contract_starts_on": "2023-03-01", "contract_ends_on": "2026-02-28",
}  # fmt: skip
#: many at once; each has to be named
TOGETHER = {
    "name": "张3",
    "id_number": "1",
    "phone": "12",
    "hired_on": "昨天",
    "contract_ends_on": "后年",
    "form": "临时工",
}
