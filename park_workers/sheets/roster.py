"""花名册: the staff of one enterprise, as the enterprise keeps it."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import ContractSpan, Role, Worker
from park_workers.services.imports import SheetImport
from park_workers.services.rosters import apply_roster, check_roster
from park_workers.sheets.parts import HIRE_DAYS, ID_NUMBER, IS_FRONT_LINE, NAME, NO_DAY, PHONE, TRADE

ID_TYPE_WORDS = {
    "身份证": "居民身份证", "二代身份证": "居民身份证", "第二代居民身份证": "居民身份证", "中华人民共和国居民身份证": "居民身份证",
    "港澳台居住证": "港澳台居民居住证", "港澳居民居住证": "港澳台居民居住证", "台湾居民居住证": "港澳台居民居住证",
    "外国人永久居留证": "外国人永久居留身份证", "永久居留身份证": "外国人永久居留身份证",
}  # fmt: skip
FORM_WORDS = {
    "合同制": "劳动合同",
    "合同": "劳动合同",
    "劳动合同制": "劳动合同",
    "劳动合同工": "劳动合同",
    "固定期限劳动合同": "劳动合同",
    "无固定期限劳动合同": "劳动合同",
    "合同工": "劳动合同",
    "直接用工": "劳动合同",
    "派遣": "劳务派遣",
    "派遣工": "劳务派遣",
    "劳务派遣工": "劳务派遣",
}
CONTRACT_ENDS = (
    "合同到期日", "合同结束日", "合同期满日", "合同截止日", "合同终止", "合同截止", "合同止", "劳动合同终止日", "劳动合同到期日",
)  # fmt: skip
NOTES = (
    "一人一行；同一人离职后再入职的，另起一行。",
    "入职日期不变的再次报送视为同一段就业：可补填离职日期，合同起始日不同的视为续签。",
    "离职日期留空不会撤销已登记的离职，预览时会逐行提示。",
    "证件号码、手机号码请保持文本格式。",
)

SHEET = DeclaredSheet(
    kind="roster",
    title="花名册",
    columns=(
        NAME,
        Column("id_type", "证件类型", "choice", aliases=("证件种类",), choices=tuple(Worker.IdType.values),
               synonyms=ID_TYPE_WORDS, example="居民身份证", width=18),
        ID_NUMBER,
        Column("sex", "性别", "choice", choices=("男", "女"), example="女", width=6),
        Column("origin", "户籍地", aliases=("籍贯", "户籍所在地", "户口所在地"), example="广东省清远市", width=20),
        PHONE,
        TRADE,
        replace(IS_FRONT_LINE, required=True, missing_code="FRONT_LINE_MISSING"),
        Column("form", "用工形式", "choice", aliases=("用工性质", "用工类型", "用工方式"), required=True,
               choices=tuple(ContractSpan.Form.values), synonyms=FORM_WORDS,
               missing_code="FORM_MISSING", example="劳动合同", width=12),
        Column("hired_on", "入职日期", "date", aliases=HIRE_DAYS, required=True,
               missing_code="HIRE_DATE_MISSING", example="2026-03-01", width=13),
        Column("contract_starts_on", "合同起始日", "date", required=True, missing_code="CONTRACT_START_MISSING",
               example="2026-03-01", width=13, aliases=("合同开始日", "合同起始", "合同起", "劳动合同起始日", "劳动合同开始日")),
        Column("contract_ends_on", "合同终止日", "date", example="2029-02-28", width=13,
               aliases=CONTRACT_ENDS, in_header=True, blank_words=NO_DAY | {"无固定期限", "长期"}),
        Column("is_open_ended", "无固定期限", "choice", choices=("是", "否"), example="", width=11,
               note="无固定期限合同填“是”，合同终止日留空"),
        Column("left_on", "离职日期", "date", aliases=("离厂日期", "离岗日期", "辞职日期", "退工日期"), width=13,
               blank_words=NO_DAY | {"在职", "至今", "未离职"},
               note="最后一个在职日；在职的留空"),
        Column("introducer_id_number", "引工人证件号", "id_number", width=22,
               aliases=("介绍人身份证号", "引荐人证件号", "引工人身份证号")),
        Column("note", "备注", width=16),
    ),
    notes=NOTES,
)  # fmt: skip

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.ENTERPRISE_HR, Role.CLERK}), check=check_roster, apply=apply_roster
)
