"""市局批复: the city bureau's answer to each line of a batch."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet

ACCEPTED, RETURNED = "同意", "退回"

CITY_ANSWERS = DeclaredSheet(
    kind="city_answers",
    title="市局批复",
    columns=(
        Column("batch", "批次", required=True, aliases=("批次名称",), example="第一批"),
        Column("sequence", "序号", "integer"),
        Column("enterprise_name", "企业名称", aliases=("单位名称",)),
        Column("credit_code", "统一社会信用代码", "credit_code", required=True, aliases=("信用代码", "社会信用代码")),
        Column("name", "姓名", "name", required=True),
        Column("id_number", "证件号码", "id_number", required=True, aliases=("身份证号码", "身份证号")),
        Column("amount_fen", "金额", "money_yuan", required=True, aliases=("补贴金额", "金额（元）")),
        Column("result", "批复结果", "choice", required=True, choices=(ACCEPTED, RETURNED), aliases=("结果",)),
        Column("reason", "退回原因", aliases=("原因",)),
        Column("answered_on", "批复日期", "date", required=True, aliases=("日期",)),
    ),
    notes=("每条明细一行；批复结果为“退回”的须写明退回原因",),
)
