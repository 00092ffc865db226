"""认定场次: what is filed when, who may examine where, what counts, and that nothing is quietly changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import FieldsInvalid
from park_workers.services.people import find_worker
from tests.api.lessons import teach
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.training.sittings_stage import (
    ABSENT,
    AFTER,
    EXAMINERS,
    FAILED,
    HELD,
    TODAY,
    confirmed,
    enter,
    held,
    make_assessor,
    number_of,
    planned,
    stated,
)
from training.models import AssessmentSitting, SittingExaminer, SittingResult
from training.services.assessment_terms import confirm_terms, propose_terms, terms_on
from training.services.assessors import confirm_assessor, end_assessor, propose_assessor
from training.services.sitting_figures import alarms_between, sitting_figures
from training.services.sitting_results import correct_result
from training.services.sittings import (
    cancel_sitting,
    confirm_sitting,
    file_sitting,
    hand_in_results,
    hold_sitting,
    return_results,
)

pytestmark = pytest.mark.django_db


def codes(refusal: pytest.ExceptionInfo[FieldsInvalid]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def test_a_filing_of_an_assessor_is_confirmed_by_another_person(cast: Cast) -> None:
    from tests.training.sittings_stage import filing_of

    found = propose_assessor(actor=cast.clerk, organisation=cast.alpha.organisation, facts=filing_of(), day=TODAY)
    with pytest.raises(PermissionRefused):
        confirm_assessor(actor=cast.clerk, assessor=found, day=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(found).objects.filter(pk=found.pk).update(confirmed_by=cast.clerk.user, confirmed_on=TODAY)
    assert confirm_assessor(actor=cast.clerk_2, assessor=found, day=TODAY).status == "confirmed"


def test_another_filing_ends_the_one_before_on_the_day_before_it_begins(cast: Cast) -> None:
    first = make_assessor(cast)
    second = make_assessor(cast, filing_number="备〔2027〕1号", valid_from=date(2027, 1, 1))
    first.refresh_from_db()
    assert (first.status, first.last_day, second.status) == ("ended", date(2026, 12, 31), "confirmed")
    assert planned(cast, first).status == "planned", "until then the filing before still covers a sitting"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"trade": "裁剪工"}, "OUTSIDE_SCOPE"), ({"level": 2}, "OUTSIDE_SCOPE"),
        ({"held_on": date(2029, 1, 1)}, "OUTSIDE_VALIDITY"), ({"held_on": TODAY - timedelta(1)}, "DAY_PASSED"),
        ({"capacity": 0}, "CAPACITY_INVALID"), ({"place": " "}, "PLACE_MISSING"),
    ],
)  # fmt: skip
def test_a_sitting_outside_scope_or_span_is_refused(cast: Cast, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        planned(cast, make_assessor(cast), **wrong)
    assert code in codes(refusal)


def test_an_examiner_is_at_one_sitting_at_a_time_also_of_another_assessor(cast: Cast) -> None:
    ours, theirs = make_assessor(cast), make_assessor(cast, organisation=cast.beta.organisation, assessor_code="5678")
    sitting = planned(cast, ours)
    planned(cast, theirs, cast.hr_beta, session="pm")
    for session in ("am", "day"):
        with pytest.raises(FieldsInvalid) as refusal:
            planned(cast, theirs, cast.hr_beta, session=session)
        assert codes(refusal) == {"EXAMINER_BUSY"}
    cancel_sitting(actor=cast.hr, sitting=sitting, reason="改期", day=TODAY)
    assert planned(cast, theirs, cast.hr_beta).status == "planned"


def test_filing_comes_so_many_days_before_and_needs_examiners_for_practice(cast: Cast) -> None:
    assessor = make_assessor(cast)
    sitting = planned(cast, assessor)
    with pytest.raises(RuleViolation) as late:
        file_sitting(actor=cast.hr, sitting=sitting, day=HELD - timedelta(days=6))
    assert late.value.code == "FILED_TOO_LATE"
    alone = planned(cast, assessor, session="pm", examiners=EXAMINERS[:1])
    with pytest.raises(RuleViolation) as few:
        file_sitting(actor=cast.hr, sitting=alone, day=TODAY)
    assert few.value.code == "EXAMINERS_TOO_FEW"
    assert file_sitting(actor=cast.hr, sitting=sitting, day=HELD - timedelta(days=7)).status == "filed"


def test_parameters_hold_from_their_day_on_once_another_person_has_confirmed(cast: Cast) -> None:
    values = {"days_before": 3, "pass_mark": 70}
    terms = propose_terms(
        actor=cast.clerk, bureau=cast.bureau, effective_from=HELD, values=values, basis="通知1号", day=TODAY
    )
    assert terms_on(bureau_id=cast.bureau.pk, day=HELD).days_before == 7
    with pytest.raises(PermissionRefused):
        confirm_terms(actor=cast.clerk, terms=terms, day=TODAY)
    confirm_terms(actor=cast.reviewer, terms=terms, day=TODAY)
    now = terms_on(bureau_id=cast.bureau.pk, day=HELD)
    assert (now.days_before, now.pass_mark, now.basis) == (3, 70, "通知1号")
    assert terms_on(bureau_id=cast.bureau.pk, day=HELD - timedelta(1)).basis == "待核定"


def test_another_firm_and_an_ended_assessor_plan_nothing(cast: Cast) -> None:
    assessor = make_assessor(cast)
    with pytest.raises(PermissionRefused):
        planned(cast, assessor, cast.hr_beta)
    end_assessor(actor=cast.clerk, assessor=assessor, reason="主动申请", day=TODAY)
    with pytest.raises(FieldsInvalid) as refusal:
        planned(cast, assessor)
    assert codes(refusal) == {"OUTSIDE_VALIDITY"}


def test_results_are_entered_after_the_sitting_and_confirmed_by_another_person(cast: Cast) -> None:
    sitting = file_sitting(actor=cast.hr, sitting=planned(cast, make_assessor(cast)), day=TODAY)
    with pytest.raises(TransitionRefused):
        enter(cast, sitting, 901, stated())
    with pytest.raises(RuleViolation):
        hold_sitting(actor=cast.hr, sitting=sitting, day=HELD - timedelta(1))
    hold_sitting(actor=cast.hr, sitting=sitting, day=HELD)
    with pytest.raises(RuleViolation):
        hand_in_results(actor=cast.hr, sitting=sitting, day=AFTER)
    first = enter(cast, sitting, 901, stated(1))
    assert enter(cast, sitting, 901, stated(1)).pk == first.pk, "a double tap makes one row"
    hand_in_results(actor=cast.clerk, sitting=sitting, day=AFTER)
    with pytest.raises(PermissionRefused):
        confirm_sitting(actor=cast.clerk, sitting=sitting, day=AFTER)
    with pytest.raises(PermissionRefused):
        confirm_sitting(actor=cast.hr, sitting=sitting, day=AFTER)
    return_results(actor=cast.reviewer, sitting=sitting, reason="缺少一人", day=AFTER)
    hand_in_results(actor=cast.hr, sitting=sitting, day=AFTER)
    assert confirm_sitting(actor=cast.clerk, sitting=sitting, day=AFTER).status == "confirmed"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (stated(practice_score=59), "VERDICT_CONTRADICTS_SCORE"), (stated(theory_score=101), "SCORE_OUT_OF_RANGE"),
        (stated(1, certificate_number=number_of(1, begins="S1234")), "CERT_OF_ANOTHER_ASSESSOR"),
        (stated(1, certificate_number=number_of(1, begins="Y9999")), "CERT_OF_ANOTHER_ASSESSOR"),
        (stated(1, certificate_number=number_of(1, level=4)), "CERT_LEVEL_MISMATCH"),
        (stated(1, issued_on=HELD - timedelta(1)), "CERT_BEFORE_SITTING"),
        (stated(1, **FAILED), "CERT_WITHOUT_PASS"), (stated(1, issued_on=None), "CERT_DATE_MISSING"),
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_is_refused(cast: Cast, wrong: object, code: str) -> None:
    sitting = held(cast, make_assessor(cast))
    with pytest.raises(FieldsInvalid) as refusal:
        enter(cast, sitting, 901, wrong)  # type: ignore[arg-type]
    assert codes(refusal) == {code}


def test_a_certificate_belongs_to_one_person_wherever_it_was_reported(cast: Cast) -> None:
    assessor = make_assessor(cast, kind="S")
    one, seven = (number_of(serial, begins="S1234") for serial in (1, 7))
    first, second = held(cast, assessor), held(cast, assessor, session="pm")
    enter(cast, first, 901, stated(1, certificate_number=one))
    for order in (901, 902):
        with pytest.raises(FieldsInvalid) as refusal:
            enter(cast, second, order, stated(1, certificate_number=one))
        assert codes(refusal) == {"CERT_DUPLICATE"}
    enter(cast, second, 903, stated())
    somebody = find_worker(id_number(903))
    assert somebody is not None
    teach(cast.base, somebody, seven[1:])
    with pytest.raises(FieldsInvalid):
        enter(cast, second, 904, stated(7, certificate_number=seven))
    result = SittingResult.objects.get(worker=somebody)
    assert correct_result(
        actor=cast.hr, result=result, stated=stated(7, certificate_number=seven), reason="补报证书", day=AFTER
    )[0].is_current
    with pytest.raises(IntegrityError, match="certificate_of_nobody_else"), transaction.atomic():
        SittingResult.objects.create(
            sitting=first, worker=find_worker(id_number(901)), verdict="合格", theory_score=80, practice_score=80,
            certificate_number=seven, issued_on=AFTER, is_current=False,
        )  # fmt: skip


def test_a_correction_is_another_row_and_a_confirmed_sitting_waits_again(cast: Cast) -> None:
    sitting = confirmed(cast, make_assessor(cast))
    result = SittingResult.objects.current().get(sitting=sitting, verdict="不合格")
    passed = stated(theory_score=60)
    found, _ = correct_result(actor=cast.clerk, result=result, stated=passed, reason="成绩复核", day=AFTER)
    sitting.refresh_from_db()
    result.refresh_from_db()
    assert (result.verdict, result.is_current, found.corrects, sitting.status) == (
        "不合格",
        False,
        result,
        "results_entered",
    )
    with pytest.raises(PermissionRefused):
        confirm_sitting(actor=cast.clerk, sitting=sitting, day=AFTER)
    with pytest.raises(RuleViolation):
        correct_result(actor=cast.clerk, result=result, stated=stated(theory_score=61), reason="再次", day=AFTER)
    assert confirm_sitting(actor=cast.clerk_2, sitting=sitting, day=AFTER).status == "confirmed"


def test_the_database_itself_keeps_results_states_and_four_eyes(cast: Cast) -> None:
    sitting = confirmed(cast, make_assessor(cast))
    result = SittingResult.objects.current().first()
    assert result is not None
    attacks = (
        lambda: SittingResult.objects.filter(pk=result.pk).update(verdict="不合格"),
        lambda: SittingResult.objects.filter(pk=result.pk).update(recorded_by=cast.clerk),
        lambda: SittingResult.objects.filter(pk=result.pk).delete(),
        lambda: SittingResult.objects.create(sitting=sitting, worker=result.worker, verdict="缺考", is_current=False),
        lambda: AssessmentSitting.objects.filter(pk=sitting.pk).update(level=1),
        lambda: SittingExaminer.objects.filter(sitting=sitting).update(card_number="K-009"),
        lambda: SittingExaminer.objects.filter(sitting=sitting).delete(),
        lambda: sitting.assessor.scopes.update(highest=1),  # type: ignore[attr-defined]
        lambda: AssessmentSitting.objects.filter(pk=sitting.pk).update(confirmed_by=cast.hr.user),
    )
    for attack in attacks:
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()


def test_figures_count_confirmed_sittings_of_the_span_and_no_absence(cast: Cast) -> None:
    assessor = make_assessor(cast, scopes=_scopes())
    confirmed(cast, assessor)
    other = confirmed_at_level_three(cast, assessor)
    held(
        cast,
        assessor,
        session="pm",
        examiners=(type(EXAMINERS[0])("考评丙", "K-003"), type(EXAMINERS[0])("考评丁", "K-004")),
    )
    figures = sitting_figures(cast.bureau, HELD, HELD)
    assert (figures.total.cells, figures.waiting) == ((1, 3, 2, 2), 1)
    both = sitting_figures(cast.bureau, HELD, other.held_on)
    assert both.total.cells == (2, 4, 3, 3)
    assert [(row.name, row.cells) for row in both.by_level] == [
        ("五级（初级工）", (1, 3, 2, 2)),
        ("三级（高级工）", (1, 1, 1, 1)),
    ]
    assert [row.name for row in both.by_trade] == ["缝纫工", "裁剪工"]
    assert [(row.name, row.certificates) for row in both.by_assessor] == [(cast.alpha.name, 3)]
    assert sitting_figures(cast.bureau, AFTER, AFTER).total.cells == (0, 0, 0, 0)


def _scopes() -> tuple[object, ...]:
    from training.services.assessors import ScopeLine

    return (ScopeLine("缝纫工", 5, 3), ScopeLine("裁剪工", 5, 2))


def confirmed_at_level_three(cast: Cast, assessor: object) -> AssessmentSitting:
    day = HELD + timedelta(days=1)
    sitting = held(cast, assessor, trade="裁剪工", level=3, held_on=day)  # type: ignore[arg-type]
    number = number_of(99, level=3)
    enter(cast, sitting, 950, stated(99, certificate_number=number))
    return confirm_sitting(
        actor=cast.clerk, sitting=hand_in_results(actor=cast.hr, sitting=sitting, day=AFTER), day=AFTER
    )


def test_the_page_of_alarms_reads_what_is_recorded(cast: Cast) -> None:
    assessor = make_assessor(cast)
    sitting = held(cast, assessor, capacity=1)
    enter(cast, sitting, 901, stated(1))
    enter(cast, sitting, 902, stated(2))
    assert [one.code for one in alarms_between(cast.bureau, HELD, HELD)] == ["ABOVE_CAPACITY"]
    assert alarms_between(cast.bureau, AFTER, AFTER) == []
    assert ABSENT["verdict"] == "缺考"
