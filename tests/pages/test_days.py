"""Days typed into forms: written as people write them, with a year that can be meant; slips of the keyboard are named."""

from __future__ import annotations

from datetime import date

import pytest

from pages.days import read_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets.cleaning import parse_date
from park_workers.models import Employment
from park_workers.services.accounts import propose_account_change
from subsidies.models import Batch
from subsidies.services.batches import open_batch
from tests.pages.clients import as_person
from tests.subsidies.stage import Day, Stage

SLIPS = ("0001-01-01", "1899-12-31", "2101-01-01", "2999-12-31")


@pytest.mark.parametrize("text", ["2023-03-01", "2023.3.1", "2023年3月1日", "20230301"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text, "请选择日期。") == (date(2023, 3, 1), "")


@pytest.mark.parametrize("text", SLIPS)
def test_a_year_that_cannot_be_meant_is_named(text: str) -> None:
    day, words = read_day(text, "请选择日期。")
    assert day is None
    assert words == f"日期 {text} 的年份有误。请核对年份，应在 1900 年至 2100 年之间。"
    with pytest.raises(IdentifierProblem):  # a cell of a file is read by the same rule
        parse_date({"d": text})


def test_a_blank_day_is_missing_and_nonsense_is_no_day() -> None:
    assert read_day(" ", "请选择日期。") == (None, "请选择日期。")
    assert "不是有效日期" in read_day("明天", "请选择日期。")[1]


@pytest.mark.django_db
@pytest.mark.parametrize("text", SLIPS)
def test_forms_keep_such_a_day_and_change_nothing(stage: Stage, text: str) -> None:
    hire, clerk, before = stage.hires[0], as_person(stage.cast.clerk), Batch.objects.count()
    person = f"/workers/{hire.worker_id}/employments/{hire.pk}"
    batch = {"policy": str(stage.policy.pk), "name": "笔误", "cutoff_on": text, "candidates": "applications"}
    for address, form in (
        (f"{person}/leave/", {"day": text, "phrase": "本人辞职"}), (f"{person}/hire-date/", {"day": text, "note": "有误"}),
        ("/batches/new/", batch), ("/account-changes/new/", {"effective_on": text}),
        ("/workers/hire/", {"hired_on": text}), ("/workers/register/", {"registered_on": text}),
    ):  # fmt: skip
        answer = clerk.post(address, form)
        assert answer.status_code == 422, address
        assert "年份有误" in answer.content.decode(), address
    hire.refresh_from_db()
    assert (hire.hired_on, hire.left_on, Batch.objects.count()) == (
        Employment.objects.get(pk=hire.pk).hired_on,
        None,
        before,
    )


@pytest.mark.django_db
def test_the_api_refuses_such_a_day(stage: Stage) -> None:
    client = as_person(stage.cast.clerk)
    hire = stage.hires[0]
    answer = client.post(
        f"/api/v1/employments/{hire.pk}/leave/", {"left_on": "2999-12-31", "reason": "辞职"}, "application/json",
        headers={"Idempotency-Key": "a-day-far-away"},
    )  # fmt: skip
    assert "YEAR_UNLIKELY" in answer.content.decode(), answer.content.decode()
    hire.refresh_from_db()
    assert hire.left_on is None


@pytest.mark.django_db
def test_a_batch_and_an_account_change_are_of_the_year_around_today(stage: Stage) -> None:
    far = date(2030, 5, 4)
    with pytest.raises(RuleViolation, match="一年以后") as caught:
        open_batch(actor=stage.cast.clerk, policy=stage.policy, name="远", cutoff_on=far, day=Day.APPLIED)
    assert caught.value.code == "CUTOFF_TOO_FAR"
    with pytest.raises(RuleViolation, match="一年以后") as caught:
        propose_account_change(
            actor=stage.cast.clerk, organisation=stage.cast.alpha.organisation, account="9900000000000099",
            bank_name="示例银行", effective_on=far, reason="销户", evidence="申请书", day=Day.APPLIED,
        )  # fmt: skip
    assert caught.value.code == "DAY_TOO_LATE"
