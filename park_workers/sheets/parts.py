"""Columns that several sheets share, with every name people give them."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column

FRONT_LINE_WORDS = {
    **dict.fromkeys(
        ("一线", "一线岗位", "一线员工", "一线工人", "y", "Y", "yes", "Yes", "YES", "√", "1", "True"), "是"
    ),
    **dict.fromkeys(("非一线", "非一线岗位", "非一线员工", "n", "N", "no", "No", "NO", "×", "0", "False"), "否"),
}
#: what people write where there is no day
NO_DAY = frozenset({"-", "--", "—", "/", "无"})
#: other names of 入职日期
HIRE_DAYS = ("进厂日期", "到岗日期", "上岗日期", "入厂日期", "录用日期")
EXAMPLE_ID = "441899199005179010"
EXAMPLE_CODE = "91441899000000019Y"

NAME = Column(
    "name",
    "姓名",
    "name",
    aliases=("员工姓名", "职工姓名", "人员姓名", "工人姓名", "名字"),
    required=True,
    example="示例姓名",
    width=12,
)
ID_NUMBER = Column(
    "id_number", "证件号码", "id_number", required=True, example=EXAMPLE_ID, width=22,
    aliases=(
        "身份证号", "身份证号码", "公民身份号码", "证件号", "身份证", "居民身份证号码", "居民身份证号", "公民身份证号码", "身份证件号码",
        "学员身份证号", "学员身份证号码", "有效证件号码",
    ),
    note="18位，按文本填写",
)  # fmt: skip
PHONE = Column(
    "phone",
    "手机号码",
    "phone",
    aliases=("电话", "联系电话", "手机", "手机号", "电话号码", "移动电话", "联系手机", "联系方式"),
    example="19900000001",
    width=14,
)
CREDIT_CODE = Column(
    "credit_code", "统一社会信用代码", "credit_code", aliases=("信用代码", "社会信用代码", "企业信用代码"), required=True,
    example=EXAMPLE_CODE, width=22, note="18位，见营业执照",
)  # fmt: skip
ENTERPRISE_NAME = Column(
    "enterprise_name", "企业名称", aliases=("单位名称", "公司名称", "用人单位"), example="示例制衣有限公司", width=30
)
TRADE = Column("trade", "工种", aliases=("岗位", "岗位工种", "岗位名称"), example="平车", width=12)
IS_FRONT_LINE = Column(
    "is_front_line", "是否一线", "choice", choices=("是", "否"),
    aliases=("一线员工", "是否一线工人", "一线", "一线岗位", "一线工人", "是否一线岗位", "是否一线员工", "是否为一线", "是否生产一线"),
    synonyms=FRONT_LINE_WORDS, example="是", width=10,
)  # fmt: skip
