"""Lines about a class that was filed (备案): its roster stands, and results come after the bureau has accepted it."""

from __future__ import annotations

from collections.abc import Iterator

from training.pass_list.findings import Finding
from training.pass_list.reader import PassLine
from training.pass_list.recorded import Recorded

NOT_YET = {"draft": "还是草稿", "filed": "尚待受理", "returned": "已被退回"}


def judge_filed(line: PassLine, recorded: Recorded) -> Iterator[Finding]:
    """Nothing for a class that only pass lists tell of."""
    known = recorded.classes.get(line.class_key)
    if known is None or known.is_reported:
        return
    if known.status == "cancelled":
        message = "该班次已取消"
        yield Finding(line.number, "class_number", "CLASS_CANCELLED", message, "请核对班次号与开班日期")
    elif known.status in NOT_YET:
        message = f"该班次的开班备案{NOT_YET[known.status]}"
        yield Finding(line.number, "class_number", "CLASS_NOT_ACCEPTED", message, "请在备案受理后再报该班次的结果")
    elif recorded.result(line.key, *line.class_key) is None:
        fix = "请核对证件号码；确在班上学习的，请先在班次页申请变更名册"
        yield Finding(line.number, "id_number", "NOT_ON_ROSTER", "该学员不在本班次的备案名册上", fix)
