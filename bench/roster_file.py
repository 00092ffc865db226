"""A synthetic roster: `python -m bench.roster_file ROWS FILE`; one row in forty has an error, one person in ten an introducer."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from typing import Any

import xlsxwriter

HEADER = (
    "姓名", "证件类型", "证件号码", "性别", "户籍地", "手机号码", "工种", "是否一线", "用工形式", "入职日期", "合同起始日",
    "合同终止日", "无固定期限", "离职日期", "引工人证件号",
)  # fmt: skip
WRONG_EVERY, INTRODUCED_EVERY = 40, 10
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number_of(order: int) -> str:
    """A document number of nobody, different for every order."""
    born = date(1970, 1, 1) + timedelta(days=order % 12_000)
    body = f"441899{born:%Y%m%d}{order // 12_000 * 2 + order % 2:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def row_of(order: int, draw: random.Random) -> dict[str, Any]:
    """One line, by header; wrong ones lack the end of a contract or have a wrong check character."""
    hired = date(2021, 1, 4) + timedelta(days=draw.randrange(1_000))
    number = number_of(order)
    row: dict[str, Any] = {
        "姓名": draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN), "证件类型": "居民身份证", "证件号码": number,
        "性别": "男" if int(number[16]) % 2 else "女", "户籍地": "广东省清远市", "手机号码": f"1380{order:07d}",
        "工种": draw.choice(("平车", "冚车", "裁床", "尾部")), "是否一线": "是", "用工形式": "劳动合同",
        "入职日期": hired.isoformat(), "合同起始日": hired.isoformat(), "合同终止日": hired.replace(year=hired.year + 3, day=1).isoformat(),
        "离职日期": (hired + timedelta(days=60)).isoformat() if draw.random() < 0.1 else None,
        "引工人证件号": number_of(order - 1) if order % INTRODUCED_EVERY == 9 else None,
    }  # fmt: skip
    if order % (2 * WRONG_EVERY) == 0:
        row["证件号码"] = number[:17] + ("1" if number[17] != "1" else "2")
    elif order % WRONG_EVERY == 0:
        row["合同终止日"] = None
    return row


def write(rows: int, path: str) -> None:
    """Write the workbook."""
    draw = random.Random(20231231)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, HEADER)
    for order in range(1, rows + 1):
        row = row_of(order, draw)
        page.write_row(order, 0, [row.get(header) for header in HEADER])
    book.close()


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
