"""Forms of the review desk, each well and badly filled in: what is wrong is named at once, what was typed is kept, nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest

from park_workers.models import Membership, Role
from tests.api.test_whole_batch import on
from tests.conftest import Cast, make_member
from tests.pages.clients import as_person, text_of
from tests.park_workers.numbers import id_number
from tests.training.reviews import (
    Day,
    Review,
    apply,
    expert,
    objected,
    publish,
    seal,
    set_review,
    take_review_to,
)
from training.models import (
    Expert,
    OutlierNote,
    PanelSeat,
    ReviewGrade,
    ReviewRound,
    RubricVersion,
)

pytestmark = pytest.mark.django_db


def sent(member: Membership, address: str, typed: dict[str, Any], says: str = "") -> str:
    """Post a form; the page that answers, after its messages.  `says`: what a refused one must name."""
    answer = as_person(member).post(address, typed, follow=True)
    page = answer.content.decode()
    assert answer.status_code == (422 if says and not answer.redirect_chain else 200), (address, answer.status_code)
    assert says in page, (address, says)
    return page


def desk(review: Review, rest: str = "") -> str:
    return f"/training/reviews/{review.round.pk}/{rest}"


# --- the pool ------------------------------------------------------------------------------------


def test_an_expert_is_put_in_by_form_and_every_wrong_field_is_named(cast: Cast) -> None:
    account = make_member("expert-401", cast.bureau, Role.EXPERT)
    good = {
        "membership": str(account.pk), "id_number": id_number(401), "trades": ["平车"], "title": "高级技师",
        "available_from": "2023-05-04",
    }  # fmt: skip
    address = "/training/experts/new/"
    page = sent(cast.clerk, address, {"title": "技师"}, "请选择专家账号")
    assert "请至少选择一个评审工种" in page and "请填写证件号码" in page and 'value="技师"' in page
    number = id_number(401)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    page = sent(cast.clerk, address, good | {"id_number": wrong}, "校验位不正确")
    assert wrong not in page and not Expert.objects.exists()
    sent(cast.clerk, address, good, "")
    assert Expert.objects.get().status == "proposed"
    other = make_member("expert-402", cast.bureau, Role.EXPERT)
    sent(cast.clerk, address, good | {"membership": str(other.pk)}, "该证件号码的专家已在库")
    assert as_person(cast.reviewer).get(address).status_code == 403


def test_trades_ties_days_confirmation_and_leaving_each_have_their_form(cast: Cast) -> None:
    one = expert(cast, 401, confirm=False)
    address = f"/training/experts/{one.pk}/"
    tie = {"action": "tie", "kind": "employer", "organisation_text": cast.alpha.name, "starts_on": "2020-01-01"}
    for typed, says in (
        ({"action": "trades"}, "没有选择评审工种"), (tie | {"kind": ""}, "没有选择关系"), (tie | {"starts_on": ""}, "没有填写起始日"),
        (tie | {"organisation_text": ""}, "没有选择单位"), (tie | {"ends_on": "2019-01-01"}, "终止日早于起始日"),
        (tie | {"kind": "household", "id_number": "12"}, "号码"), ({"action": "span"}, "没有填写起始日"),
        ({"action": "span", "starts_on": "2023-01-01"}, "已有从该日开始的时段"), ({"action": "retire"}, "没有填写原因"),
        ({"action": "confirm", "version": "1"}, "须由另一人确认"),
    ):  # fmt: skip
        sent(cast.clerk, address, typed, says)
    assert as_person(cast.clerk).post(address, {"action": "other"}).status_code == 404
    assert not one.ties.exists() and one.availabilities.count() == 1
    sent(cast.clerk, address, tie)
    sent(
        cast.clerk,
        address,
        {"action": "end-tie", "tie": one.ties.get().pk, "ends_on": "2019-01-01"},
        "终止日早于起始日",
    )
    sent(cast.clerk, address, {"action": "end-tie", "tie": one.ties.get().pk, "ends_on": "2021-01-01"})
    sent(cast.clerk, address, {"action": "trades", "trades": ["裁床"], "title": "技师"})
    sent(cast.clerk, address, {"action": "span", "starts_on": "2023-03-01", "ends_on": "2023-12-31"})
    sent(cast.clerk_2, address, {"action": "confirm", "version": "1"})
    one.refresh_from_db()
    assert (one.status, one.trades, one.ties.get().ends_on is not None) == ("confirmed", ["裁床"], True)
    sent(cast.clerk, address, {"action": "retire", "reason": "退休"})
    assert Expert.objects.get().status == "retired"


def test_an_expert_enters_days_away_on_the_phone(cast: Cast) -> None:
    one = expert(cast, 401)
    member, address = Membership.objects.get(pk=one.membership_id), "/m/expert/days/"
    with on(Day.PLANNED):
        page = sent(member, address, {"note": "出差"}, "请填写从哪天起")
        assert "请填写到哪天为止" in page and 'value="出差"' in page
        sent(member, address, {"starts_on": "2023-05-16", "ends_on": "2023-05-12"}, "终止日早于起始日")
        page = sent(member, address, {"starts_on": "2023-05-16", "ends_on": "2023-05-18", "note": "出差"})
        assert "2023-05-16 至 2023-05-18" in page and "1 段" in text_of(member, "/m/expert/")
        assert "出差" in text_of(cast.clerk, f"/training/experts/{one.pk}/")
        sent(member, address, {"action": "withdraw", "absence": one.absences.get().reference})
        assert as_person(member).post(address, {"action": "withdraw", "absence": "x"}).status_code == 404
    assert one.absences.get().withdrawn_on == Day.PLANNED
    stranger = make_member("expert-402", cast.bureau, Role.EXPERT)
    assert "您还不在专家库" in text_of(stranger, address)
    assert as_person(stranger).post(address, {"starts_on": "2023-05-16"}).status_code == 404


# --- rubrics and rounds --------------------------------------------------------------------------


def test_a_rubric_is_drafted_published_and_retired_by_form(cast: Cast) -> None:
    good = {
        "trade": "裁床", "mean_kind": "trimmed", "allowance": "15", "label-1": "质量", "max-1": "100", "weight-1": "100", "grade-1": "甲等",
        "line-1": "85.5",
    }  # fmt: skip
    page = sent(
        cast.clerk, "/training/rubrics/new/", good | {"trade": "", "weight-1": "90", "line-1": "x"}, "没有填写工种"
    )
    assert "权重合计 90%" in page and "合格线须大于 0" in page and 'value="质量"' in page
    sent(cast.clerk, "/training/rubrics/new/", good)
    version = RubricVersion.objects.get()
    assert version.grades == [{"name": "甲等", "pass_line": 8_550}]
    address = f"/training/rubrics/{version.pk}/"
    sent(cast.clerk, address, {"action": "publish"}, "不能办理“发布评分标准”")
    assert as_person(cast.reviewer).post(address, {"action": "burn"}).status_code == 404
    for action, state in (("publish", "published"), ("retire", "retired")):
        sent(cast.reviewer, address, {"action": action})
        version.refresh_from_db()
        assert version.status == state
    sent(cast.reviewer, address, {"action": "publish"}, "当前状态为“已停用”")


def test_a_round_is_planned_by_form_and_every_wrong_field_is_named(cast: Cast) -> None:
    rubric = publish(cast)
    good = {
        "title": "平车第一批", "rubric": str(rubric.pk), "apply_from": "2023-05-04", "apply_to": "2023-05-10", "review_day": "2023-05-16",
        "panel_size": "5", "notice_days": "5",
    }  # fmt: skip
    page = sent(cast.clerk, "/training/reviews/new/", {"panel_size": "2", "notice_days": "0"}, "没有填写名称")
    for words in (
        "请选择评分标准",
        "请填写申报开始日期",
        "请填写评审日期",
        "评委人数须为 3 至 15 人",
        "公示期须为 1 至 60 个工作日",
    ):
        assert words in page
    page = sent(
        cast.clerk, "/training/reviews/new/", good | {"apply_to": "2023-05-01", "panel_size": "x"}, "申报截止日期早于"
    )
    assert 'value="平车第一批"' in page and "评委人数须为" in page and not ReviewRound.objects.exists()
    sent(cast.clerk, "/training/reviews/new/", good | {"review_day": "2023-05-10"}, "评审日期须在申报截止日期之后")
    sent(cast.clerk, "/training/reviews/new/", good)
    assert ReviewRound.objects.get().status == "draft"


def test_each_step_of_a_round_has_its_form_and_says_why_it_does_not_go(cast: Cast) -> None:
    review = set_review(cast, candidates=1, experts=4, size=3)

    def step(who: Membership, action: str, says: str, day: Any, **more: str) -> str:
        review.round.refresh_from_db()
        typed = {"version": str(review.round.version)} | more
        with on(day):
            return sent(who, desk(review, f"{action}/"), typed, says)

    step(cast.clerk, "open", "刚被他人办理过", Day.PLANNED, version="9")
    step(cast.clerk, "open", "申报截止日已过", Day.CLOSED)
    step(cast.reviewer, "open", "不能办理“开始申报”", Day.PLANNED)
    step(cast.clerk, "open", "已开始申报", Day.PLANNED)
    step(cast.clerk, "close", "才截止", Day.PLANNED)
    apply(review, review.hires[0])
    step(cast.clerk, "close", "申报已截止", Day.CLOSED)
    step(cast.clerk, "draw", "还有 1 份申报未受理", Day.CLOSED)
    step(cast.clerk, "cancel", "请说明原因", Day.CLOSED)
    application = review.applications()[0]
    page = desk(review, f"applications/{application.pk}/")
    sent(cast.clerk, page, {"action": "refuse", "version": "1"}, "没有填写原因")
    sent(cast.clerk, page, {"action": "accept", "version": "1", "blind": [application.evidence.get().reference]})
    step(cast.clerk, "draw", "评委已抽取", Day.CLOSED)
    step(cast.clerk, "start", "尚未到", Day.CLOSED)
    step(cast.clerk, "break-off", "不能办理“中止评审”", Day.CLOSED, note="评委不足")
    seat = review.seats()[0]
    sent(cast.clerk, desk(review, f"seats/{seat.pk}/"), {}, "没有填写原因")
    sent(cast.clerk, desk(review, f"seats/{seat.pk}/"), {"note": "出差"}, "已按抽取顺位递补")
    sent(cast.clerk, desk(review, f"seats/{review.seats()[0].pk}/"), {"note": "出差"}, "已没有可递补的专家")
    assert PanelSeat.objects.filter(status="seated").count() == 3
    step(cast.clerk, "start", "评分已开始", Day.REVIEW)
    assert as_person(cast.clerk).post(desk(review, "burn/")).status_code == 404


def test_outliers_are_noted_results_decided_and_noticed_by_form(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "scoring")
    for seat, marks in zip(review.seats(), (10, 90, 90), strict=True):
        seal(review, seat, 1, {"item-1": marks, "item-2": marks // 2})
    review.round.refresh_from_db()
    version = {"version": str(review.round.version)}
    with on(Day.REVIEW):
        sent(cast.reviewer, desk(review, "decide/"), version, "1 号候选人的离群评分还没有合议记录")
        odd = review.seats()[0].sheets.get().opened
        plain = review.seats()[1].sheets.get().opened
        sent(cast.clerk, desk(review, f"scores/{odd.pk}/"), {"note": " "}, "没有填写合议情况")
        sent(cast.clerk, desk(review, f"scores/{plain.pk}/"), {"note": "无"}, "没有超出允许差")
        sent(cast.clerk, desk(review, f"scores/{odd.pk}/"), {"note": "线迹不齐，维持"}, "合议情况已记录")
        sent(cast.clerk, desk(review, "decide/"), version, "不能办理“确认结果”")
        sent(cast.reviewer, desk(review, "decide/"), version, "结果已确认")
    assert OutlierNote.objects.count() == 1
    review.round.refresh_from_db()
    with on(Day.NOTICED):
        sent(cast.clerk, desk(review, "publish/"), {"version": str(review.round.version)}, "结果已公示")
        review.round.refresh_from_db()
        objection = objected(review)
        page = desk(review, f"objections/{objection.pk}/")
        sent(cast.reviewer, page, {"verdict": "", "note": "x"}, "没有选择异议是否成立")
        sent(cast.reviewer, page, {"verdict": "reject", "note": ""}, "没有填写处理意见")
        sent(cast.reviewer, page, {"action": "contact"}, "")
        sent(cast.clerk, desk(review, "finish/"), {"version": str(review.round.version)}, "公示期未满")
        sent(cast.reviewer, page, {"verdict": "reject", "note": "经核实不成立", "version": "1"}, "异议已处理")
    with on(Day.FINISHED):
        review.round.refresh_from_db()
        sent(cast.clerk, desk(review, "finish/"), {"version": str(review.round.version)}, "等次自今日生效")
    assert ReviewGrade.objects.count() == 1
