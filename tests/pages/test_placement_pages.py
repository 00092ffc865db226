"""Placement in pages: the worklist refers, the enterprise answers on the phone, the board and the funnel follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from park_workers.foundation.audit import AuditEvent
from park_workers.services.employments import record_leave
from tests.conftest import Cast
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.numbers import id_number
from tests.training.placements import REFERRED, hire, pass_people, refer
from training.models import Referral
from training.services.placement_links import link_hires

pytestmark = pytest.mark.django_db
NOON = f"{REFERRED} 12:00:00+08:00"


@pytest.fixture(autouse=True)
def a_day_in_march() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_whoever_was_never_placed_is_ticked_and_referred(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    hire(cast, 3, REFERRED - timedelta(days=3), at_beta=True)
    address = "/training/placements/never-placed/"
    assert "12 天" in text_of(cast.base_clerk, address) and seats[2].worker.name not in text_of(
        cast.base_clerk, address
    )
    body = {"enrolment": [s.pk for s in seats[:2]], "enterprise": cast.alpha.pk, "shows_marks": "1", "note": "可住宿"}
    answer = as_person(cast.base_clerk).post("/training/placements/refer/", body, follow=True)
    assert "已推荐 2 人给示例甲制衣有限公司" in answer.content.decode()
    assert Referral.objects.filter(shows_marks=True, note="可住宿").count() == 2
    again = as_person(cast.base_clerk).post("/training/placements/refer/", body, follow=True).content.decode()
    assert "已推荐给该企业" in again and Referral.objects.count() == 2
    assert "没有选择企业" in as_person(cast.clerk).post("/training/placements/refer/", {}, follow=True).content.decode()


def test_the_enterprise_answers_on_the_phone_and_hires_by_the_ordinary_form(cast: Cast, a_day_in_march: Any) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat, shows_marks=True)
    browser, page = as_person(cast.hr), f"/m/referrals/{one.reference}/"
    assert "培训基地推荐的人待您答复" in text_of(cast.hr, "/m/")
    shown = text_of(cast.hr, page)
    assert "理论 80，实操 82" in shown and id_number(901) not in shown and "19900000001" not in shown
    called = browser.post(f"{page}call/", {"phrase": "约面试时间"}).content.decode()
    assert "19900000001" in called and "没有" not in called
    assert browser.post(f"{page}call/", {}).status_code == 422
    assert browser.post(f"{page}interview/", {"interview_on": "2023-02-01"}).status_code == 422
    assert browser.post(f"{page}interview/", {"interview_on": "2023-03-03", "note": "上午"}).status_code == 302
    assert "培训基地推荐的人待您答复" not in text_of(cast.hr, "/m/")
    assert browser.post(f"{page}result/", {"result": "refused"}).status_code == 422
    assert browser.post(f"{page}result/", {"result": "interviewed"}).status_code == 302
    form = browser.post(f"{page}hire/")
    text = form.content.decode()
    assert form.status_code == 200 and id_number(901) in text and "no-store" in form["Cache-Control"]
    assert AuditEvent.objects.filter(code="referral.hire_begun").count() == 1
    assert "录用的人待登记入职" in text_of(cast.hr, "/m/")
    given = form.context["form"]
    sent = given.typed | {"key": given.key, "consent": form.context["consent"].version}
    done = browser.post("/m/register/", sent, follow=True).content.decode()
    assert "已接上一号基地的推荐" in done
    one.refresh_from_db()
    assert one.status == "hired" and "花名册中的记录" in text_of(cast.hr, page)


def test_board_and_funnel_follow_the_person_through_the_months(cast: Cast, a_day_in_march: Any) -> None:
    seats = pass_people(cast, 1, 2)
    for seat in seats:
        refer(cast, seat)
    first, second = hire(cast, 1, REFERRED), hire(cast, 2, REFERRED)
    record_leave(
        actor=cast.hr,
        employment=second,
        left_on=REFERRED + timedelta(days=9),
        reason="",
        day=REFERRED + timedelta(days=9),
    )
    a_day_in_march.move_to("2023-06-01 12:00:00+08:00")
    board = as_person(cast.base_clerk).get("/training/placements/?stage=kept_3")
    assert {key: n for key, _, n, _ in board.context["stages"]} == {
        "passed": 2, "referred": 2, "interviewed": 2, "hired": 2, "kept_3": 1, "kept_6": 0,
    }  # fmt: skip
    assert [p.worker for p in board.context["people"]] == [first.worker]
    earlier = as_person(cast.clerk).get(f"/training/placements/?day={REFERRED - timedelta(days=1)}")
    assert {key: n for key, _, n, _ in earlier.context["stages"]}["referred"] == 0
    for by in ("base", "trade", "order", "class", "level"):
        assert "1<span" in text_of(cast.auditor, f"/training/placements/funnel/?by={by}"), by
    assert "满 3 个月" in text_of(cast.base_clerk, f"/training/referrals/{Referral.objects.first().reference}/")


def test_filters_leave_people_out_and_nonsense_leaves_out_nobody(cast: Cast) -> None:
    first = pass_people(cast, 1, 2)
    pass_people(cast, 3, number="2-裁床", trade="裁床", level=4, order="")
    here = as_person(cast.clerk)
    for query, n in (("trade=裁床", 1), ("level=4", 1), (f"class={first[0].training_class_id}", 2), ("order=非订单培训", 1),
                     (f"base={cast.base.pk}", 3), ("trade=none&level=x&day=yesterday", 3)):  # fmt: skip
        assert here.get(f"/training/placements/?{query}").context["total"].passed == n, query


def test_what_waits_too_long_is_said_and_the_base_writes_down_a_call(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat, day=REFERRED - timedelta(days=7))
    assert "1 人超过 7 天未答复" in text_of(cast.base_clerk, "/training/placements/")
    assert seat.worker.name in text_of(cast.base_clerk, "/training/referrals/?waits=answer")
    page, desk = f"/training/referrals/{one.reference}/", as_person(cast.base_clerk)
    assert desk.post(f"{page}agree/", {"interview_on": ""}).status_code == 422
    assert desk.post(f"{page}agree/", {"interview_on": "2023-03-08"}).status_code == 302
    assert desk.post(f"{page}refuse/", {"refusal": "other"}).status_code == 422
    assert "19900000001" in desk.post(f"{page}call/", {"phrase": "回访就业意向"}).content.decode()
    assert desk.post(f"{page}withdraw/", {"phrase": "本人暂不就业"}).status_code == 302
    assert "本人暂不就业" in text_of(cast.hr, f"/m/referrals/{one.reference}/")
    assert as_person(cast.auditor).post(f"{page}offer/").status_code == 403


def test_lists_are_taken_away_with_a_watermark(cast: Cast) -> None:
    pass_people(cast, 1)
    for address in ("/training/placements/funnel/export/?by=trade", "/training/placements/export/?stage=never"):
        answer = as_person(cast.base_clerk).post(address)
        assert answer["Content-Type"].startswith("application/vnd"), address
    assert AuditEvent.objects.filter(code="list.exported").count() == 2


def test_pages_take_the_same_queries_however_many_people_there_are(cast: Cast) -> None:
    seats = pass_people(cast, *range(1, 7))
    refer(cast, seats[0])
    link_hires(day=REFERRED)
    addresses = (
        "/training/placements/",
        "/training/placements/never-placed/",
        "/training/placements/funnel/",
        "/training/referrals/",
    )
    before = [queries_of(cast.clerk, address) for address in addresses]
    for seat in seats[1:4]:
        refer(cast, seat)
    assert [queries_of(cast.clerk, address) for address in addresses] == before
    assert max(before) < 45
