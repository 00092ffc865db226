"""Heads of today are kept: whatever was written, by whichever door, on whichever day, they are those that counting finds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from park_workers.models import (
    Employment,
    Enterprise,
    HeadcountChange,
    KeptHeadcount,
    PerhapsNeverHired,
    PostSpan,
    Worker,
)
from park_workers.services.employments import correct_hire_date, record_leave, register_employment
from park_workers.services.headcount import Headcount, headcount_on
from park_workers.services.headcount_confirmations import due_month
from park_workers.services.kept_headcounts import (
    headcounts_of,
    keep_headcounts,
    keep_headcounts_of_today,
    month_headcounts_of,
    total_headcount,
)
from park_workers.services.month_lists import month_end_of
from park_workers.services.people import merge_workers
from park_workers.services.spans import state_post, undo_leave
from tests.conftest import Cast, make_enterprise
from tests.keeping import Write, play, questions, rolled_back, uncommitted, writes
from tests.park_workers.files import ROSTER_HEADER, give, staff, workbook
from tests.park_workers.numbers import id_number

TODAY = date(2023, 6, 1)


def hired(cast: Cast, order: int, on: date, *, is_front_line: bool = True) -> Employment:
    return register_employment(
        actor=cast.hr, enterprise=cast.alpha, name="工人" + "甲乙丙丁戊己"[order % 6], id_number=id_number(order), hired_on=on,
        contract_starts_on=on, is_open_ended=True, trade="平车", is_front_line=is_front_line, day=TODAY, request_id=str(order),
    ).employment  # fmt: skip


def agrees(cast: Cast, day: date = TODAY) -> Headcount:
    """What is kept, and counted where it does not hold, is what counting finds; alpha's heads."""
    counted, firms = headcount_on(day=day), [cast.alpha.pk, cast.beta.pk]
    assert headcounts_of(day=day, enterprises=firms) == counted
    month_end = month_end_of(due_month(day))
    then = month_headcounts_of(month_end=month_end, enterprises=firms)
    assert {pk: heads for pk, heads in then.items() if heads.heads} == headcount_on(day=month_end)
    total = total_headcount(day=day, enterprises=Enterprise.objects.all())
    assert total == (sum(c.heads for c in counted.values()), sum(c.front_line for c in counted.values()))
    return counted.get(cast.alpha.pk, Headcount(0, 0))


def kept(cast: Cast) -> None:
    """The clock has come round: nothing is left to count."""
    keep_headcounts(day=TODAY)
    assert not HeadcountChange.objects.exists() and keep_headcounts(day=TODAY) == 0


def test_a_hire_a_leave_and_its_undoing_are_seen_at_once_and_kept_by_the_clock(cast: Cast) -> None:
    first, second = hired(cast, 901, date(2023, 1, 5)), hired(cast, 902, TODAY, is_front_line=False)
    assert agrees(cast) == (2, 1)
    kept(cast)
    assert KeptHeadcount.objects.get(pk=cast.alpha.pk).headcount == 2
    record_leave(actor=cast.hr, employment=first, left_on=TODAY - timedelta(days=1), reason="", day=TODAY)
    assert agrees(cast) == (1, 0)
    undo_leave(actor=cast.hr, employment=first, reason="误登记", day=TODAY)
    assert agrees(cast) == (2, 1)
    correct_hire_date(actor=cast.clerk, employment=second, hired_on=TODAY - timedelta(days=9), reason="笔误", day=TODAY)
    state_post(actor=cast.hr, employment=second, starts_on=TODAY, trade="平车", is_front_line=True, day=TODAY)
    assert agrees(cast) == (2, 2)
    kept(cast)
    assert agrees(cast) == (2, 2)


def test_a_day_that_comes_is_counted_anew_without_anything_written(cast: Cast) -> None:
    leaver, mover = hired(cast, 901, date(2023, 1, 5)), hired(cast, 902, date(2023, 1, 5))
    beginner = hired(cast, 903, TODAY)
    Employment.objects.filter(pk=leaver.pk).update(left_on=TODAY)
    Employment.objects.filter(pk=beginner.pk).update(hired_on=TODAY + timedelta(days=3))
    PostSpan.objects.filter(employment=beginner).update(starts_on=TODAY + timedelta(days=3))
    PostSpan.objects.create(
        employment=mover, starts_on=TODAY + timedelta(days=2), trade="裁剪", is_front_line=False, recorded_by=cast.hr
    )
    kept(cast)
    assert KeptHeadcount.objects.get(pk=cast.alpha.pk).until_on == TODAY
    days = [TODAY + timedelta(days=n) for n in range(-2, 5)]
    assert [agrees(cast, day) for day in days] == [(2, 2), (2, 2), (2, 2), (1, 1), (1, 0), (2, 1), (2, 1)]
    for day in days[2:]:
        keep_headcounts(day=day)
        agrees(cast, day)


