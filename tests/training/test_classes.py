"""开班备案: what a class needs to be filed, who decides, and that its roster stands from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Role, Upload
from park_workers.services.employments import FieldsInvalid
from tests.conftest import Cast, make_member
from tests.park_workers.files import findings, workbook
from tests.park_workers.files import give as give_file
from tests.park_workers.numbers import id_number
from tests.training import classes as on
from tests.training.lists import PASS_HEADER, passed, uncertified
from training.models import ClassChangeRequest, ClassTeacher, Enrolment, TrainingClass
from training.services.class_changes import ask_change, decide_change, withdraw_change
from training.services.classes import (
    cancel_class,
    complete_class,
    decide_filing,
    file_class,
    rewrite_class,
    start_class,
)
from training.services.enrolments import enrol_person, remove_person

pytestmark = pytest.mark.django_db
LISTED = date(2023, 12, 6)


def codes(refusal: pytest.ExceptionInfo[FieldsInvalid]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def give(cast: Cast, lines: list[dict[str, object]]) -> Upload:
    return give_file(cast.base_clerk, "pass_list", workbook(PASS_HEADER, lines), LISTED, confirmed_by=cast.clerk)


def refused_by_the_database(change: Callable[[], object]) -> bool:
    """Whether the database itself says no to what no service would do."""
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_a_class_goes_from_draft_to_its_end_with_an_event_for_every_step(cast: Cast) -> None:
    found = on.running(cast)
    found.enrolments.update(attended_hours=36)
    complete_class(actor=cast.base_clerk, training_class=found, day=on.LAST)
    assert (found.status, found.completed_on, found.is_reported) == ("completed", on.LAST, False)
    events = (
        AuditEvent.objects.filter(subject_kind="training.TrainingClass").order_by("pk").values_list("code", flat=True)
    )
    assert list(events) == ["class.opened", "class.file", "class.accept", "class.start", "class.complete"]


def test_the_same_filling_in_sent_twice_is_one_class(cast: Cast) -> None:
    assert on.draft(cast) == on.draft(cast) and TrainingClass.objects.count() == 1


def test_everything_missing_from_a_filing_is_named_at_once(cast: Cast) -> None:
    bare = on.draft(cast, plan="", place="", capacity=None, teachers=(), starts_on=date(2023, 11, 1))
    with pytest.raises(FieldsInvalid) as refusal:
        file_class(actor=cast.base_clerk, training_class=bare, day=on.DAY)
    assert codes(refusal) == [
        "PLAN_MISSING", "PLACE_MISSING", "TEACHERS_MISSING", "FILED_TOO_LATE", "ROSTER_EMPTY", "CAPACITY_INVALID",
    ]  # fmt: skip


def test_a_number_is_used_again_only_for_other_days(cast: Cast) -> None:
    on.draft(cast)
    with pytest.raises(RuleViolation) as refusal:
        on.draft(cast, "c2", starts_on=date(2023, 11, 20))
    assert refusal.value.code == "CLASS_NUMBER_TAKEN"
    assert on.draft(cast, "c3", starts_on=date(2023, 12, 1), ends_on=date(2023, 12, 8))


def test_the_bureau_returns_a_filing_with_a_reason_and_the_base_files_it_again(cast: Cast) -> None:
    found = on.filed(cast)
    with pytest.raises(RuleViolation) as refusal:
        decide_filing(actor=cast.clerk, training_class=found, is_accepted=False, day=on.DAY)
    assert refusal.value.code == "REASON_MISSING"
    decide_filing(actor=cast.clerk, training_class=found, is_accepted=False, reason="请补实训安排", day=on.DAY)
    found.refresh_from_db()
    assert (found.status, found.return_reason) == ("returned", "请补实训安排")
    rewrite_class(actor=cast.base_clerk, training_class=found, plan=replace(on.PLAN, place="二号车间"), day=on.DAY)
    on.seat(cast, found, 3)
    assert file_class(actor=cast.base_clerk, training_class=found, day=on.DAY).status == "filed"


@pytest.mark.parametrize("who", ["clerk", "hr", "reviewer", "auditor"])
def test_only_the_base_files_its_class(cast: Cast, who: str) -> None:
    found = on.draft(cast)
    on.seat(cast, found)
    with pytest.raises(PermissionRefused):
        file_class(actor=getattr(cast, who), training_class=found, day=on.DAY)


def test_the_base_does_not_accept_what_it_files(cast: Cast) -> None:
    found = on.filed(cast)
    both = make_member("both", cast.bureau, Role.CLERK)
    TrainingClass.objects.filter(pk=found.pk).update(filed_by=both.user)
    for actor in (cast.base_clerk, both):
        with pytest.raises(PermissionRefused):
            decide_filing(actor=actor, training_class=found, is_accepted=True, day=on.DAY)
    assert refused_by_the_database(
        lambda: TrainingClass.objects.filter(pk=found.pk).update(
            **{"status": "accepted", "decided_on": on.DAY, "decided_by": both.user}
        )
    )


def test_after_the_filing_neither_services_nor_the_database_let_the_roster_change(cast: Cast) -> None:
    found = on.filed(cast)
    sitting = found.enrolments.order_by("pk")[0]
    for change in (
        lambda: on.seat(cast, found, 3),
        lambda: remove_person(actor=cast.base_clerk, enrolment=sitting, day=on.DAY),
        lambda: rewrite_class(actor=cast.base_clerk, training_class=found, plan=on.PLAN, day=on.DAY),
    ):
        with pytest.raises(PermissionRefused) as refusal:
            change()
        assert refusal.value.code == "ROSTER_FROZEN"
    stranger = on.seat(
        cast, on.draft(cast, "c2", number="2-平车", starts_on=date(2023, 12, 1), ends_on=date(2023, 12, 8)), 5
    )
    asked = ask_change(
        actor=cast.base_clerk,
        training_class=found,
        kind="remove",
        enrolment=sitting,
        reason="本人放弃",
        day=on.DAY,
        request_id="r",
    )
    for attack in (
        lambda: Enrolment.objects.create(training_class=found, worker=stranger.worker),
        lambda: Enrolment.objects.create(training_class=found, worker=stranger.worker, added_by_change=asked),
        lambda: Enrolment.objects.bulk_create([Enrolment(training_class=found, worker=stranger.worker)]),
        lambda: sitting.delete(),
        lambda: Enrolment.objects.filter(pk=sitting.pk).update(worker=stranger.worker),
        lambda: Enrolment.objects.filter(pk=stranger.pk).update(training_class=found),
        lambda: Enrolment.objects.filter(pk=sitting.pk).update(withdrawn_on=on.DAY, withdrawn_by_change=asked),
        lambda: TrainingClass.objects.filter(pk=found.pk).update(planned_hours=10),
        lambda: TrainingClass.objects.filter(pk=found.pk).update(is_reported=True),
        lambda: ClassTeacher.objects.create(training_class=found, name="孙老师", qualification="技师"),
        lambda: found.teachers.all().delete(),
    ):  # fmt: skip
        assert refused_by_the_database(attack)


def ask(cast: Cast, found: TrainingClass, kind: str, key: str = "r1", **more: object) -> ClassChangeRequest:
    stated: dict[str, object] = {"reason": "本人因病放弃", "day": on.DAY, "request_id": key} | more
    return ask_change(actor=cast.base_clerk, training_class=found, kind=kind, **stated)  # type: ignore[arg-type]


def test_a_granted_change_puts_one_in_anothers_place_and_both_rows_stay(cast: Cast) -> None:
    found = on.accepted(cast, 3)
    leaving = found.enrolments.order_by("pk")[0]
    change = ask(cast, found, "replace", enrolment=leaving, id_number=id_number(905), name="学员戊")
    assert found.enrolments.on_roster().count() == 3 and change.status == "waiting"
    decide_change(actor=cast.clerk, change=change, is_granted=True, reason="情况属实", day=on.DAY)
    leaving.refresh_from_db()
    coming = found.enrolments.get(added_by_change=change)
    assert (leaving.withdrawn_on, coming.worker.name) == (on.DAY, "学员戊")
    assert (found.enrolments.count(), found.enrolments.on_roster().count()) == (4, 3)


def test_who_left_by_a_change_comes_back_by_another(cast: Cast) -> None:
    found = on.accepted(cast, 2)
    leaving = found.enrolments.order_by("pk")[0]
    first = ask(cast, found, "remove", enrolment=leaving)
    decide_change(actor=cast.clerk, change=first, is_granted=True, reason="同意", day=on.DAY)
    back = ask(cast, found, "add", "r2", id_number=id_number(901), name="学员乙")
    decide_change(actor=cast.clerk, change=back, is_granted=True, reason="同意", day=on.DAY)
    leaving.refresh_from_db()
    assert leaving.withdrawn_on is None and found.enrolments.count() == 2


def test_a_refused_or_withdrawn_change_changes_nothing(cast: Cast) -> None:
    found = on.accepted(cast, 2)
    change = ask(cast, found, "add", id_number=id_number(905), name="学员戊")
    with pytest.raises(RuleViolation) as refusal:
        decide_change(actor=cast.clerk, change=change, is_granted=False, reason="", day=on.DAY)
    assert refusal.value.code == "REASON_MISSING"
    decide_change(actor=cast.clerk, change=change, is_granted=False, reason="已临近结业", day=on.DAY)
    other = ask(cast, found, "add", "r2", id_number=id_number(905), name="学员戊")
    withdraw_change(actor=cast.base_clerk, change=other, day=on.DAY)
    with pytest.raises(TransitionRefused):
        decide_change(actor=cast.clerk, change=other, is_granted=True, reason="同意", day=on.DAY)
    assert found.enrolments.count() == 2


def test_a_change_is_judged_like_an_enrolment_and_waits_once(cast: Cast) -> None:
    found = on.accepted(cast, 2)
    with pytest.raises(FieldsInvalid) as refusal:
        ask(cast, found, "add", id_number=id_number(905, born=date(2012, 1, 1)), name="学员戊", reason="")
    assert codes(refusal) == ["REASON_MISSING", "AGE_UNDER_16"]
    ask(cast, found, "remove", enrolment=found.enrolments.all()[0])
    with pytest.raises(RuleViolation) as waiting:
        ask(cast, found, "remove", "r2", enrolment=found.enrolments.all()[0])
    assert waiting.value.code == "CHANGE_WAITING"


def test_a_class_begins_on_its_day_and_ends_when_the_hours_are_there(cast: Cast) -> None:
    found = on.accepted(cast)
    with pytest.raises(RuleViolation) as early:
        start_class(actor=cast.base_clerk, training_class=found, day=on.DAY)
    start_class(actor=cast.base_clerk, training_class=found, day=on.FIRST)
    with pytest.raises(RuleViolation) as before_the_end:
        complete_class(actor=cast.base_clerk, training_class=found, day=on.FIRST)
    with pytest.raises(RuleViolation) as short:
        complete_class(actor=cast.base_clerk, training_class=found, day=on.LAST)
    assert [r.value.code for r in (early, before_the_end, short)] == ["TOO_EARLY", "TOO_EARLY", "HOURS_SHORT"]


def test_a_cancelled_class_frees_its_people(cast: Cast) -> None:
    found = on.accepted(cast, 1)
    other = on.draft(cast, "c2", number="2-平车")
    with pytest.raises(FieldsInvalid) as refusal:
        on.seat(cast, other, 1)
    assert codes(refusal) == ["CLASS_OVERLAP"]
    cancel_class(actor=cast.base_clerk, training_class=found, day=on.DAY, reason="报名人数不足")
    assert on.seat(cast, other, 1)


def test_a_full_class_takes_nobody_more(cast: Cast) -> None:
    found = on.draft(cast, capacity=1)
    on.seat(cast, found, 1)
    assert enrol_person(
        actor=cast.base_clerk, training_class=found, id_number=id_number(901), name="学员乙", day=on.DAY
    ).is_repeat
    with pytest.raises(RuleViolation) as refusal:
        on.seat(cast, found, 2)
    assert refusal.value.code == "CLASS_FULL"


def test_the_pass_list_of_a_filed_class_comes_to_its_roster(cast: Cast) -> None:
    found = on.running(cast, 2)
    dates = {"开班日期": on.FIRST, "结业日期": on.LAST, "发证日期": date(2023, 12, 5)}
    lines = [passed(1, **dates), uncertified(2, **dates | {"发证日期": None}), passed(3, **dates)]
    upload = give(cast, lines)
    assert [(row, code) for row, _, code, _ in findings(upload)] == [(4, "NOT_ON_ROSTER")]
    assert (upload.result["new"], upload.result["classes"]) == (2, 0)
    assert TrainingClass.objects.count() == 1 and found.enrolments.filter(assessment__verdict="合格").count() == 2
    assert complete_class(actor=cast.base_clerk, training_class=found, day=LISTED).status == "completed"
    again = give(cast, lines[:1])
    assert (again.result["new"], again.result["unchanged"]) == (0, 1)


def test_results_of_a_class_not_accepted_yet_are_refused(cast: Cast) -> None:
    on.filed(cast, 1)
    upload = give(cast, [uncertified(1, **{"开班日期": on.FIRST, "结业日期": on.LAST})])
    assert [code for _, _, code, _ in findings(upload)] == ["CLASS_NOT_ACCEPTED"]
