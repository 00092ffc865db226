"""Attendance on a phone in a real browser: a stranger signs in by the code on the wall, which counts by itself."""

from __future__ import annotations

from datetime import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number
from tests.training.attending import add, make_class, plan
from training.models import Attendance
from training.services.class_sign_ins import code_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stranger_signs_in_by_the_code_on_the_wall(committed_cast: Cast, opened: Opened) -> None:
    today = timezone.localdate()
    held = make_class(committed_cast.base, starts_on=today, ends_on=today)
    (session,) = add(committed_cast, held, plan(today, (time(0), time(23, 59)), 8), day=today)
    wall = opened(f"/training/sessions/{session.pk}/code/", committed_cast.base_clerk)
    expect(wall.locator("#code")).to_contain_text("已到 0 / 3 人")

    stranger = opened(f"/k/{code_of(session, now=timezone.now())}/", None, PHONE)
    stranger.get_by_role("button", name="签到").tap()
    expect(stranger.locator(".field-error")).to_have_count(2)
    stranger.get_by_label("姓名").fill("学员乙")
    stranger.get_by_label("身份证末四位").fill(id_number(901)[-4:])
    stranger.get_by_role("button", name="签到").dblclick()
    expect(stranger.locator("h1")).to_have_text("已签到")
    expect(stranger.locator("#state")).to_contain_text("学**")
    assert stranger.context.cookies() == [] and stranger.evaluate(FAULTS) == []
    expect(wall.locator("#code")).to_contain_text("已到 1 / 3 人", timeout=15_000)  # nobody presses anything there

    assert Attendance.objects.standing().get().mark in ("present", "late") and Attendance.objects.count() == 1
