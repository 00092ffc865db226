"""评审专家名册: experts of the technical review whom a clerk puts into the pool all at once."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ID_NUMBER, NAME
from training.services.expert_lists import apply_experts, check_experts

SHEET = DeclaredSheet(
    kind="review_experts",
    title="评审专家名册",
    columns=(
        replace(NAME, aliases=(*NAME.aliases, "专家姓名", "专家")),
        Column("username", "登录名", aliases=("账号", "用户名", "专家账号"), required=True, missing_code="USERNAME_MISSING",
               example="zhuanjia01", note="安全管理员授予“评审专家”岗位时的登录名", width=16),
        replace(ID_NUMBER, note="18位，按文本填写；只用于查找回避关系，专家库不保存号码"),
        Column("trades", "评审工种", aliases=("工种", "专业", "评审专业"), required=True, missing_code="TRADES_MISSING",
               example="平车、裁床", note="多个工种用顿号隔开", width=18),
        Column("title", "职称或职业资格", aliases=("职称", "职业资格", "技术职称"), example="高级技师", width=16),
        Column("employer", "任职单位", aliases=("工作单位", "单位", "单位名称"), example="示例制衣有限公司",
               note="园区内的单位填写，抽取时回避", width=26),
        replace(CREDIT_CODE, required=False, in_header=False, note="任职单位名称有重名时必填"),
        Column("employed_from", "任职起始日", "date", aliases=("任职日期", "入职日期"), example="2020-03-01", width=13),
        Column("available_from", "可参评起始日", "date", aliases=("可参评日期", "入库日期"), note="不填为上传当日", width=14),
    ),
    notes=(
        "一人一行；入库后逐人由另一位经办或复核确认，确认前不参加抽取。",
        "已在库的同一人不会改动；工种、关联的变更请在专家资料页办理。",
    ),
)  # fmt: skip

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_experts, apply=apply_experts)
