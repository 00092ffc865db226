"""Attendance at the desk and by code: sessions planned, the one-tap list, the register, the sheet on paper, signing in."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signing
from django.test import Client
from django.utils import timezone

from park_workers.foundation.captcha import SALT, Question
from park_workers.models import Role
from tests.api.lessons import another_base
from tests.conftest import Cast, make_member
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.training.attending import FIRST, add, give_attendance, line, make_class, plan, seats
from training.models import Attendance, ClassSession, TrainingClass
from training.services.attendance import record_attendance
from training.services.class_sign_ins import code_of

pytestmark = pytest.mark.django_db
FOUR = id_number(901)[-4:]
ALL_DAY = (time(0), time(23, 59))


@standing
def held(cast: Cast) -> TrainingClass:
    """A class of long ago with one session."""
    held = make_class(cast.base)
    add(cast, held)
    return held


@standing
def session(cast: Cast) -> ClassSession:
    """A session that lasts all of today."""
    today = timezone.localdate()
    held = make_class(cast.base, starts_on=today, ends_on=today)
    return add(cast, held, plan(today, ALL_DAY, 8), day=today)[0]


def test_a_span_of_days_is_planned_at_once_and_a_second_tap_plans_nothing_more(cast: Cast) -> None:
    held = make_class(cast.base)
    form = {
        "first_day": "2023-03-06",
        "last_day": "2023.3.10",
        "from_time": "14:00",
        "to_time": "17：00",
        "topic": "平缝",
    }
    clerk = as_person(cast.base_clerk)
    for _ in range(2):
        assert clerk.post(f"/training/classes/{held.pk}/sessions/new/", form).status_code == 302
    found = list(ClassSession.objects.values_list("day", "number", "hours", "topic"))
    assert found == [(date(2023, 3, n), 1, 4, "平缝") for n in range(6, 11)]


def test_a_wrong_form_names_every_field_and_keeps_what_was_typed(cast: Cast) -> None:
    held = make_class(cast.base)
    form = {
        "first_day": "2023-03-32",
        "last_day": "2023-03-10",
        "from_time": "八点",
        "to_time": "17:00",
        "hours": "x",
        "topic": "平缝",
    }
    answer = as_person(cast.base_clerk).post(f"/training/classes/{held.pk}/sessions/new/", form)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"first_day", "from_time", "hours"}
    assert 'value="平缝"' in answer.content.decode()
    outside = as_person(cast.base_clerk).post(
        f"/training/classes/{held.pk}/sessions/new/", form | {"first_day": "2023-03-05", "last_day": "", "from_time": "08:00", "hours": ""}
    )  # fmt: skip
    assert "不在班次日期内" in outside.context["form"].errors["first_day"]


def test_one_save_marks_everybody_and_a_stale_page_overwrites_nobody(cast: Cast, session: ClassSession) -> None:
    clerk, address = as_person(cast.base_clerk), f"/training/sessions/{session.pk}/"
    page = clerk.get(address)
    assert page.content.decode().count('value="present" checked') == 3
    one, two, three = seats(session.training_class)
    record_attendance(actor=cast.base_clerk, session=session, marks={two: "leave"}, day=timezone.localdate())
    sent = {f"mark-{one}": "present", f"mark-{two}": "present", f"mark-{three}": "absent", "seen": page.context["seen"]}
    told = clerk.post(address, sent, follow=True).content.decode()
    assert "有 1 人在您打开页面后另有登记" in told and "新登记 2 人" in told
    marks = dict(Attendance.objects.standing().values_list("enrolment_id", "mark"))
    assert marks == {one: "present", two: "leave", three: "absent"}
    assert "已保存过" in clerk.post(address, sent | {f"mark-{two}": "leave"}, follow=True).content.decode()


def test_a_later_correction_without_a_reason_keeps_the_choice_and_with_one_shows_the_old_mark(
    cast: Cast, held: TrainingClass
) -> None:
    session, one = held.sessions.get(), seats(held)[0]  # type: ignore[attr-defined]
    record_attendance(actor=cast.base_clerk, session=session, marks={one: "absent"}, day=FIRST)
    clerk, address = as_person(cast.base_clerk), f"/training/sessions/{session.pk}/"
    refused = clerk.post(address, {f"mark-{one}": "leave"})
    assert refused.status_code == 422 and f'name="mark-{one}" value="leave" checked' in refused.content.decode()
    done = clerk.post(address, {f"mark-{one}": "leave", "note": "补交请假条"}, follow=True).content.decode()
    assert "更正 1 人" in done and "原登记“缺勤”" in done and "补交请假条" in done


def test_the_register_shows_hours_shares_and_marks_and_prints_with_heads(cast: Cast, held: TrainingClass) -> None:
    give_attendance(cast, [line(1), line(2, 考勤="缺勤")], day=FIRST)
    page = text_of(cast.base_clerk, f"/training/classes/{held.pk}/attendance/")
    assert re.search(r"学员乙</th><td[^>]*>4</td><td[^>]*>10%</td>", page) and "缺勤" in page
    printed = text_of(cast.clerk, f"/training/classes/{held.pk}/attendance/print/")
    assert "培训考勤表" in printed and "<thead>" in printed and ">×</td>" in printed
    assert ">×</td>" not in text_of(cast.base_clerk, f"/training/classes/{held.pk}/attendance/print/?blank=1")


def test_the_register_takes_as_many_queries_for_many_as_for_few(cast: Cast, held: TrainingClass) -> None:
    address = f"/training/classes/{held.pk}/attendance/"
    few = queries_of(cast.base_clerk, address)
    big = make_class(cast.base, range(1, 9), "2-平车")
    sessions = add(cast, big, *(plan(date(2023, 3, n)) for n in range(6, 11)))
    for session in sessions:
        record_attendance(
            actor=cast.base_clerk, session=session, marks=dict.fromkeys(seats(big), "late"), day=session.day
        )
    assert queries_of(cast.base_clerk, f"/training/classes/{big.pk}/attendance/") == few


def test_the_day_lists_its_sessions_and_those_nobody_was_marked_in(cast: Cast, session: ClassSession) -> None:
    page = text_of(cast.base_clerk, "/training/attendance/")
    assert "第 1 节" in page and "0/3" in page and "未点名" in page
    assert "没有上课的班次" in text_of(cast.auditor, "/training/attendance/?day=2023-03-05")


def test_another_base_sees_nothing_and_readers_change_nothing(cast: Cast, held: TrainingClass) -> None:
    stranger = make_member("at two", another_base(cast.bureau).organisation, Role.BASE_CLERK)
    session = held.sessions.get()  # type: ignore[attr-defined]
    pages = (
        f"/training/classes/{held.pk}/attendance/",
        f"/training/sessions/{session.pk}/",
        f"/training/sessions/{session.pk}/code/",
    )
    assert [as_person(stranger).get(page).status_code for page in pages] == [404, 404, 404]
    assert as_person(cast.hr).get(pages[0]).status_code == 403
    one = seats(held)[0]
    assert as_person(cast.clerk).post(pages[1], {f"mark-{one}": "late"}).status_code == 422
    assert not Attendance.objects.exists()


def test_a_session_is_cancelled_with_its_reason_on_the_page(cast: Cast, held: TrainingClass) -> None:
    session = held.sessions.get()  # type: ignore[attr-defined]
    as_person(cast.base_clerk).post(f"/training/sessions/{session.pk}/cancel/", {"note": "停电停课"})
    assert "停电停课" in text_of(cast.base_clerk, f"/training/classes/{held.pk}/attendance/")


def test_the_bureau_sees_who_was_at_two_places_with_both_records(cast: Cast, held: TrainingClass) -> None:
    other = another_base(cast.bureau)
    there = make_member("at two", other.organisation, Role.BASE_CLERK)
    again = make_class(other, (1,), "2-平车")
    (session,) = add(cast, again, actor=there)
    record_attendance(actor=there, session=session, marks={seats(again)[0]: "present"}, day=FIRST)
    give_attendance(cast, [line(1)], day=FIRST)
    page = text_of(cast.auditor, "/training/two-places/?from=2023-03-01&to=2023-03-31")
    assert "时间重叠" in page and "一号基地" in page and "二号基地" in page and "08:30–11:30" in page
    assert "没有同日两地的考勤" in text_of(cast.auditor, "/training/two-places/?from=2023-04-01&to=2023-04-30")


# --- signing in by code ------------------------------------------------------------------------


def address_of(session: ClassSession) -> str:
    """Where the code leads in this minute."""
    return f"/k/{code_of(session, now=timezone.now())}/"


def send(session: ClassSession, client: Client | None = None, **more: str) -> Any:
    """Open the screen and sign in."""
    client, address = client or Client(), address_of(session)
    screen = client.get(address).context["screen"]
    return client.post(address, {"screen": screen.token, "name": "学员乙", "last_four": FOUR} | more)


def test_a_stranger_signs_in_once_without_account_and_cookie(cast: Cast, session: ClassSession) -> None:
    client = Client(enforce_csrf_checks=True)
    first = send(session, client).content.decode()
    assert "已签到" in first and "学**" in first and "学员乙" not in first and not client.cookies
    assert "您已签到过" in send(session, client).content.decode()
    assert Attendance.objects.get().source == "qr"
    assert "已到 <b" in as_person(cast.base_clerk).get(f"/training/sessions/{session.pk}/code/?part=1").content.decode()


def test_the_code_on_the_screen_leads_there_and_a_foreign_code_nowhere(cast: Cast, session: ClassSession) -> None:
    page = text_of(cast.base_clerk, f"/training/sessions/{session.pk}/code/")
    assert "data:image/svg+xml" in page and "每分钟更换" in page
    stale = Client().get(f"/k/{session.reference}aaaaaaaaaaaaa/")
    assert stale.status_code == 410 and "签到码已更换" in stale.content.decode()


def test_whoever_is_not_found_is_told_one_thing_and_asked_a_captcha_after_some_tries(
    cast: Cast, session: ClassSession, settings: LazySettings
) -> None:
    settings.SIGN_IN_FREE_MISSES = 2
    said = []
    for name, four in (("没有这个人", FOUR), ("学员乙", "0000")):
        answer = send(session, name=name, last_four=four)
        assert answer.status_code == 422
        said.append(answer.context["screen"].errors)
    assert said[0] == said[1] == {"whole": said[0]["whole"]} and answer.context["screen"].captcha is not None
    assert send(session).context["screen"].errors["captcha"]  # even a right name, now
    screen = Client().get(address_of(session)).context["screen"]
    nonce, form_key, answers = signing.loads(screen.captcha.token, salt=SALT)
    right = next(
        text for text in map(str, range(-3, 20)) if Question(nonce, form_key, tuple(answers)).is_answered_by(text)
    )
    told = Client().post(
        address_of(session),
        {"screen": screen.token, "name": "学员乙", "last_four": FOUR, "question": screen.captcha.token, "captcha": right},
    )  # fmt: skip
    assert "已签到" in told.content.decode()


def test_a_screen_that_is_sent_after_the_lesson_or_too_late_says_so(
    cast: Cast, session: ClassSession, held: TrainingClass
) -> None:
    past = held.sessions.get()  # type: ignore[attr-defined]
    assert "这一节已经结束" in Client().get(address_of(past)).content.decode()
    answer = Client().post(address_of(session), {"screen": "forged", "name": "学员乙", "last_four": FOUR})
    assert answer.status_code == 410 and not Attendance.objects.exists()


def test_many_tries_of_one_source_are_stopped(session: ClassSession, settings: LazySettings) -> None:
    settings.PAGE_RATES = settings.PAGE_RATES | {"class_sign_in": "2/hour"}
    assert [Client().post(address_of(session), {}).status_code for _ in range(3)] == [410, 410, 429]
