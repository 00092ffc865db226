"""Pass lists and earlier lists the way a base or the bureau writes them; people of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from park_workers.models import Upload
from tests.conftest import Cast
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number

PASS_HEADER = (
    "班次", "工种", "级别", "开班日期", "结业日期", "姓名", "证件号码", "手机号码", "计划学时", "实到学时", "理论成绩", "实操成绩",
    "结论", "证书编号", "发证日期", "订单企业",
)  # fmt: skip
HISTORY_HEADER = ("序号", "姓名", "证件号码", "企业名称", "工种", "培训日期", "状态")
DAY = date(2023, 11, 6)
NAMES = "甲乙丙丁戊己庚辛壬癸"


def certificate(serial: int, *, year: int = 23, level: int = 5) -> str:
    """A 22-character number."""
    return f"S00004400000{1}{year:02d}{level}{serial:06d}"


def passed(order: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a person who passed and has a certificate; orders from 1."""
    return {
        "班次": "1-平车", "工种": "平车", "级别": "五级", "开班日期": date(2023, 2, 6), "结业日期": date(2023, 2, 17),
        "姓名": f"学员{NAMES[order % 10]}", "证件号码": id_number(900 + order), "手机号码": f"1990000{order:04d}",
        "计划学时": 40, "实到学时": 40, "理论成绩": 80, "实操成绩": 82, "结论": "合格",
        "证书编号": certificate(order), "发证日期": date(2023, 3, 9), "订单企业": "示例甲制衣有限公司",
    } | more  # fmt: skip


def uncertified(order: int = 1, **more: Any) -> dict[str, Any]:
    """Passed, the certificate still to come."""
    return passed(order, **{"证书编号": None, "发证日期": None} | more)


def failed(order: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a person who failed the theory."""
    return uncertified(order, **{"理论成绩": 41, "结论": "不合格"} | more)


def absent(order: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a person who did not come to the examination."""
    return uncertified(order, **{"理论成绩": None, "实操成绩": None, "结论": "缺考"} | more)


def earlier(order: int = 1, **more: Any) -> dict[str, Any]:
    """A line of the earlier list."""
    return {
        "序号": order, "姓名": f"学员{NAMES[order % 10]}", "证件号码": id_number(900 + order),
        "企业名称": "示例甲制衣有限公司", "工种": "平车", "培训日期": date(2022, 9, 30), "状态": "在职",
    } | more  # fmt: skip


def give_pass_list(cast: Cast, rows: Sequence[dict[str, Any]], *, day: date = DAY, **more: Any) -> Upload:
    """The base gives a list, the bureau's clerk confirms it."""
    actor = more.pop("actor", cast.base_clerk)
    content = workbook(PASS_HEADER, rows, sheet="考核结果")
    return give(actor, "pass_list", content, day, confirmed_by=more.pop("confirmed_by", cast.clerk), **more)


def give_history(cast: Cast, rows: Sequence[dict[str, Any]], *, day: date = DAY) -> Upload:
    """The clerk gives the earlier list."""
    return give(cast.clerk, "training_history", workbook(HISTORY_HEADER, rows), day)
