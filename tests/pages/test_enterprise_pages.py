"""Enterprises at the desk: figures that lead to their rows, filters in the address, what is owed."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.masking import mask_phone
from park_workers.services.employments import record_leave
from tests.conftest import make_enterprise
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.files import give
from tests.subsidies.stage import Day, Stage, bank_list, bank_rows, hire, take_to

HERE = "/enterprises/"


def names(stage: Stage, query: str) -> set[str]:
    """Enterprises of the list."""
    return {one.name for one in as_person(stage.cast.clerk).get(HERE + query).context["page"]}


def test_the_list_is_searched_by_name_and_by_credit_code(stage: Stage) -> None:
    assert names(stage, "?q=示例甲") == {"示例甲制衣有限公司"}
    assert names(stage, "?q=91441899000000027r") == {"示例乙服饰有限公司"}


def test_conditions_narrow_the_list(stage: Stage) -> None:
    make_enterprise(stage.cast.bureau, "示例丙织造有限公司", "91441899000000035L", 3, admitted_on=None)
    assert names(stage, "?only=no_account") == names(stage, "?only=outside") == {"示例丙织造有限公司"}
    assert names(stage, "?only=owed") == set()
    take_to(stage, "approved")
    assert names(stage, "?only=owed") == {"示例甲制衣有限公司", "示例乙服饰有限公司"}


def test_money_is_owed_from_approval_until_it_has_arrived(stage: Stage) -> None:
    take_to(stage, "paying")
    assert "¥4,000.00" in text_of(stage.cast.finance, HERE)
    payment_file = stage.batch.payment_files.get()  # type: ignore[attr-defined]
    for rows, wanted in (
        (bank_rows(payment_file)[:1], [(400_000, 0), (0, 200_000)]),
        (bank_rows(payment_file), [(400_000, 0), (200_000, 0)]),
    ):
        scope = f"payment_file:{payment_file.pk}"
        give(stage.cast.finance, "bank_returns", bank_list(*rows), Day.RETURNED, scope=scope)
        page = as_person(stage.cast.finance).get(f"{HERE}?year=2023").context["page"]
        assert [(one.paid_fen, one.owed_fen) for one in page] == wanted


def test_totals_are_those_of_the_whole_filter(stage: Stage) -> None:
    record_leave(
        actor=stage.cast.clerk, employment=stage.hires[0], left_on=date(2023, 3, 1), reason="", day=Day.APPLIED
    )
    totals = as_person(stage.cast.clerk).get(HERE).context["totals"]
    assert (totals["heads"], totals["fronts"], totals["share"]) == (2, 2, 100)


def test_the_page_shows_contact_and_account_masked(stage: Stage) -> None:
    alpha = stage.cast.alpha
    alpha.seal_contact_phone("13812345678")  # type: ignore[attr-defined]
    alpha.save()
    page = text_of(stage.cast.clerk, f"{HERE}{alpha.pk}/?tab=accounts")
    assert mask_phone("13812345678") in page and "13812345678" not in page
    assert "**** 0001" in page and "9900000000000001" not in page


def test_every_tab_opens_with_its_rows(stage: Stage) -> None:
    take_to(stage, "paying")
    wanted = {
        "people": str(stage.hires[0].worker), "claims": "第一批", "payments": "2023-HIRE-01", "accounts": "名录备案",
        "uploads": "名单.xlsx",
    }  # fmt: skip
    for tab, words in wanted.items():
        assert words in text_of(stage.cast.clerk, f"{HERE}{stage.cast.alpha.pk}/?tab={tab}"), tab


def test_those_who_left_are_behind_a_filter(stage: Stage) -> None:
    record_leave(
        actor=stage.cast.clerk, employment=stage.hires[0], left_on=date(2023, 3, 1), reason="", day=Day.APPLIED
    )
    name, page = str(stage.hires[0].worker), f"{HERE}{stage.cast.alpha.pk}/?tab=people"
    assert name not in text_of(stage.cast.clerk, page)
    assert name in text_of(stage.cast.clerk, f"{page}&stay=left")


def test_what_is_worth_a_look_is_said(stage: Stage) -> None:
    hire(stage.cast, stage.cast.beta, 901)
    page = text_of(stage.cast.reviewer, f"{HERE}{stage.cast.alpha.pk}/")
    assert "同时在另一家企业在职" in page
    assert "没有在用的收款账户" not in page


def test_only_the_clerk_is_offered_to_register(stage: Stage) -> None:
    page = f"{HERE}{stage.cast.alpha.pk}/"
    assert "登记入职" in text_of(stage.cast.clerk, page)
    assert "登记入职" not in text_of(stage.cast.auditor, page)


def test_queries_do_not_grow_with_enterprises_or_people(stage: Stage) -> None:
    page = f"{HERE}{stage.cast.alpha.pk}/"
    before = queries_of(stage.cast.clerk, HERE), queries_of(stage.cast.clerk, page)
    for n in range(3, 9):
        make_enterprise(stage.cast.bureau, f"示例{n}厂", f"9144189900000{n:05d}", n)
        hire(stage.cast, stage.cast.alpha, 920 + n)
    assert (queries_of(stage.cast.clerk, HERE), queries_of(stage.cast.clerk, page)) == before
