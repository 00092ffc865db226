"""在岗确认: one tap when nothing changed, the differences when something did, another edition when it changes later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import Error, connection, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Employment, HeadcountConfirmation
from park_workers.services.employments import record_leave, register_employment
from park_workers.services.headcount_confirmations import (
    confirm_headcount,
    confirm_until,
    due_month,
    month_to_confirm,
)
from park_workers.services.month_lists import month_end_of
from park_workers.services.spans import state_post
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

MARCH, APRIL = date(2023, 3, 1), date(2023, 4, 1)
IN_APRIL, IN_MAY = date(2023, 4, 3), date(2023, 5, 4)


def hired(cast: Cast, order: int, on: date, *, trade: str = "平车", is_front_line: bool = True) -> Employment:
    return register_employment(
        actor=cast.hr, enterprise=cast.alpha, name="工人" + "甲乙丙丁戊己"[order % 6], id_number=id_number(order), hired_on=on,
        contract_starts_on=on, is_open_ended=True, trade=trade, is_front_line=is_front_line, day=IN_MAY, request_id=str(order),
    ).employment  # fmt: skip


def confirmed(cast: Cast, month: date, day: date) -> HeadcountConfirmation:
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=month).now.digest
    return confirm_headcount(actor=cast.hr, enterprise=cast.alpha, month=month, seen_digest=seen, day=day)


def kinds(cast: Cast, month: date) -> list[str]:
    return [one.kind for one in month_to_confirm(enterprise_id=cast.alpha.pk, month=month).changes]


def test_a_month_in_which_nothing_changed_has_nothing_to_look_at(cast: Cast) -> None:
    hired(cast, 901, date(2023, 1, 5))
    hired(cast, 902, date(2023, 2, 28), is_front_line=False)
    assert kinds(cast, MARCH) == []
    row = confirmed(cast, MARCH, IN_APRIL)
    assert (row.heads_at_start, row.joined, row.left, row.heads_at_end, row.front_line) == (2, 0, 0, 2, 1)
    assert (row.edition, row.confirmed_on) == (1, IN_APRIL)
    assert month_to_confirm(enterprise_id=cast.alpha.pk, month=MARCH).is_confirmed


def test_joined_left_and_changed_posts_are_listed_and_the_heads_add_up(cast: Cast) -> None:
    stays, leaver = hired(cast, 901, date(2023, 1, 5)), hired(cast, 902, date(2023, 1, 5))
    hired(cast, 903, date(2023, 4, 10))
    passing = hired(cast, 904, date(2023, 4, 12))
    confirmed(cast, MARCH, IN_APRIL)
    record_leave(actor=cast.hr, employment=leaver, left_on=date(2023, 4, 20), reason="辞职", day=IN_MAY)
    record_leave(actor=cast.hr, employment=passing, left_on=date(2023, 4, 13), reason="辞职", day=IN_MAY)
    state_post(
        actor=cast.hr, employment=stays, starts_on=date(2023, 4, 15), trade="裁床", is_front_line=True, day=IN_MAY
    )
    assert kinds(cast, APRIL) == ["joined", "joined", "left", "left", "post"]
    row = confirmed(cast, APRIL, IN_MAY)
    assert (row.heads_at_start, row.joined, row.left, row.heads_at_end) == (2, 2, 2, 2)


def test_whoever_leaves_on_the_last_day_is_there_at_the_end_and_leaves_in_the_next_month(cast: Cast) -> None:
    leaver = hired(cast, 901, date(2023, 1, 5))
    hired(cast, 902, date(2023, 1, 5))
    record_leave(actor=cast.hr, employment=leaver, left_on=date(2023, 3, 31), reason="", day=IN_APRIL)
    assert confirmed(cast, MARCH, IN_APRIL).heads_at_end == 2
    assert kinds(cast, APRIL) == ["left"]
    assert confirmed(cast, APRIL, IN_MAY).heads_at_end == 1


def test_what_changes_after_the_confirmation_is_confirmed_by_another_edition(cast: Cast) -> None:
    leaver = hired(cast, 901, date(2023, 1, 5))
    hired(cast, 902, date(2023, 1, 5))
    confirmed(cast, MARCH, IN_APRIL)
    record_leave(actor=cast.hr, employment=leaver, left_on=date(2023, 3, 10), reason="漏登", day=IN_APRIL)
    assert month_to_confirm(enterprise_id=cast.alpha.pk, month=MARCH).has_drifted and kinds(cast, MARCH) == ["left"]
    again = confirmed(cast, MARCH, IN_APRIL)
    editions = HeadcountConfirmation.objects.order_by("edition").values_list("edition", "heads_at_end")
    assert list(editions) == [(1, 2), (2, 1)] and again.edition == 2
    assert AuditEvent.objects.filter(code__startswith="headcount.").count() == 2


def test_a_hire_entered_late_for_a_confirmed_month_shows_as_a_difference_of_the_next(cast: Cast) -> None:
    hired(cast, 901, date(2023, 1, 5))
    confirmed(cast, MARCH, IN_APRIL)
    hired(cast, 902, date(2023, 3, 20))
    assert kinds(cast, APRIL) == ["joined"] and kinds(cast, MARCH) == ["joined"]


def test_a_list_that_changed_while_it_was_looked_at_is_not_confirmed(cast: Cast) -> None:
    hired(cast, 901, date(2023, 1, 5))
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=MARCH).now.digest
    hired(cast, 902, date(2023, 3, 20))
    with pytest.raises(RuleViolation) as refusal:
        confirm_headcount(actor=cast.hr, enterprise=cast.alpha, month=MARCH, seen_digest=seen, day=IN_APRIL)
    assert refusal.value.code == "LIST_CHANGED" and "最新名单" in refusal.value.fix
    assert not HeadcountConfirmation.objects.exists()


@pytest.mark.parametrize(("day", "code"), [(date(2023, 3, 30), "MONTH_NOT_OVER"), (IN_APRIL, "NOBODY_THERE")])
def test_neither_a_month_under_way_nor_an_empty_one_is_confirmed(cast: Cast, day: date, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        confirmed(cast, MARCH, day)
    assert refusal.value.code == code


def test_only_the_enterprise_itself_confirms(cast: Cast) -> None:
    hired(cast, 901, date(2023, 1, 5))
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=MARCH).now.digest
    for stranger in (cast.hr_beta, cast.clerk):
        with pytest.raises(PermissionRefused):
            confirm_headcount(actor=stranger, enterprise=cast.alpha, month=MARCH, seen_digest=seen, day=IN_APRIL)


def test_a_month_waits_from_its_last_day_on_for_five_working_days() -> None:
    assert month_end_of(date(2024, 2, 10)) == date(2024, 2, 29)
    assert due_month(date(2023, 3, 30)) == date(2023, 2, 1)
    assert due_month(date(2023, 3, 31)) == MARCH == due_month(date(2023, 4, 29))


@pytest.mark.django_db
def test_the_term_is_counted_in_working_days() -> None:
    # 5 April 2023 is a holiday (清明节)
    assert confirm_until(MARCH) == date(2023, 4, 10)


def test_the_database_keeps_what_was_confirmed(cast: Cast) -> None:
    hired(cast, 901, date(2023, 1, 5))
    row = confirmed(cast, MARCH, IN_APRIL)
    with pytest.raises(Error), transaction.atomic():
        HeadcountConfirmation.objects.filter(pk=row.pk).update(heads_at_start=5, heads_at_end=5)
    with pytest.raises(Error), transaction.atomic():
        HeadcountConfirmation.objects.filter(pk=row.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_row(committed_cast: Cast) -> None:
    cast, start = committed_cast, Barrier(4)
    hired(cast, 901, date(2023, 1, 5))
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=MARCH).now.digest

    def tap(_: int) -> int:
        try:
            start.wait(10)
            row = confirm_headcount(actor=cast.hr, enterprise=cast.alpha, month=MARCH, seen_digest=seen, day=IN_APRIL)
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(tap, range(4)))
    assert len(answers) == 1 and HeadcountConfirmation.objects.count() == 1
