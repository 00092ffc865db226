"""Pages of demand and classes: what each sees, every mistake at once, a double tap makes one row, what is refused is said."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import time_machine

from park_workers.foundation.masking import mask_id_number
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.park_workers.numbers import id_number
from tests.training import classes as on
from training.models import ClassChangeRequest, LabourDemand, TrainingClass

pytestmark = pytest.mark.django_db
LIST, DEMANDS, PHONE = "/training/classes/", "/training/demands/", "/m/demands/"


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel("2023-11-06 12:00:00+08:00", tick=True):
        yield


def demand(**more: str) -> dict[str, str]:
    return {
        "key": str(uuid.uuid4()),
        "trade": "平车",
        "heads": "20",
        "needed_by": "2023-12-31",
        "wage_from": "4500",
    } | more


def plan(**more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()), "number": "1-平车", "trade": "平车", "level": "五级", "starts_on": "2023-11-13",
        "ends_on": "2023-11-24", "planned_hours": "40", "place": "一号车间", "capacity": "3", "plan": "平缝 40 学时",
        "teacher_name": ["钱老师", ""], "teacher_qualification": ["技师", ""], "demand": "",
    } | more  # fmt: skip


def page_of(found: TrainingClass, tab: str = "") -> str:
    return f"{LIST}{found.pk}/" + (f"?tab={tab}" if tab else "")


def test_a_demand_posted_twice_by_a_double_tap_is_one_and_its_own_enterprise_sees_it(cast: Cast) -> None:
    hr, sent = as_person(cast.hr), demand()
    answers = [hr.post(f"{PHONE}new/", sent) for _ in range(2)]
    found = LabourDemand.objects.get()
    assert {a["Location"] for a in answers} == {f"{PHONE}{found.reference}/"} and found.wage_from_fen == 450_000
    assert "平车 20 人" in text_of(cast.hr, PHONE) and "平车 20 人" not in text_of(cast.hr_beta, PHONE)
    assert as_person(cast.hr_beta).get(f"{PHONE}{found.reference}/").status_code == 404


def test_every_wrong_field_of_a_demand_is_named_and_what_was_typed_stays(cast: Cast) -> None:
    sent = demand(trade="", heads="很多", needed_by="2023-10-01", wage_from="6000", wage_to="4500")
    answer = as_person(cast.hr).post(f"{PHONE}new/", sent)
    text = answer.content.decode()
    assert answer.status_code == 422 and "有 4 处需要修改" in text and "很多" in text


def test_a_demand_is_taken_back_by_the_enterprise_and_closed_by_the_clerk_with_a_reason(cast: Cast) -> None:
    first, second = on.demand(cast), on.demand(cast, "d2")
    as_person(cast.hr).post(f"{PHONE}{first.reference}/withdraw/", {"phrase": "订单减少"})
    as_person(cast.clerk).post(f"{DEMANDS}{second.reference}/close/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.end_reason, second.status) == ("withdrawn", "订单减少", "open")


def test_the_board_sets_demand_against_classes(cast: Cast) -> None:
    wanted = on.demand(cast)
    on.filed(cast, 2, demand=wanted)
    text = text_of(cast.clerk, DEMANDS)
    assert "示例甲制衣有限公司" in text and "按此开班" not in text
    assert "按此开班" in text_of(cast.base_clerk, DEMANDS)
    board = text_of(cast.clerk, f"{DEMANDS}{wanted.reference}/")
    assert "1 个班，在册 2 人" in board and "还可开 17 个名额" in board


def test_a_class_is_written_to_order_and_a_double_tap_makes_one(cast: Cast) -> None:
    wanted, base = on.demand(cast), as_person(cast.base_clerk)
    assert 'value="平车"' in text_of(cast.base_clerk, f"{LIST}new/?demand={wanted.pk}")
    sent = plan(demand=str(wanted.pk))
    for _ in range(2):
        base.post(f"{LIST}new/", sent)
    found = TrainingClass.objects.get()
    assert (found.demand, found.teachers.get().name) == (wanted, "钱老师")


def test_every_wrong_field_of_a_class_is_named(cast: Cast) -> None:
    answer = as_person(cast.base_clerk).post(
        f"{LIST}new/", plan(number="", level="", starts_on="某天", planned_hours="x")
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "有 4 处需要修改" in text and "某天" in text


def test_a_person_is_enrolled_another_refused_with_the_reason(cast: Cast) -> None:
    found, base = on.draft(cast), as_person(cast.base_clerk)
    base.post(f"{page_of(found)}enrol/", {"name": "张三", "id_number": id_number(901), "phone": "19900000001"})
    young = {"name": "李四", "id_number": id_number(902, born=on.FIRST.replace(year=2010))}
    answer = base.post(f"{page_of(found)}enrol/", young)
    assert answer.status_code == 422 and "未满 16 周岁" in answer.content.decode()
    text = text_of(cast.base_clerk, page_of(found))
    assert mask_id_number(id_number(901)) in text and id_number(901) not in text and "李四" not in text


def test_the_bureau_sees_a_class_once_it_is_filed(cast: Cast) -> None:
    found = on.draft(cast)
    assert as_person(cast.clerk).get(page_of(found)).status_code == 404
    on.seat(cast, found)
    as_person(cast.base_clerk).post(f"{page_of(found)}step/file/", {"version": found.version})
    assert "受理备案" in text_of(cast.clerk, page_of(found)) and "开班备案待受理" in text_of(cast.clerk, "/")


def test_what_is_missing_from_a_filing_is_told_before_and_after_the_button(cast: Cast) -> None:
    found, base = on.draft(cast, plan=""), as_person(cast.base_clerk)
    assert "没有填写教学计划" in text_of(cast.base_clerk, page_of(found))
    answer = base.post(f"{page_of(found)}step/file/", {"version": found.version})
    assert answer.status_code == 422 and "未能办理" in answer.content.decode()


def test_a_returned_filing_says_why_and_waits_on_the_bases_first_page(cast: Cast) -> None:
    found = on.filed(cast)
    answer = as_person(cast.clerk).post(f"{page_of(found)}step/return/", {"note": "", "version": found.version})
    assert answer.status_code == 422
    as_person(cast.clerk).post(f"{page_of(found)}step/return/", {"phrase": "教学计划不完整", "version": found.version})
    assert "教学计划不完整" in text_of(cast.base_clerk, page_of(found))
    assert "备案被退回，待修改" in text_of(cast.base_clerk, "/")


def test_a_change_is_asked_and_decided_once(cast: Cast) -> None:
    found = on.accepted(cast)
    base, clerk, seat = as_person(cast.base_clerk), as_person(cast.clerk), found.enrolments.first()
    asked = {"key": str(uuid.uuid4()), "kind": "remove", "enrolment": str(seat.pk), "phrase": "本人放弃"}  # type: ignore[union-attr]
    for _ in range(2):
        base.post(f"{page_of(found)}changes/", asked)
    change = ClassChangeRequest.objects.get()
    assert "名册变更待决定" in text_of(cast.clerk, "/") and "本人放弃" in text_of(cast.clerk, f"{LIST}changes/")
    assert base.post(f"{page_of(found)}changes/{change.pk}/grant/", {"phrase": "情况属实，同意"}).status_code == 302
    change.refresh_from_db()
    assert change.status == "waiting", "the base does not decide"
    clerk.post(f"{page_of(found)}changes/{change.pk}/grant/", {"phrase": "情况属实，同意"})
    assert found.enrolments.on_roster().count() == 1 and "已退出" in text_of(cast.clerk, page_of(found))


def test_the_filing_is_printed_with_masked_numbers(cast: Cast) -> None:
    text = text_of(cast.base_clerk, f"{LIST}{on.filed(cast).pk}/sheet/")
    assert "开班备案表" in text and mask_id_number(id_number(901)) in text and id_number(901) not in text
