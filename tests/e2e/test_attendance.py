"""Attendance on a phone in a real browser: a stranger signs in by the code on the wall, the teacher taps the exceptions."""

from __future__ import annotations

from datetime import time
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.conftest import Cast
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.numbers import id_number
from tests.training.attending import add, make_class, plan, seats
from training.models import Attendance
from training.services.class_sign_ins import code_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stranger_signs_in_and_the_teacher_taps_the_exceptions(committed_cast: Cast, opened: Opened) -> None:
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

    teacher = opened("/training/attendance/", committed_cast.base_clerk, PHONE)
    teacher.get_by_role("link", name="第 1 节").tap()
    row = teacher.locator("fieldset", has_text="学员丙")
    row.get_by_label("缺勤").tap()
    assert teacher.evaluate(FAULTS) == []
    teacher.get_by_role("button", name="保存考勤").dblclick()
    expect(teacher.locator(".note-success")).to_contain_text("新登记 2 人")
    one, two, three = seats(held)
    found = dict(Attendance.objects.standing().values_list("enrolment_id", "mark"))
    assert (found[two], found[three]) == ("absent", "present") and found[one] in ("present", "late")
    assert urlsplit(teacher.url).path == f"/training/sessions/{session.pk}/"
    assert len(found) == Attendance.objects.count() == 3
