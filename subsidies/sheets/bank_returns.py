"""银行回盘: what the bank did with each payment of a payment file."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from subsidies.services.bank_returns import FAILED, SUCCEEDED, apply_bank_returns, check_bank_returns

SHEET = DeclaredSheet(
    kind="bank_returns",
    title="银行回盘",
    columns=(
        Column("batch", "批次"),
        Column("file_number", "付款文件编号", required=True, aliases=("文件编号",)),
        Column("line_number", "付款序号", "integer", required=True, aliases=("序号",)),
        Column("payee_name", "收款单位", aliases=("收款人", "收款户名")),
        Column("payee_code", "统一社会信用代码", aliases=("信用代码", "证件号码")),
        Column("bank_name", "开户行", aliases=("开户银行",)),
        Column("account", "账号", "account", required=True, aliases=("银行账号", "收款账号")),
        Column("people", "人数", "integer"),
        Column("amount_fen", "金额", "money_yuan", required=True, aliases=("金额（元）",)),
        Column("result", "结果", "choice", required=True, choices=(SUCCEEDED, FAILED), aliases=("处理结果",)),
        Column("failure_reason", "失败原因", aliases=("退票原因",)),
        Column("traded_on", "交易日期", "date", required=True, aliases=("日期",)),
        Column("serial", "流水号", aliases=("交易流水号",)),
    ),
    notes=("付款文件编号和付款序号须与付款文件一致；结果为“失败”的须写明失败原因",),
)

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.FINANCE}), check=check_bank_returns, apply=apply_bank_returns)
