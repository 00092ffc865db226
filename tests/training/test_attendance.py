"""Who was there: marked once, corrected with the old mark kept, and counted in lesson hours against the threshold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from tests.conftest import Cast
from tests.training.attending import (
    AFTERNOON,
    FIRST,
    LAST,
    add,
    give_attendance,
    line,
    make_class,
    plan,
    seats,
    take_to,
)
from training.models import Attendance, ClassSession
from training.pass_list.limits import PassLimits
from training.services.attendance import Taken, attended_hours, hours_of, record_attendance
from training.services.pass_rules import set_pass_rule

pytestmark = pytest.mark.django_db
NEXT = FIRST + timedelta(days=1)


def take(cast: Cast, session: ClassSession, marks: dict[int, str], day: date = FIRST, reason: str = "") -> Taken:
    """The teacher saves the list."""
    return record_attendance(actor=cast.base_clerk, session=session, marks=marks, day=day, reason=reason)


def test_the_same_list_saved_twice_changes_nothing(cast: Cast) -> None:
    held = make_class(cast.base)
    (session,) = add(cast, held)
    one, two, three = seats(held)
    marks = {one: "present", two: "late", three: "absent"}
    assert take(cast, session, marks) == Taken(3, 0, 0)
    events = AuditEvent.objects.count()
    assert take(cast, session, marks) == Taken(0, 0, 3)
    assert (Attendance.objects.count(), AuditEvent.objects.count()) == (3, events)


def test_a_correction_keeps_the_old_mark_and_asks_a_reason_from_the_next_day_on(cast: Cast) -> None:
    held = make_class(cast.base)
    (session,) = add(cast, held)
    one = seats(held)[0]
    take(cast, session, {one: "absent"})
    assert take(cast, session, {one: "leave"}) == Taken(0, 1, 0)
    with pytest.raises(RuleViolation, match="原因"):
        take(cast, session, {one: "present"}, NEXT)
    take(cast, session, {one: "present"}, NEXT, "补交请假条后核对")
    kept = [(row.mark, row.voided_at is None, row.void_reason) for row in Attendance.objects.order_by("pk")]
    assert kept == [("absent", False, ""), ("leave", False, "补交请假条后核对"), ("present", True, "")]


def test_the_database_keeps_marks_as_they_were_given(cast: Cast) -> None:
    held, other = make_class(cast.base), make_class(cast.base, (4,), "2-平车")
    (session,) = add(cast, held)
    one = seats(held)[0]
    take(cast, session, {one: "absent"})
    row = Attendance.objects.get()
    attempts = [
        lambda: Attendance.objects.update(mark="present"),
        lambda: row.delete(),
        lambda: Attendance.objects.create(session=session, enrolment_id=one, mark="late", source="list", recorded_by=cast.base_clerk),
        lambda: Attendance.objects.create(
            session=session, enrolment_id=seats(other)[0], mark="late", source="list", recorded_by=cast.base_clerk
        ),
        lambda: Attendance.objects.create(session=session, enrolment_id=seats(held)[1], mark="late", source="list"),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_nobody_is_marked_before_the_day_nor_by_another_base_nor_from_another_class(cast: Cast) -> None:
    held, other = make_class(cast.base), make_class(cast.base, (4,), "2-平车")
    (session,) = add(cast, held, plan(NEXT))
    one = seats(held)[0]
    for marks, day in (({one: "present"}, FIRST), ({seats(other)[0]: "present"}, NEXT), ({one: "gone"}, NEXT)):
        with pytest.raises(RuleViolation):
            take(cast, session, marks, day)
    with pytest.raises(PermissionRefused):
        record_attendance(actor=cast.clerk, session=session, marks={one: "present"}, day=NEXT)


def test_hours_count_presence_and_lateness_against_the_planned_hours(cast: Cast) -> None:
    held = make_class(cast.base, planned_hours=10)
    first, second = add(cast, held, plan(), plan(times=AFTERNOON))
    one, two, three = seats(held)
    take(cast, first, {one: "present", two: "late", three: "absent"})
    take(cast, second, {one: "present", two: "leave"})
    assert attended_hours(held) == {one: 8, two: 4, three: 0}
    found = {
        h.enrolment.pk: (h.attended, h.percent, h.is_reached, h.possible, h.is_out_of_reach) for h in hours_of(held)
    }
    assert found == {one: (8, 80, True, 10, False), two: (4, 40, False, 6, True), three: (0, 0, False, 6, True)}
    assert dict(held.enrolments.values_list("pk", "attended_hours")) == attended_hours(held), "seats are kept in step"
    stricter = PassLimits(hours_percent=81)
    set_pass_rule(actor=cast.clerk, effective_on=FIRST, limits=stricter, basis="待核定", day=FIRST)
    assert not any(h.is_reached for h in hours_of(held))


def test_attendance_is_taken_from_the_bureaus_acceptance_to_completion(cast: Cast) -> None:
    held = make_class(cast.base)
    (session,) = add(cast, held)
    one = seats(held)[0]
    take_to(held, "completed")
    with pytest.raises(PermissionRefused, match="已结业"):
        take(cast, session, {one: "present"}, LAST)
    with pytest.raises(PermissionRefused, match="已结业"):
        add(cast, held, plan(NEXT))
    give_attendance(cast, [line()], day=LAST)
    assert not Attendance.objects.exists()


@tried(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=st.lists(st.lists(st.sampled_from(Attendance.Mark.values), min_size=3, max_size=3), max_size=4))
def test_whatever_is_saved_the_last_list_stands_and_nothing_is_lost(cast: Cast, saves: list[list[str]]) -> None:
    with transaction.atomic():
        held = make_class(cast.base, number="2-平车")
        (session,) = add(cast, held)
        taken = [take(cast, session, dict(zip(seats(held), marks, strict=True)), LAST, "核对") for marks in saves]
        rows = Attendance.objects.filter(session=session)
        standing = list(rows.standing().order_by("enrolment_id").values_list("mark", flat=True))
        assert standing == (saves[-1] if saves else [])
        assert rows.count() == sum(one.new + one.corrected for one in taken)
        transaction.set_rollback(True)
