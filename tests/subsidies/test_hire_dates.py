"""A wrong hire date: the enterprise mends it until a batch has judged it, and asks the bureau afterwards."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Employment, HireDateRequest
from park_workers.services.employments import correct_hire_date
from park_workers.services.hire_date_requests import ask_hire_date, decide_hire_date, withdraw_hire_date_request
from subsidies.models import LineItem
from subsidies.services.batches import compute_batch, open_batch
from subsidies.services.hire_dates import is_judged, state_hire_date
from tests.conftest import Cast, make_member
from tests.park_workers.districts import another_bureau
from tests.subsidies.stage import CUTOFF, Day, Stage, hire, publish_hire, set_stage, take_to

pytestmark = pytest.mark.django_db
RIGHT = date(2023, 2, 13)
WHY = {"reason": "合同原件为 2 月 13 日", "day": Day.LATER}


def judged(cast: Cast) -> Stage:
    """A computed batch with people of alpha."""
    return take_to(set_stage(cast, alpha=1, beta=0), "computed")


def asked(cast: Cast, employment: Employment) -> HireDateRequest:
    return ask_hire_date(actor=cast.hr, employment=employment, hired_on=RIGHT, **WHY)


def test_before_any_batch_the_enterprise_corrects_the_date_itself_and_the_first_post_goes_along(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    state_hire_date(actor=cast.hr, employment=one, hired_on=RIGHT, **WHY)
    one.refresh_from_db()
    assert one.hired_on == RIGHT and one.posts.get().starts_on == RIGHT
    event = AuditEvent.objects.get(code="employment.hire_date_corrected")
    assert event.changes["hired_on"] == ["2023-02-01", "2023-02-13"] and event.actor_id == cast.hr.pk


def test_nobody_corrects_another_enterprises_date(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        state_hire_date(actor=cast.hr_beta, employment=hire(cast, cast.alpha, 901), hired_on=RIGHT, **WHY)


def test_what_a_batch_has_judged_the_enterprise_asks_for_and_the_bureau_corrects(cast: Cast) -> None:
    (one,) = judged(cast).hires
    with pytest.raises(PermissionRefused) as refusal:
        state_hire_date(actor=cast.hr, employment=one, hired_on=RIGHT, **WHY)
    assert refusal.value.code == "JUDGED_ALREADY" and "申请" in refusal.value.fix
    decide_hire_date(actor=cast.clerk, asked=asked(cast, one), is_granted=True, reason="与合同一致", day=Day.LATER)
    one.refresh_from_db()
    assert one.hired_on == RIGHT and HireDateRequest.objects.get().status == "granted"
    assert LineItem.objects.get().hired_on == date(2023, 2, 1), "what was judged stays as it was judged"


def test_a_trial_locks_nothing(cast: Cast) -> None:
    policy, one = publish_hire(cast), hire(cast, cast.alpha, 901)
    trial = open_batch(
        actor=cast.clerk, policy=policy, name="试算", cutoff_on=CUTOFF, day=Day.APPLIED, is_trial=True
    )  # fmt: skip
    compute_batch(actor=cast.clerk, batch=trial, day=Day.APPLIED)
    assert not is_judged(one)


def test_the_lower_floor_alone_lets_no_enterprise_past(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        correct_hire_date(actor=cast.hr, employment=hire(cast, cast.alpha, 901), hired_on=RIGHT, **WHY)


def test_a_request_is_refused_with_a_reason_that_the_enterprise_reads(cast: Cast) -> None:
    (one,) = judged(cast).hires
    request = asked(cast, one)
    with pytest.raises(RuleViolation) as refusal:
        decide_hire_date(actor=cast.clerk, asked=request, is_granted=False, reason=" ", day=Day.LATER)
    assert refusal.value.code == "REASON_MISSING"
    decide_hire_date(actor=cast.clerk, asked=request, is_granted=False, reason="依据不足", day=Day.LATER)
    one.refresh_from_db()
    assert (request.decision_note, one.hired_on) == ("依据不足", date(2023, 2, 1))
    with pytest.raises(TransitionRefused):
        withdraw_hire_date_request(actor=cast.hr, asked=request, day=Day.LATER)


def test_one_request_waits_at_a_time_and_the_same_one_again_is_the_same(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    assert asked(cast, one) == asked(cast, one)
    with pytest.raises(RuleViolation) as refusal:
        ask_hire_date(actor=cast.hr, employment=one, hired_on=date(2023, 2, 20), **WHY)
    assert refusal.value.code == "REQUEST_WAITING"
    withdraw_hire_date_request(actor=cast.hr, asked=HireDateRequest.objects.get(), day=Day.LATER)
    ask_hire_date(actor=cast.hr, employment=one, hired_on=date(2023, 2, 20), **WHY)


def test_a_request_about_a_date_that_has_changed_since_is_not_granted(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    request = asked(cast, one)
    correct_hire_date(actor=cast.clerk, employment=one, hired_on=date(2023, 2, 7), **WHY)
    with pytest.raises(RuleViolation) as refusal:
        decide_hire_date(actor=cast.clerk, asked=request, is_granted=True, reason="", day=Day.LATER)
    assert refusal.value.code == "DATE_CHANGED"


def test_neither_who_asked_nor_another_bureau_decides_and_the_database_says_so_too(cast: Cast) -> None:
    request = asked(cast, hire(cast, cast.alpha, 901))
    elsewhere = make_member("clerk_elsewhere", another_bureau(cast), cast.clerk.role)
    with pytest.raises(PermissionRefused):
        decide_hire_date(actor=elsewhere, asked=request, is_granted=True, reason="", day=Day.LATER)
    HireDateRequest.objects.update(asked_by=cast.clerk.user)
    request.refresh_from_db()
    with pytest.raises(PermissionRefused):
        decide_hire_date(actor=cast.clerk, asked=request, is_granted=True, reason="", day=Day.LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        HireDateRequest.objects.update(**{"status": "granted", "decided_by": cast.clerk.user, "decided_on": Day.LATER})


@pytest.mark.parametrize(
    ("day", "code"), [(date(2023, 2, 1), "SAME_DATE"), (date(2023, 12, 1), "DATE_IN_FUTURE")]
)  # fmt: skip
def test_a_date_that_cannot_be_is_not_asked_for(cast: Cast, day: date, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        ask_hire_date(actor=cast.hr, employment=hire(cast, cast.alpha, 901), hired_on=day, **WHY)
    assert refusal.value.code == code