def test_a_file_and_a_merge_are_seen_too(cast: Cast) -> None:
    kept(cast)
    people = [staff(f"工人{'甲乙丙'[n]}", id_number(910 + n), date(2023, 2, 1)) for n in range(3)]
    give(cast.hr, "roster", workbook(ROSTER_HEADER, people), TODAY)
    assert HeadcountChange.objects.filter(enterprise_id=cast.alpha.pk).exists()
    assert agrees(cast).heads == 3
    kept(cast)
    mine, other = Worker.objects.order_by("pk")[:2]
    merge_workers(actor=cast.clerk, duplicate=other, into=mine, reason="同一人", day=TODAY)
    assert agrees(cast).heads == 3


def test_whoever_was_never_hired_is_always_among_those_who_perhaps_never_were(cast: Cast) -> None:
    def perhaps() -> set[int]:
        everybody = set(Worker.objects.filter(employments=None).values_list("pk", flat=True))
        found = set(PerhapsNeverHired.objects.values_list("worker_id", flat=True))
        assert everybody <= found
        return found

    _hire(cast, 1, TODAY, True)
    stranger, _ = Worker.objects.get_or_create(
        reference="w9", defaults={"person_key": "k9", "name": "工人九", "birth_on": TODAY, "sex": "男"}
    )
    worker = Employment.objects.get().worker
    assert {stranger.pk, worker.pk} <= perhaps()
    keep_headcounts_of_today()
    assert stranger.pk in perhaps() and worker.pk not in perhaps()
    Employment.objects.update(worker=stranger)
    assert worker.pk in perhaps()
    PostSpan.objects.all().delete(), Employment.objects.all().delete()
    assert {stranger.pk, worker.pk} <= perhaps()


WRITES = writes(
    ["hire", "leave", "undo", "move", "post", "delete", "firm", "keep"], people=6, earliest=-4, latest=4, most=14
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITES)
def test_whatever_is_written_in_whatever_order_the_kept_heads_are_the_counted_ones(
    cast: Cast, listed: list[Write]
) -> None:
    with rolled_back():
        play(listed, TODAY, lambda *write: _write(cast, *write), lambda day: agrees(cast, day))


def _write(cast: Cast, what: str, who: int, on: date, flag: bool, day: date) -> None:
    """One write beneath every service, as files and repairs do it."""
    if what == "keep":
        keep_headcounts(day=day)
    if what == "hire":
        _hire(cast, who, on, flag)
    rows = Employment.objects.filter(reference=f"e{who}")
    work = rows.first()
    if work is None:
        return
    if what == "leave" and on >= work.hired_on:
        rows.update(left_on=on)
    elif what == "undo":
        rows.update(left_on=None)
    elif what == "move" and (work.left_on is None or on <= work.left_on):
        rows.update(hired_on=on)
    elif what == "firm":
        rows.update(enterprise=cast.beta if flag else cast.alpha)
    elif what == "post" and not PostSpan.objects.filter(employment=work, starts_on=on).exists():
        PostSpan.objects.create(employment=work, starts_on=on, trade="平车", is_front_line=flag)
    elif what == "post":
        PostSpan.objects.filter(employment=work, starts_on=on).update(is_front_line=flag)
    elif what == "delete":
        PostSpan.objects.filter(employment=work).delete()
        if flag:
            rows.delete()


def _hire(cast: Cast, who: int, on: date, flag: bool) -> None:
    person, _ = Worker.objects.get_or_create(
        reference=f"w{who}", defaults={"person_key": f"k{who}", "name": f"工人{who}", "birth_on": on, "sex": "男"}
    )
    if not Employment.objects.filter(reference=f"e{who}").exists():
        work = Employment.objects.create(reference=f"e{who}", worker=person, enterprise=cast.alpha, hired_on=on)
        PostSpan.objects.create(employment=work, starts_on=on, trade="平车", is_front_line=flag)


def test_the_directory_asks_as_many_questions_for_many_firms_as_for_few(cast: Cast) -> None:
    hired(cast, 901, TODAY)
    kept(cast)

    def count() -> int:
        with questions() as asked:
            total_headcount(day=TODAY, enterprises=Enterprise.objects.all())
            headcounts_of(day=TODAY, enterprises=list(Enterprise.objects.values_list("pk", flat=True)))
        assert not [sql for sql in asked if "park_workers_employment" in sql]
        return len(asked)

    few = count()
    for n in range(9):
        make_enterprise(cast.bureau, f"第{n}服装厂", f"9144180000000{n:02d}XX", 10 + n)
    assert count() == few


def test_a_hire_that_is_not_committed_when_heads_are_kept_is_not_lost(
    committed_cast: Cast, is_postgresql: bool
) -> None:
    if not is_postgresql:
        pytest.skip("SQLite's writers take turns")
    cast = committed_cast
    hired(cast, 901, TODAY)
    with uncommitted(lambda: hired(cast, 902, TODAY)):
        keep_headcounts(day=TODAY)
        assert agrees(cast) == (1, 1) and not HeadcountChange.objects.exists()
    assert agrees(cast) == (2, 2)
    kept(cast)
    assert KeptHeadcount.objects.get(pk=cast.alpha.pk).headcount == 2
