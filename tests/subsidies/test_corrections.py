"""请企业更正: asked by a clerk, answered by the firm asked, closed, asked on or withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from subsidies.models import CorrectionRequest
from subsidies.services.corrections import (
    answer_correction,
    ask_correction,
    close_correction,
    reopen_correction,
    withdraw_correction,
)
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, set_stage, take_to

UNTIL = date(2023, 5, 11)


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "computed")


def ask(stage: Stage, **more: object) -> CorrectionRequest:
    arguments = {
        "actor": stage.cast.clerk, "enterprise": stage.cast.alpha, "about": "contract", "text": "合同起止日请核对",
        "until": UNTIL, "day": Day.APPLIED, "line": stage.line_of(stage.hires[0]),
    }  # fmt: skip
    return ask_correction(**(arguments | more))  # type: ignore[arg-type]


def answer(stage: Stage, asked: CorrectionRequest) -> CorrectionRequest:
    return answer_correction(actor=stage.cast.hr, correction=asked, answer="已更正，请核对", day=Day.REVIEWED)


def test_a_line_names_the_employment_and_the_person(stage: Stage) -> None:
    asked = ask(stage)
    assert (asked.employment, asked.worker, asked.status) == (stage.hires[0], stage.hires[0].worker, "open")
    assert ask(stage) == asked  # a double tap


def test_it_is_answered_and_closed(stage: Stage) -> None:
    asked = answer(stage, ask(stage))
    assert (asked.status, asked.answered_by, asked.answered_on) == ("answered", stage.cast.hr.user, Day.REVIEWED)
    close_correction(actor=stage.cast.clerk, correction=asked, day=Day.LATER)
    assert (asked.status, asked.closed_on) == ("closed", Day.LATER)
    codes = AuditEvent.objects.filter(code__startswith="correction.").order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["correction.asked", "correction.answer", "correction.close"]


def test_an_answer_that_mends_nothing_is_asked_on(stage: Stage) -> None:
    asked = answer(stage, ask(stage))
    reopen_correction(actor=stage.cast.clerk, correction=asked, text="仍不符", until=UNTIL, day=Day.REVIEWED)
    assert (asked.status, asked.text) == ("open", "仍不符")
    assert answer(stage, asked).status == "answered"


def test_a_question_is_withdrawn_with_a_reason(stage: Stage) -> None:
    asked = ask(stage)
    with pytest.raises(RuleViolation, match="原因"):
        withdraw_correction(actor=stage.cast.clerk, correction=asked, reason=" ", day=Day.APPLIED)
    withdraw_correction(actor=stage.cast.clerk, correction=asked, reason="误发", day=Day.APPLIED)
    with pytest.raises(TransitionRefused):
        answer(stage, asked)


def test_only_the_firm_asked_answers_and_only_a_clerk_asks(stage: Stage) -> None:
    asked = ask(stage)
    for actor in (stage.cast.hr_beta, stage.cast.clerk):
        with pytest.raises(PermissionRefused):
            answer_correction(actor=actor, correction=asked, answer="已更正", day=Day.REVIEWED)
    for actor in (stage.cast.hr, stage.cast.reviewer):
        with pytest.raises(PermissionRefused):
            ask(stage, actor=actor)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": " "}, "TEXT_MISSING"),
        ({"about": "x"}, "ABOUT_UNKNOWN"),
        ({"until": date(2023, 5, 3)}, "DAY_TOO_EARLY"),
    ],
)
def test_a_question_says_what_about_what_and_until_when(stage: Stage, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        ask(stage, **wrong)
    assert refusal.value.code == code


def test_nobody_is_asked_about_another_firms_people(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        ask(stage, line=None, employment=stage.hires[2])
    assert refusal.value.code == "NOT_OF_ENTERPRISE"


def test_a_firm_sees_what_it_is_asked_itself(stage: Stage) -> None:
    asked = ask(stage)
    assert list(CorrectionRequest.objects.visible_to(stage.cast.hr)) == [asked]
    assert not CorrectionRequest.objects.visible_to(stage.cast.hr_beta).exists()


def test_the_database_keeps_what_was_asked(stage: Stage) -> None:
    ask(stage)
    rows = CorrectionRequest.objects.all()
    for attack in (lambda: rows._raw_delete("default"), lambda: rows.update(**{"status": "closed"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()
