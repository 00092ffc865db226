"""推荐就业名单 as bases keep it: good rows become referrals in their state, wrong ones are named, a second time nothing is new."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from park_workers.models import Upload, UploadIssue
from tests.conftest import Cast
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number
from tests.training.placements import ENDED, REFERRED, hire, pass_people, refer
from training.models import Referral
from training.services.placement_links import link_hires

pytestmark = pytest.mark.django_db
HEADER = (
    "姓名",
    "身份证号",
    "班次",
    "推荐企业",
    "统一社会信用代码",
    "推荐日期",
    "结果",
    "面试日期",
    "结果日期",
    "未录用原因",
    "备注",
)
TODAY = REFERRED + timedelta(days=30)


def row(order: int, **more: Any) -> dict[str, Any]:
    """A line of a list."""
    return {
        "姓名": f"学员{order}",
        "身份证号": id_number(900 + order),
        "推荐企业": "示例甲制衣有限公司",
        "推荐日期": REFERRED,
    } | more


def give_list(cast: Cast, *rows: dict[str, Any]) -> Upload:
    """The base's list, confirmed."""
    return give(cast.base_clerk, "referrals", workbook(HEADER, rows), TODAY)


def test_rows_become_referrals_in_their_state_and_the_same_list_again_is_nothing_new(cast: Cast) -> None:
    pass_people(cast, 1, 2, 3, 4)
    rows = (
        row(1), row(2, 结果="待面试", 面试日期="2023.3.20"), row(3, 结果="不录用", 结果日期="2023-03-09", 未录用原因="薪酬未谈拢"),
        row(4, 结果="已入职", 结果日期=date(2023, 3, 9)), row(4, 推荐企业="", 统一社会信用代码="91441899000000027R"),
    )  # fmt: skip
    first = give_list(cast, *rows)
    assert (first.status, first.result["new"], first.refused) == ("applied", 5, 0)
    assert list(Referral.objects.order_by("pk").values_list("status", flat=True)) == [
        "referred", "interview_agreed", "refused", "offered", "referred",
    ]  # fmt: skip
    again = give_list(cast, *reversed(rows))
    assert (again.result["new"], again.result["unchanged"], Referral.objects.count()) == (0, 5, 5)
    hire(cast, 4, TODAY)
    assert [one.status for one in link_hires(day=TODAY)] == ["hired"]


def test_every_wrong_row_is_named_with_what_to_do(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    refer(cast, seats[2], day=REFERRED - timedelta(days=1))
    upload = give_list(
        cast, row(1, 推荐日期=ENDED - timedelta(days=1)), row(9), row(1, 推荐企业="没有这家"), row(1, 推荐日期=TODAY + timedelta(days=1)),
        row(1, 结果="已约面试"), row(1, 结果="未录用", 结果日期=TODAY), row(1, 结果="未录用", 未录用原因="其他"),
        row(1, 面试日期=ENDED), row(2), row(2), row(2, 推荐日期=TODAY), row(3), row(1, 班次="没有这班"),
    )  # fmt: skip
    found = UploadIssue.objects.filter(upload=upload).order_by("row").values_list("row", "code")
    assert list(found) == [
        (2, "NOT_PASSED"), (3, "NOT_PASSED"), (4, "ENTERPRISE_UNKNOWN"), (5, "DATE_IN_FUTURE"), (6, "DAY_MISSING"),
        (7, "REASON_MISSING"), (8, "DAY_MISSING"), (9, "DAY_BEFORE_REFERRAL"), (11, "DUPLICATE_IN_FILE"), (12, "ALREADY_REFERRED"),
        (13, "ALREADY_REFERRED"), (14, "NOT_PASSED"),
    ]  # fmt: skip
    assert (upload.status, Referral.objects.count()) == ("applied", 2)
