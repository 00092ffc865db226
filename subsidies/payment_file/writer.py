"""付款文件: the workbook handed to the bank, one line per payee."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

import xlsxwriter

from park_workers.foundation.money import format_yuan

HEADERS = ("批次", "付款文件编号", "付款序号", "收款单位", "统一社会信用代码", "开户行", "账号", "人数", "金额")
WIDTHS = (12, 20, 10, 34, 22, 30, 26, 8, 16)


@dataclass(frozen=True)
class PaymentRow:
    """One line: to whom, where, how many people, how much (fen)."""

    batch: str
    file_number: str
    line_number: int
    payee_name: str
    payee_code: str
    bank_name: str
    account: str
    people: int
    amount_fen: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the line in the order of HEADERS; amounts in yuan with two decimals."""
        return (
            self.batch, self.file_number, str(self.line_number), self.payee_name, self.payee_code, self.bank_name,
            self.account, str(self.people), format_yuan(self.amount_fen),
        )  # fmt: skip


def write_payment_file(rows: Iterable[PaymentRow], *, made_on: date) -> bytes:
    """The workbook as bytes: every cell is text, so no digit is lost and no formula can live; same rows, same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # Without this the moment of writing would be in the file.
    book.set_properties({"title": "付款文件", "created": datetime.combine(made_on, time())})
    page = book.add_worksheet("付款文件")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    for at, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
        page.set_column(at, at, width, text)
        page.write_string(0, at, header, bold)
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row.cells):
            page.write_string(number, at, cell, text)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
