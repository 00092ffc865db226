"""Placement is kept: whatever was written, on whichever day, the kept rows are those that counting finds."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from park_workers.models import Employment, Worker
from park_workers.services.employments import record_leave
from park_workers.services.people import merge_workers
from park_workers.services.spans import undo_leave
from tests.conftest import Cast
from tests.keeping import Write, play, questions, rolled_back, uncommitted, writes
from tests.training.placements import BEGAN, ENDED, REFERRED, hire, pass_people, refer
from training.models import (
    Assessment,
    Enrolment,
    KeptPlacements,
    PlacementChange,
    Referral,
    ReferralHire,
    TrainingClass,
)
from training.services import counted_placements
from training.services.counted_placements import counted_rows, found_of
from training.services.kept_placements import ONLY, keep_placements
from training.services.placement_links import link_hires
from training.services.placement_rows import Scope, placement_rows
from training.services.referrals import record_interview, withdraw_referral

pytestmark = pytest.mark.django_db
LATER = REFERRED + timedelta(days=9)
DRAFT = "2-平车"


def agrees(day: date = LATER) -> list[dict[str, Any]]:
    """What is kept, and counted where it does not hold, is what counting everybody finds; the rows."""
    rows = placement_rows(Scope(day))
    counted = counted_rows(found_of(), day).sort("enrolment_id")
    over = set(TrainingClass.objects.filter(ends_on__lte=day).values_list("pk", flat=True))
    assert rows.select(counted.columns).rows() == counted.filter(pl.col("class_id").is_in(over)).rows()
    return rows.to_dicts()


def kept(day: date = LATER) -> None:
    """The clock has come round: nothing is left to count."""
    keep_placements(day=day)
    assert not PlacementChange.objects.exists() and keep_placements(day=day) == 0


def whole() -> pl.DataFrame:
    """What is kept, as it stands."""
    return pl.read_parquet(io.BytesIO(KeptPlacements.objects.get(pk=ONLY).frame)).sort("enrolment_id")


def draft(cast: Cast) -> None:
    """A class whose filing is still written: its dates may change."""
    TrainingClass.objects.create(
        base=cast.base,
        number=DRAFT,
        starts_on=BEGAN,
        ends_on=ENDED,
        trade="平车",
        level=5,
        planned_hours=40,
        status="draft",
    )


def move_to(work: Employment, enterprise: int, on: date) -> None:
    """The same employment elsewhere and later, as no service does it."""
    Employment.objects.filter(pk=work.pk).update(enterprise=enterprise, hired_on=on)


def test_every_step_is_seen_at_once_and_kept_by_the_clock(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    kept()
    assert whole()["enrolment_id"].to_list() == [seat.pk for seat in seats] and not any(
        row["hired_on"] for row in agrees()
    )
    first, second = refer(cast, seats[0]), refer(cast, seats[1])
    record_interview(actor=cast.hr, referral=first, day=LATER)
    assert [row["is_waiting"] for row in agrees()] == [True, True, False]
    withdraw_referral(actor=cast.base_clerk, referral=second, reason="本人改主意", day=LATER)
    work, other = hire(cast, 1, LATER), hire(cast, 3, LATER, at_beta=True)
    link_hires(day=LATER)
    assert [(row["by_referral"], row["hired_on"]) for row in agrees()] == [(True, LATER), (False, None), (False, LATER)]
    kept()
    record_leave(actor=cast.hr, employment=work, left_on=date(2023, 5, 1), reason="", day=date(2023, 5, 2))
    half_a_year = date(2023, 9, 9)
    assert [row["kept_3"] for row in agrees(half_a_year)] == [False, None, True]
    undo_leave(actor=cast.hr, employment=work, reason="误登记", day=half_a_year)
    move_to(other, cast.alpha.pk, half_a_year)
    assert [row["kept_6"] for row in agrees(half_a_year)] == [True, None, None]


def test_a_month_that_is_over_and_a_day_to_come_are_counted_anew_without_anything_written(cast: Cast) -> None:
    pass_people(cast, 1, 2)
    hire(cast, 1, LATER)
    Employment.objects.filter(pk=hire(cast, 2, LATER).pk).update(hired_on=LATER + timedelta(days=2))
    kept()
    mark = date(2023, 6, 9)
    assert set(whole()["until_on"]) == {mark - timedelta(days=1), LATER + timedelta(days=1)}
    for day in (
        LATER,
        LATER + timedelta(days=2),
        mark - timedelta(days=1),
        mark,
        mark + timedelta(days=2),
        LATER - timedelta(days=1),
    ):
        agrees(day)
    kept(mark)
    assert [row["kept_3"] for row in agrees(mark)] == [True, None]


def test_a_merge_a_correction_of_the_result_and_of_the_last_day_are_seen(cast: Cast) -> None:
    seats = pass_people(cast, 1, 2, 3)
    work = hire(cast, 4, LATER)
    kept()
    merge_workers(actor=cast.clerk, duplicate=work.worker, into=seats[0].worker, reason="同一人", day=LATER)
    assert agrees()[0]["employment_id"] == work.pk
    kept()
    merge_workers(actor=cast.clerk, duplicate=seats[1].worker, into=seats[2].worker, reason="同一人", day=LATER)
    assert len({row["person_id"] for row in agrees()}) == 2
    Assessment.objects.filter(enrolment=seats[0]).update(verdict="不合格")
    assert len(agrees()) == 2


def test_the_last_day_of_a_class_that_is_still_written_is_seen(cast: Cast) -> None:
    draft(cast)
    pass_people(cast, 1, number=DRAFT)
    hire(cast, 1, LATER)
    kept()
    TrainingClass.objects.update(ends_on=LATER)
    assert agrees()[0]["hired_on"] is None and agrees(ENDED) == []
    kept()
    assert agrees()[0]["hired_on"] is None


def test_what_is_kept_is_read_without_a_look_at_employments(cast: Cast) -> None:
    pass_people(cast, 1, 2)
    hire(cast, 1, LATER)
    kept()
    with questions() as asked:
        placement_rows(Scope(LATER, bureau=cast.bureau))
    assert asked and not [sql for sql in asked if "park_workers_employment" in sql or "training_assessment" in sql]


def test_of_many_changes_everybody_is_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pass_people(cast, 1, 2)
    kept()
    hire(cast, 1, LATER)
    monkeypatch.setattr(counted_placements, "MANY", 0)
    assert [row["hired_on"] for row in agrees()] == [LATER, None]


WRITES = writes(
    ["hire", "leave", "undo", "move", "firm", "fire", "refer", "interview", "offer", "end", "link", "verdict", "ends", "merge", "keep"],
    people=4, earliest=-40, latest=120, most=16,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITES)
def test_whatever_is_written_in_whatever_order_the_kept_rows_are_the_counted_ones(
    cast: Cast, listed: list[Write]
) -> None:
    with rolled_back():
        draft(cast)
        seats = pass_people(cast, 1, 2) + pass_people(cast, 1, 3, number=DRAFT)
        play(listed, LATER, lambda what, who, *when: _write(cast, seats[who], what, *when), agrees)


def _write(cast: Cast, seat: Enrolment, what: str, on: date, flag: bool, day: date) -> None:
    """One write beneath every service, as files and repairs do it."""
    work = Employment.objects.filter(worker=seat.worker_id).order_by("pk")
    mine = Referral.objects.filter(enrolment=seat).order_by("pk")
    one = {"pk": getattr(work.last() if flag else work.first(), "pk", 0)}
    if what == "keep":
        keep_placements(day=day)
    elif what == "hire":
        Employment.objects.create(worker=seat.worker, enterprise=cast.beta if flag else cast.alpha, hired_on=on)
    elif what in ("leave", "undo"):
        work.filter(**one).update(left_on=on if what == "leave" else None)
    elif what == "move":
        work.filter(**one).update(hired_on=on)
    elif what == "firm":
        work.filter(**one).update(enterprise=cast.beta if flag else cast.alpha)
    elif what == "fire":
        work.filter(**one).delete()
    elif what == "verdict":
        Assessment.objects.filter(enrolment=seat).update(verdict="合格" if flag else "不合格")
    elif what == "ends":
        TrainingClass.objects.filter(pk=seat.training_class_id, starts_on__lte=on).update(ends_on=on)
    elif what == "merge":
        _merge(seat.worker_id, flag)
    else:
        _refer(cast, seat, mine, what, on, flag)


def _refer(cast: Cast, seat: Enrolment, mine: Any, what: str, on: date, flag: bool) -> None:
    step = {
        "interview": ("interviewed", "interviewed_on"),
        "offer": ("offered", "offered_on"),
        "end": ("withdrawn", "ended_on"),
    }
    if what == "refer":
        person = Worker.objects.get(pk=seat.worker_id).canonical_id
        Referral.objects.create(
            status="referred", enrolment=seat, worker_id=person, base=cast.base, enterprise=cast.beta if flag else cast.alpha,
            referred_on=on,
        )  # fmt: skip
    elif what == "link":
        live = mine.filter(status="referred").first()
        hired = live and Employment.objects.filter(
            worker=live.worker_id, enterprise=live.enterprise_id, hired_on__gte=live.referred_on
        )
        if hired:
            ReferralHire.objects.create(referral=live, employment=hired[0], linked_on=on)
    else:
        status, column = step[what]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE training_referral SET status = %s, {column} = %s WHERE enrolment_id = %s AND {column} IS NULL",
                [status, on, seat.pk],
            )


def _merge(worker: int, flag: bool) -> None:
    others = Worker.objects.exclude(pk=worker).filter(enrolments__isnull=False, merged_into=None)
    into = others.order_by("pk").first() if flag else None
    Worker.objects.filter(merged_into=worker).update(merged_into=into)
    Worker.objects.filter(pk=worker).update(merged_into=into)


def test_a_hire_that_is_not_committed_when_rows_are_kept_is_not_lost(committed_cast: Cast, is_postgresql: bool) -> None:
    if not is_postgresql:
        pytest.skip("SQLite's writers take turns")
    pass_people(committed_cast, 1)
    with uncommitted(lambda: hire(committed_cast, 1, LATER)):
        keep_placements(day=LATER)
        assert agrees()[0]["hired_on"] is None and not PlacementChange.objects.exists()
    assert agrees()[0]["hired_on"] == LATER
    kept()
    assert whole()["hired_on"].to_list() == [LATER]
