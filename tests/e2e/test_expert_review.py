"""A review in a real browser, from the application to the result: five experts, each on their own account and phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from park_workers.foundation.business_day import begin_practice, set_practice_day
from park_workers.models import Membership
from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.training.reviews import Day, Review, picture, set_review
from training.models import ExpertAbsence, OpenedScore, ReviewApplication, ReviewGrade, ScoreSheet
from training.panel_draw import differences

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)


@pytest.fixture
def review(committed_cast: Cast, tmp_path: Path, settings: Any) -> Review:
    """A planned round with a pool of six, on a practice day."""
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path / "state"
    begin_practice(Day.PLANNED)
    return set_review(committed_cast, candidates=1, experts=6)


def press(page: Page, name: str) -> None:
    """A button of the round's page, and the same word on the form behind it."""
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".note-success")).to_be_visible()


def test_a_review_goes_from_the_application_to_the_grade(review: Review, opened: Opened) -> None:
    cast, address = review.cast, f"/training/reviews/{review.round.pk}/"
    clerk = opened(address, cast.clerk)
    press(clerk, "开始申报")
    applied_on_the_phone(review, opened)
    taken_in(review, clerk, address)
    one_is_away(review, opened)
    set_practice_day(Day.CLOSED)
    clerk.goto(clerk.url.split("/training/")[0] + address)
    press(clerk, "截止申报")
    press(clerk, "抽取评委")
    clerk.get_by_role("link", name="核验抽取").click()
    expect(clerk.locator(".note-success")).to_contain_text("一致")
    expect(clerk.locator("main")).to_contain_text("本人登记评审日不能参评")
    assert review.experts[0].pk not in {seat.expert_id for seat in review.seats()}
    proved_in_public(review, opened)
    set_practice_day(Day.REVIEW)
    clerk.goto(clerk.url.split("/training/")[0] + address)
    press(clerk, "开始评分")
    scored_by_five(review, opened)
    decided_and_noticed(review, opened, clerk, address)


def applied_on_the_phone(review: Review, opened: Opened) -> None:
    """HR finds the worker, adds a picture and sends it, with two taps that make one application."""
    hr = opened("/m/", review.cast.hr, PHONE)
    hr.get_by_role("link", name="技术评审可申报").click()
    hr.get_by_role("link", name=review.round.title).click()
    hr.get_by_label("第一步：查找员工").fill("候选")
    hr.get_by_role("button", name="查找").click()
    hr.get_by_label("材料 1", exact=True).set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    assert hr.evaluate(FAULTS) == []
    hr.get_by_role("button", name="提交申报").dblclick()
    expect(hr.locator("h1")).to_contain_text("待受理")
    assert ReviewApplication.objects.count() == 1


def one_is_away(review: Review, opened: Opened) -> None:
    """An expert enters on the phone that the review day does not suit, and is not drawn."""
    member = Membership.objects.get(pk=review.experts[0].membership_id)
    phone = opened("/", member, PHONE)
    phone.get_by_role("link", name="不能参评的日期").click()
    phone.get_by_label("从哪天起").fill(Day.REVIEW.isoformat())
    phone.get_by_label("到哪天为止（含当天）").fill(Day.REVIEW.isoformat())
    assert phone.evaluate(FAULTS) == []
    phone.get_by_role("button", name="登记不能参评").dblclick()
    expect(phone.locator(".note-success")).to_contain_text("已登记")
    assert ExpertAbsence.objects.count() == 1


def taken_in(review: Review, clerk: Page, address: str) -> None:
    """The clerk looks at the picture and takes the application in."""
    clerk.goto(clerk.url.split("/training/")[0] + address)
    clerk.get_by_role("link", name=review.hires[0].worker.name).click()
    clerk.get_by_label("不含身份信息，给评委看").check()
    clerk.get_by_role("button", name="受理申报").click()
    expect(clerk.locator(".note-success")).to_contain_text("已受理")


def proved_in_public(review: Review, opened: Opened) -> None:
    """Anybody fetches the proof and finds it right; nobody's name is in it."""
    public = opened(f"/reviews/{review.round.reference}/", None, PHONE)
    with public.expect_download() as fetched:
        public.get_by_role("link", name="下载抽取凭据").click()
    text = Path(fetched.value.path()).read_text(encoding="utf-8")
    assert differences(json.loads(text)) == [] and review.experts[0].name not in text
    assert public.evaluate(FAULTS) == [] and public.context.cookies() == []


def scored_by_five(review: Review, opened: Opened) -> None:
    """Each expert on their own phone, by number, and nobody sees a score until the fifth has sealed."""
    name = review.hires[0].worker.name
    seats = review.seats()
    assert len(seats) == 5
    for n, seat in enumerate(seats):
        phone = opened("/", review.member(seat), PHONE)
        phone.get_by_role("link", name=review.round.title).click()
        phone.get_by_role("link", name="评 1 号候选人").click()
        assert name not in phone.content() and review.cast.alpha.name not in phone.content()
        phone.get_by_label("缝制质量").fill(str(88 + n))
        phone.get_by_label("操作规范").fill("44")
        if n == 0:
            assert phone.evaluate(FAULTS) == []
            phone.get_by_role("button", name="封存评分").click()
            expect(phone.locator(".note-error")).to_contain_text("已核对")
        phone.get_by_label("已核对，封存后不能更改").check()
        phone.get_by_role("button", name="封存评分").dblclick()
        expect(phone.locator("h1")).to_contain_text("已封存")
        expect(phone.locator(".e-facts")).to_contain_text(ScoreSheet.objects.get(seat=seat).digest)
        assert OpenedScore.objects.count() == (5 if n == 4 else 0)


def decided_and_noticed(review: Review, opened: Opened, clerk: Page, address: str) -> None:
    """The scores stand on the page, a reviewer confirms, the clerk publishes, and after the term the grade holds."""
    root = clerk.url.split("/training/")[0]
    reviewer = opened(address, review.cast.reviewer)
    expect(reviewer.locator("main")).to_contain_text("89.20")  # 90 × 60 % + 44/50 × 40 %
    press(reviewer, "确认结果")
    with reviewer.expect_download() as minutes:
        reviewer.get_by_role("link", name="评审纪要").click()
    assert Path(minutes.value.path()).read_bytes().startswith(b"%PDF")
    set_practice_day(Day.NOTICED)
    clerk.goto(root + address)
    press(clerk, "公示结果")
    public = opened(f"/reviews/{review.round.reference}/")
    expect(public.locator(".pub-rows")).to_contain_text("候**")
    set_practice_day(Day.FINISHED)
    clerk.goto(root + address)
    press(clerk, "办结")
    assert ReviewGrade.objects.get().grade == "甲等"
    hr = opened("/m/reviews/", review.cast.hr, PHONE)
    expect(hr.locator("main")).to_contain_text("甲等")
