"""One person's spans at one enterprise never overlap, by whichever doors at once; across enterprises each overlap is listed (I10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from park_workers.models import Employment, EmploymentOverlap, Enterprise, Worker
from park_workers.services.employments import Registration, correct_hire_date, record_leave, register_employment
from tests.attacks.threads import at_once, database_refuses
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, give, staff, workbook
from tests.park_workers.numbers import id_number

TODAY = date(2023, 6, 1)
HIRED_ON = date(2023, 2, 1)
NUMBER = id_number(901)
#: another span of the same person at the same enterprise
SECOND_SPAN = """
INSERT INTO park_workers_employment
    (recorded_at, reference, worker_id, enterprise_id, hired_on, left_on, leave_reason, source)
SELECT recorded_at, 'second', worker_id, enterprise_id, %s, %s, '', source FROM park_workers_employment
"""


def registering(
    cast: Cast, enterprise: Enterprise, hired_on: date = HIRED_ON, request_id: str = ""
) -> Callable[[], Registration]:
    """The form's door."""
    return lambda: register_employment(
        actor=cast.clerk, enterprise=enterprise, name="韦工", id_number=NUMBER, hired_on=hired_on, trade="平车",
        contract_starts_on=hired_on, is_open_ended=True, is_front_line=True, day=TODAY, request_id=request_id,
    )  # fmt: skip


def importing(cast: Cast, hired_on: date, note: str) -> Callable[[], object]:
    """The roster's door."""
    content = workbook((*ROSTER_HEADER, "备注"), [staff("韦工", NUMBER, hired_on) | {"备注": note}])
    return lambda: give(cast.hr, "roster", content, TODAY)


def test_overlapping_hires_by_eight_at_once_are_one(committed_cast: Cast) -> None:
    days = [date(2023, 2, 1 + n) for n in range(8)]
    outcomes = at_once(registering(committed_cast, committed_cast.alpha, day) for day in days)
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"EMPLOYMENT_SPANS_OVERLAP"})
    assert (Employment.objects.count(), Worker.objects.count()) == (1, 1)


def test_the_same_request_eight_times_at_once_is_one_hire_with_one_answer(committed_cast: Cast) -> None:
    outcomes = at_once(registering(committed_cast, committed_cast.alpha, request_id="tap") for _ in range(8))
    assert outcomes.codes == []
    assert {registered.employment.pk for registered in outcomes.done} == {Employment.objects.get().pk}
    assert sum(registered.is_repeat for registered in outcomes.done) == 7


def test_form_and_roster_at_once_bring_one_span(committed_cast: Cast) -> None:
    cast = committed_cast
    outcomes = at_once(
        [
            registering(cast, cast.alpha, date(2023, 2, 2)),
            importing(cast, date(2023, 2, 3), "甲"),
            registering(cast, cast.alpha, date(2023, 2, 4)),
            importing(cast, date(2023, 2, 5), "乙"),
        ]
    )
    assert set(outcomes.codes) <= {"EMPLOYMENT_SPANS_OVERLAP"}
    assert (Employment.objects.count(), Worker.objects.count()) == (1, 1)


def test_leaving_and_returning_at_once_never_overlap(committed_cast: Cast) -> None:
    cast = committed_cast
    first = registering(cast, cast.alpha)().employment
    leaving = {"actor": cast.clerk, "employment": first, "reason": "辞职", "day": TODAY}
    at_once([
        lambda: record_leave(left_on=date(2023, 3, 31), **leaving),
        registering(cast, cast.alpha, date(2023, 4, 1)),
        lambda: record_leave(left_on=date(2023, 4, 30), **leaving),
        registering(cast, cast.alpha, date(2023, 3, 1)),
    ])  # fmt: skip
    spans = list(Employment.objects.order_by("hired_on").values_list("hired_on", "left_on"))
    assert all(left is not None and left < after for (_, left), (after, _) in pairwise(spans))


@pytest.mark.parametrize("attempt", range(3))
def test_hires_at_two_enterprises_at_once_are_both_accepted_and_listed(committed_cast: Cast, attempt: int) -> None:
    cast = committed_cast
    registering(cast, cast.alpha, date(2021, 1, 1))()
    record_leave(
        actor=cast.clerk, employment=Employment.objects.get(), left_on=date(2021, 2, 1), reason="辞职", day=TODAY
    )
    outcomes = at_once([registering(cast, cast.alpha), registering(cast, cast.beta)])
    assert outcomes.codes == []
    assert EmploymentOverlap.objects.count() == 1


def test_a_roster_and_a_form_of_two_enterprises_at_once_are_both_listed(committed_cast: Cast) -> None:
    cast = committed_cast
    outcomes = at_once([importing(cast, HIRED_ON, ""), registering(cast, cast.beta)])
    assert outcomes.codes == []
    assert (Employment.objects.count(), EmploymentOverlap.objects.count()) == (2, 1)


def test_hire_dates_corrected_at_once_never_overlap(committed_cast: Cast) -> None:
    cast = committed_cast
    first = registering(cast, cast.alpha)().employment
    record_leave(actor=cast.clerk, employment=first, left_on=date(2023, 2, 28), reason="辞职", day=TODAY)
    second = registering(cast, cast.alpha, date(2023, 4, 1))().employment
    at_once([
        lambda: record_leave(
            actor=cast.clerk, employment=first, left_on=date(2023, 3, 31), reason="更正", day=TODAY
        ),
        lambda: correct_hire_date(
            actor=cast.clerk, employment=second, hired_on=date(2023, 3, 15), reason="更正", day=TODAY
        ),
    ])  # fmt: skip
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.left_on is not None and first.left_on < second.hired_on


@pytest.mark.parametrize(
    ("hired_on", "left_on"),
    [("2023-02-02", None), ("2023-01-01", "2023-02-01"), ("2023-02-28", "2023-06-30"), ("2023-02-10", "2023-02-10"),
     ("2022-01-01", None)],
)  # fmt: skip
def test_an_overlapping_span_is_refused_by_the_database(cast: Cast, hired_on: str, left_on: str | None) -> None:
    first = registering(cast, cast.alpha)().employment
    record_leave(actor=cast.clerk, employment=first, left_on=date(2023, 2, 28), reason="辞职", day=TODAY)
    database_refuses("employment_spans_never_overlap", SECOND_SPAN, hired_on, left_on)


def test_a_span_is_not_stretched_into_the_next(cast: Cast) -> None:
    first = registering(cast, cast.alpha)().employment
    record_leave(actor=cast.clerk, employment=first, left_on=date(2023, 2, 28), reason="辞职", day=TODAY)
    registering(cast, cast.alpha, date(2023, 3, 1))()
    for change in ("left_on = NULL", "left_on = '2023-03-01'"):
        statement = f"UPDATE park_workers_employment SET {change} WHERE id = %s"
        database_refuses("employment_spans_never_overlap", statement, first.pk)
