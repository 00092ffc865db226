"""From passing to staying: who may be referred, how an enterprise answers, and the hire found by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import record_leave
from tests.conftest import Cast
from tests.training.placements import ENDED, REFERRED, hire, pass_people, refer
from training.models import Assessment, Referral, ReferralHire
from training.services.placement_funnel import never_placed, placement_funnel
from training.services.placement_links import HIRED_ELSEWHERE, link_hires
from training.services.placement_rows import Scope, placement_rows
from training.services.referrals import (
    agree_interview,
    begin_hire,
    call_referred,
    offer_place,
    record_interview,
    refer_trainees,
    refuse_trainee,
    withdraw_referral,
)

pytestmark = pytest.mark.django_db
LATER = REFERRED + timedelta(days=9)


def test_an_enterprise_answers_step_by_step_and_every_step_has_its_day_and_person(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat)
    agree_interview(actor=cast.hr, referral=one, interview_on=REFERRED + timedelta(days=3), day=REFERRED)
    agree_interview(actor=cast.hr, referral=one, interview_on=REFERRED + timedelta(days=5), day=REFERRED)
    record_interview(actor=cast.hr, referral=one, day=REFERRED + timedelta(days=5))
    offer_place(actor=cast.hr, referral=one, day=LATER)
    assert one.status == "offered" and one.interview_on == REFERRED + timedelta(days=5)
    events = AuditEvent.objects.filter(subject_kind="training.Referral", subject_id=one.pk).order_by("pk")
    codes = ["made", "agree", "agree", "interview", "offer"]
    assert [(e.code, e.business_day) for e in events][-1] == ("referral.offer", LATER)
    assert [e.code for e in events] == [f"referral.{code}" for code in codes]
    assert events[1].person_id == cast.hr.user_id


def test_only_who_passed_is_referred_and_once_at_a_time_to_one_enterprise(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    refer(cast, seat)
    refer(cast, seat, to=cast.beta)
    with pytest.raises(RuleViolation) as again:
        refer(cast, seat)
    assert again.value.code == "ALREADY_REFERRED"
    (other,) = pass_people(cast, 2, number="2-平车")
    Assessment.objects.filter(enrolment=other).update(verdict="不合格")
    with pytest.raises(RuleViolation) as not_passed:
        refer(cast, other)
    assert not_passed.value.code == "NOT_PASSED"
    with pytest.raises(RuleViolation) as early:
        refer(cast, seat, day=ENDED - timedelta(days=1))
    assert early.value.code == "REFERRED_BEFORE_END"


def test_others_neither_refer_nor_answer(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat)
    with pytest.raises(PermissionRefused):
        agree_interview(actor=cast.hr_beta, referral=one, interview_on=LATER, day=REFERRED)
    with pytest.raises(PermissionRefused):
        refer_trainees(actor=cast.hr, enrolments=[seat], enterprise=cast.alpha, day=REFERRED)
    with pytest.raises(PermissionRefused):
        withdraw_referral(actor=cast.auditor, referral=one, reason="试试", day=REFERRED)
    assert not Referral.objects.visible_to(cast.hr_beta).exists() and Referral.objects.visible_to(cast.hr).get() == one


def test_a_refusal_names_a_reason_and_the_person_may_be_referred_again(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat)
    for refusal in ("", "other", "none such"):
        with pytest.raises(RuleViolation) as refused:
            refuse_trainee(actor=cast.hr, referral=one, refusal=refusal, day=LATER)
        assert refused.value.code == "REASON_MISSING"
    refuse_trainee(actor=cast.hr, referral=one, refusal="pay", day=LATER)
    with pytest.raises(TransitionRefused):
        offer_place(actor=cast.hr, referral=one, day=LATER)
    assert refer(cast, seat, day=LATER).status == "referred"


def test_several_are_referred_at_once_and_whoever_cannot_be_is_named(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    refer(cast, seats[1])
    done = refer_trainees(actor=cast.base_clerk, enrolments=seats, enterprise=cast.alpha, day=REFERRED)
    assert (len(done.made), [one.name for one in done.left_out]) == (2, [seats[1].worker.name])


def test_a_telephone_in_plain_leaves_its_reason_and_ends_with_the_referral(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat)
    assert call_referred(actor=cast.hr, referral=one, reason="约面试", day=LATER) == "19900000001"
    assert AuditEvent.objects.get(code="referral.phone_revealed").note == "约面试"
    withdraw_referral(actor=cast.base_clerk, referral=one, reason="本人改主意", day=LATER)
    with pytest.raises(PermissionRefused):
        call_referred(actor=cast.hr, referral=one, reason="约面试", day=LATER)


def test_a_hire_is_found_by_itself_and_other_enterprises_are_asked_no_longer(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one, other = refer(cast, seat), refer(cast, seat, to=cast.beta)
    employment = hire(cast, 1, LATER)
    assert [r.pk for r in link_hires(day=LATER)] == [one.pk]
    assert link_hires(day=LATER) == []
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.status, one.hire.employment, one.hire.linked_on) == ("hired", employment, LATER)
    assert other.status == "withdrawn"
    assert AuditEvent.objects.get(code="referral.withdraw").note == HIRED_ELSEWHERE


def test_an_earlier_hire_one_elsewhere_and_one_to_come_end_no_referral(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    early = hire(cast, 1, REFERRED - timedelta(days=5))
    record_leave(actor=cast.hr, employment=early, left_on=REFERRED - timedelta(days=2), reason="", day=REFERRED)
    for seat in seats:
        refer(cast, seat)
    hire(cast, 2, LATER, at_beta=True)
    hire(cast, 3, LATER)
    assert link_hires(day=LATER - timedelta(days=1)) == []
    assert [r.enrolment for r in link_hires(day=LATER)] == [seats[2]]


def test_the_form_of_the_hire_begins_with_what_is_held_and_that_is_logged(cast: Cast) -> None:
    (seat,) = pass_people(cast, 1)
    one = refer(cast, seat)
    start = begin_hire(actor=cast.hr, referral=one, day=LATER)
    assert (start.phone, start.trade, one.status) == ("19900000001", "平车", "offered")
    assert AuditEvent.objects.filter(code="referral.hire_begun", subject_id=one.pk).count() == 1


def test_the_database_refuses_what_was_never_passed_hired_or_there(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2)
    one = refer(cast, seats[0])
    stranger = hire(cast, 2, LATER, at_beta=True)
    tries = [
        ("UPDATE training_referral SET status = 'hired' WHERE id = %s", [one.pk]),
        ("UPDATE training_referral SET enrolment_id = %s WHERE id = %s", [seats[1].pk, one.pk]),
        ("UPDATE training_referral SET ended_on = '2023-03-02' WHERE id = %s", [one.pk]),
    ]
    for sql, parameters in tries:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralHire.objects.create(referral=one, employment=stranger, linked_on=LATER)
    hire(cast, 1, LATER)
    link_hires(day=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralHire.objects.all().delete()


MARK_3, MARK_6 = date(2023, 6, 9), date(2023, 9, 9)


def test_there_after_three_and_six_months_is_read_off_the_spans_as_of_a_day(cast: Cast) -> None:
    """Hired on 10 March, the third month ends on 9 June; the leaving day still counts."""
    seats = pass_people(cast, 1, 2, 3, 4)
    for order, left_on in ((1, None), (2, MARK_3), (3, MARK_3 - timedelta(days=1)), (4, date(2023, 4, 1))):
        refer(cast, seats[order - 1])
        employment = hire(cast, order, LATER)
        if left_on is not None:
            record_leave(actor=cast.hr, employment=employment, left_on=left_on, reason="", day=MARK_6)
    hire(cast, 4, date(2023, 5, 1))  # hired again by the same enterprise
    link_hires(day=LATER)
    before, after, end = (
        placement_funnel(day=day, base=cast.base).total for day in (MARK_3 - timedelta(days=1), MARK_3, MARK_6)
    )
    assert (before.hired_by_referral, before.due_3, before.kept_3) == (4, 0, 0)
    assert (after.due_3, after.kept_3, after.due_6) == (4, 3, 0)
    assert (end.due_6, end.kept_6) == (4, 2)


def test_the_funnel_moves_with_its_people_and_says_who_was_never_placed(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3, 4)
    one = refer(cast, seats[0])
    refer(cast, seats[1])
    hire(cast, 3, LATER, at_beta=True)
    record_interview(actor=cast.hr, referral=one, day=LATER)
    found = placement_funnel(day=LATER, bureau=cast.bureau, by="order").total
    stages = (found.results, found.passed, found.referred, found.interviewed, found.hired, found.hired_by_referral)
    assert stages == (4, 4, 2, 1, 1, 0)
    assert (found.waiting, found.never_placed) == (2, 1)
    rows = placement_rows(Scope(LATER, base=cast.base))
    assert never_placed(rows)["enrolment_id"].to_list() == [seats[3].pk]
    for by in ("base", "trade", "class", "order", "level"):
        (part,) = placement_funnel(day=LATER, bureau=cast.bureau, by=by).rows
        assert part.passed == 4, by
