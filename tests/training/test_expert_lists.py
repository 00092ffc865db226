"""评审专家名册: a workbook becomes entries that wait for a second person; wrong rows are named cell by cell."""

from __future__ import annotations

import pytest

from park_workers.models import Role, Upload
from tests.conftest import Cast, make_member
from tests.park_workers.files import findings, give, workbook
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.training.reviews import Day, expert
from training.models import Expert

pytestmark = pytest.mark.django_db
HEADER = ("专家姓名", "账号", "身份证号码", "专业", "职称", "工作单位", "信用代码", "任职日期", "可参评日期")


def name_of(order: int) -> str:
    return f"专家{'甲乙丙丁'[order - 401]}"


def line(order: int, **more: object) -> dict[str, object]:
    """A good row for `expert-<order>`."""
    found = {
        "专家姓名": name_of(order),
        "账号": f"expert-{order}",
        "身份证号码": id_number(order),
        "专业": "平车、裁床",
        "职称": "高级技师",
    }
    return found | more


def listed(cast: Cast, *rows: dict[str, object]) -> Upload:
    """Upload and confirm by the clerk."""
    return give(cast.clerk, "review_experts", workbook(HEADER, list(rows)), Day.PLANNED)


@standing
def accounts(cast: Cast) -> None:
    """Four people with an expert's account."""
    for order in range(401, 405):
        user = make_member(f"expert-{order}", cast.bureau, Role.EXPERT).user
        user.display_name = name_of(order)
        user.save()


@pytest.mark.usefixtures("accounts")
def test_a_list_of_experts_waits_for_the_second_person_one_by_one(cast: Cast) -> None:
    code = cast.alpha.organisation.credit_code
    rows = [
        line(401, 信用代码=code, 任职日期="2020-03-01"),
        line(402, 可参评日期="2023-06-01", 工作单位=cast.beta.organisation.name),
    ]
    upload = listed(cast, *rows)
    assert (upload.status, upload.result["new"], upload.result["unchanged"]) == ("applied", 2, 0)
    first, second = Expert.objects.order_by("membership__user__username")
    assert (first.status, first.trades, first.title) == ("proposed", ["平车", "裁床"], "高级技师")
    assert [(tie.organisation, str(tie.starts_on)) for tie in first.ties.all()] == [
        (cast.alpha.organisation, "2020-03-01")
    ]
    assert second.ties.get().organisation == cast.beta.organisation
    assert [str(one.availabilities.get().starts_on) for one in (first, second)] == ["2023-05-04", "2023-06-01"]
    again = listed(cast, *reversed(rows), line(403))
    assert (again.result["new"], again.result["unchanged"]) == (1, 2) and first.ties.count() == 1


@pytest.mark.usefixtures("accounts")
def test_wrong_rows_are_named_and_the_good_ones_go_in(cast: Cast) -> None:
    expert(cast, 409)
    upload = listed(
        cast, line(401), line(402, 账号="nobody"), line(403, 专家姓名="别人"), line(404, 专业="烹饪"), line(403, 工作单位="没有的厂"),
        line(404, 身份证号码=id_number(409)), line(402, 身份证号码="44180219900101001X"), line(403, 专业=""),
        line(404, 身份证号码=id_number(401)),
    )  # fmt: skip
    assert [(row, code) for row, _, code, _ in findings(upload) if row] == [
        (3, "ACCOUNT_UNKNOWN"), (4, "NAME_DIFFERS"), (5, "TRADE_UNKNOWN"), (6, "ORGANISATION_UNKNOWN"), (7, "EXPERT_KNOWN"),
        (8, "ID_CHECKSUM"), (9, "TRADES_MISSING"), (10, "DUPLICATE_IN_FILE"),
    ]  # fmt: skip
    assert upload.result["new"] == 1 and Expert.objects.filter(status="proposed").count() == 1
