"""推荐就业名单: whom a base has referred to which enterprise, as bases keep it in a workbook."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME, ID_NUMBER, NAME
from training.models import Referral
from training.services.referral_lists import OUTCOMES, apply_referrals, check_referrals

OUTCOME_WORDS = {
    "待答复": "已推荐", "待面试": "已约面试", "面试": "已面试", "录用": "拟录用", "已录用": "拟录用", "已入职": "拟录用",
    "已上岗": "拟录用",
    "不录用": "未录用", "放弃": "已撤回", "撤回": "已撤回",
}  # fmt: skip

SHEET = DeclaredSheet(
    kind="referrals",
    title="推荐就业名单",
    columns=(
        NAME,
        ID_NUMBER,
        Column("class_number", "班次", aliases=("班级", "班次编号"), example="1-平车", note="可不填：取推荐日之前最近合格的班次"),
        replace(ENTERPRISE_NAME, aliases=(*ENTERPRISE_NAME.aliases, "推荐企业", "用人单位"), required=False, in_header=True),
        replace(CREDIT_CODE, required=False, in_header=False, note="企业名称有重名时必填"),
        Column("referred_on", "推荐日期", "date", aliases=("推荐时间",), required=True, missing_code="REFERRED_ON_MISSING",
               example="2026-11-02", width=13),
        Column("outcome", "结果", "choice", aliases=("状态", "推荐结果", "面试结果"), choices=tuple(OUTCOMES), synonyms=OUTCOME_WORDS,
               example="已约面试", note="不填为“已推荐”；已入职的填“拟录用”，花名册登记后自动接上", width=12),
        Column("interview_on", "面试日期", "date", aliases=("面试时间",), example="2026-11-05", note="结果为“已约面试”的必填", width=13),
        Column("result_on", "结果日期", "date", aliases=("答复日期", "录用日期"),
               note="结果为已面试、拟录用、未录用、已撤回的必填", width=13),
        Column("refusal", "未录用原因", "choice", aliases=("原因",), choices=tuple(Referral.Refusal.labels), width=18),
        Column("note", "备注", aliases=("说明",)),
    ),
    notes=("只列考核合格的学员；一人推荐给几家企业的，一家一行。", "名单不登记入职：入职以花名册、手机登记、扫码登记为准，系统自动接上。"),
)  # fmt: skip

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.BASE_CLERK}), check=check_referrals, apply=apply_referrals)
