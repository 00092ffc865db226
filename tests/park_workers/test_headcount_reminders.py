"""催办: who has not confirmed a month is reminded once a stage, on a working day, and it is kept who was reminded when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import Job
from park_workers.models import HeadcountReminder, Membership, Role
from park_workers.services.background_work import repeat_job
from park_workers.services.headcount_reminders import may_send_at, remind_of_headcounts, stage_on, words_of
from tests.accounts.conftest import texts
from tests.accounts.phones import OTHER, PHONE, texts_to, with_phone
from tests.conftest import Cast, make_member
from tests.pages.clients import text_of
from tests.park_workers.test_headcount_confirmations import APRIL, confirmed, hired
from tests.standing import standing

__all__ = ["texts"]
pytestmark = pytest.mark.django_db
CLOCK = SystemActor("在岗确认提醒")
#: April 2023 ends on a Sunday; 1 to 3 May are holidays, 6 May a Saturday on which people work
FIRST, DUE, LATE = date(2023, 5, 4), date(2023, 5, 8), date(2023, 5, 11)


@standing
def hr(cast: Cast) -> Membership:
    """The owner of alpha, who has a telephone; alpha has one person since January."""
    hired(cast, 901, date(2023, 1, 5))
    Membership.objects.filter(pk=cast.hr.pk).update(is_owner=True)
    with_phone(cast.hr)
    return cast.hr


def remind(day: date) -> int:
    return remind_of_headcounts(actor=CLOCK, day=day)


def test_stages_begin_on_working_days_after_the_months_end() -> None:
    days = [stage_on(date(2023, 5, n)) for n in range(1, 13)]
    assert days[:3] == [None] * 3 and days[3:5] == ["open", "open"]
    assert stage_on(DUE) == "due" and stage_on(LATE) == "late" and stage_on(date(2023, 5, 13)) is None


def test_a_stage_may_be_left_out(settings: LazySettings) -> None:
    settings.HEADCOUNT_REMINDER_DAYS = [0, 4, 0]
    assert (stage_on(FIRST), stage_on(DUE), stage_on(LATE)) == (None, "due", "due")


def test_the_owner_gets_one_text_a_stage_and_it_is_kept_who_got_it(cast: Cast, hr: Membership, texts: Path) -> None:
    assert [remind(FIRST), remind(FIRST), remind(date(2023, 5, 5)), remind(DUE), remind(LATE)] == [1, 0, 0, 1, 1]
    sent = texts_to(texts, PHONE)
    assert len(sent) == 3 and "可以确认" in sent[0] and "尚未确认" in sent[1] and "已过期限" in sent[2]
    row = HeadcountReminder.objects.get(stage="open")
    assert (row.enterprise, row.month, row.person, row.reminded_on) == (cast.alpha, APRIL, hr.user, FIRST)
    assert row.sent_at is not None and AuditEvent.objects.filter(code="headcount.reminded").count() == 3


def test_who_has_confirmed_or_has_nobody_or_no_telephone_is_left_in_peace(
    cast: Cast, hr: Membership, texts: Path
) -> None:
    confirmed(cast, APRIL, FIRST)
    with_phone(cast.hr_beta, OTHER)  # beta employs nobody
    assert remind(DUE) == 0 and not texts.exists()


def test_without_an_owner_reached_another_of_its_people_is_reminded(cast: Cast, hr: Membership, texts: Path) -> None:
    other = make_member("hr_2", cast.alpha.organisation, Role.ENTERPRISE_HR)
    type(hr.user).objects.filter(pk=hr.user_id).update(phone="", phone_hash=None, phone_proven_at=None)
    assert remind(FIRST) == 0
    with_phone(other, OTHER)
    assert remind(FIRST) == 1 and len(texts_to(texts, OTHER)) == 1


def test_the_row_is_the_right_to_send(cast: Cast, hr: Membership) -> None:
    row = {"enterprise": cast.alpha, "month": APRIL, "stage": "open", "person": hr.user, "reminded_on": FIRST}
    HeadcountReminder.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        HeadcountReminder.objects.create(**row)
    assert remind(FIRST) == 0


def test_a_text_that_cannot_go_out_says_why_and_is_sent_once_repeated(
    cast: Cast, hr: Membership, texts: Path, settings: LazySettings
) -> None:
    settings.CODE_SENDER = "gateway"
    remind(FIRST)
    row, job = HeadcountReminder.objects.get(), Job.objects.get(kind="texts.remind_headcount")
    assert row.sent_at is None and "网关" in row.reason and job.status == "failed"
    settings.CODE_SENDER = "file"
    repeat_job(actor=cast.clerk, job=job)
    row.refresh_from_db()
    assert row.sent_at is not None and row.reason == "" and len(texts_to(texts, PHONE)) == 1


@pytest.mark.parametrize("stage", ["open", "due", "late"])
def test_a_text_names_nobody_and_no_number_but_the_term(stage: str, settings: LazySettings) -> None:
    settings.PUBLIC_ADDRESS = "https://yxt.example.gov.cn/"
    words = words_of(APRIL, stage)
    assert (
        "4月" in words and "5月9日" in words and "https://yxt.example.gov.cn/m/headcount/" in words and len(words) < 90
    )


def test_nobody_is_woken_and_nothing_is_sent_unless_it_is_switched_on(settings: LazySettings) -> None:
    morning, night = datetime(2023, 5, 4, 2, tzinfo=UTC), datetime(2023, 5, 4, 15, tzinfo=UTC)
    settings.HEADCOUNT_REMINDERS = True
    assert may_send_at(morning) and not may_send_at(night)
    settings.HEADCOUNT_REMINDERS = False
    assert not may_send_at(morning)


def test_the_bureaus_list_and_the_phone_show_the_last_reminder(cast: Cast, hr: Membership, texts: Path) -> None:
    remind(FIRST)
    assert "开始确认" in text_of(cast.clerk, "/enterprises/headcounts/?month=2023-04")
    page = text_of(hr, "/m/headcount/month/?month=2023-04")
    assert "最近一次短信提醒" in page and "2023-05-04" in page
