"""A confirmed month that is otherwise afterwards: told at once and by the clock, reminded of once, confirmed again; history stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.models import ConfirmedMonthsLook, Employment, HeadcountConfirmation, HeadcountReminder
from park_workers.services.changed_months import changed_months, look_at_months
from park_workers.services.employments import correct_hire_date, record_leave
from park_workers.services.headcount_reminders import remind_of_changes, words_of
from park_workers.services.kept_headcounts import keep_headcounts
from park_workers.services.spans import state_post, undo_leave
from tests.accounts.conftest import texts
from tests.accounts.phones import PHONE, texts_to, with_phone
from tests.conftest import Cast
from tests.park_workers.test_headcount_confirmations import APRIL, IN_MAY, MARCH, confirmed, hired
from tests.standing import standing

__all__ = ["texts"]
pytestmark = pytest.mark.django_db
CLOCK = SystemActor("在岗确认提醒")
#: working days after it
NEXT, LATER = date(2023, 5, 5), date(2023, 5, 8)


@standing
def leaver(cast: Cast) -> Employment:
    """Three people since January; March and April are confirmed."""
    found = hired(cast, 901, date(2023, 1, 5))
    hired(cast, 902, date(2023, 1, 5))
    hired(cast, 903, date(2023, 1, 5))
    confirmed(cast, MARCH, IN_MAY)
    confirmed(cast, APRIL, IN_MAY)
    return found


def clock(day: date) -> None:
    keep_headcounts(day=day)
    look_at_months(day=day)


def seen(cast: Cast, day: date = IN_MAY) -> list[tuple[date, int, int]]:
    """Months, editions and numbers of changes: what whoever asks is told, which the clock then keeps."""
    found = changed_months(enterprise_id=cast.alpha.pk, day=day)
    clock(day)
    assert not ConfirmedMonthsLook.objects.get(pk=cast.alpha.pk).is_due
    assert changed_months(enterprise_id=cast.alpha.pk, day=day) == found
    return [(one.month, one.edition, one.changes) for one in found]


def leave(cast: Cast, employment: Employment, on: date) -> None:
    record_leave(actor=cast.hr, employment=employment, left_on=on, reason="漏登", day=IN_MAY)


def test_a_leave_dated_into_confirmed_months_is_told_and_undone_is_not(cast: Cast, leaver: Employment) -> None:
    assert seen(cast) == []
    leave(cast, leaver, date(2023, 3, 10))
    assert seen(cast) == [(MARCH, 1, 1), (APRIL, 1, 1)]
    undo_leave(actor=cast.hr, employment=leaver, reason="误登记", day=IN_MAY)
    assert seen(cast) == []


def test_a_late_hire_a_corrected_date_and_a_trade_alone_are_seen(cast: Cast, leaver: Employment) -> None:
    hired(cast, 904, date(2023, 4, 20))
    assert seen(cast) == [(APRIL, 1, 1)]
    confirmed(cast, APRIL, IN_MAY)
    correct_hire_date(actor=cast.clerk, employment=leaver, hired_on=date(2023, 1, 6), reason="笔误", day=IN_MAY)
    assert seen(cast) == [(MARCH, 1, 1), (APRIL, 2, 1)]
    confirmed(cast, MARCH, IN_MAY)
    confirmed(cast, APRIL, IN_MAY)
    clock(IN_MAY)
    on = leaver.posts.get().starts_on
    state_post(
        actor=cast.hr, employment=leaver, starts_on=on, trade="裁床", is_front_line=True, day=IN_MAY, instead_of=on
    )
    assert seen(cast) == [(MARCH, 2, 1), (APRIL, 3, 1)]


def test_confirmed_again_it_is_settled_and_the_earlier_word_stays(cast: Cast, leaver: Employment) -> None:
    leave(cast, leaver, date(2023, 4, 10))
    confirmed(cast, APRIL, IN_MAY)
    assert seen(cast) == []
    rows = HeadcountConfirmation.objects.filter(month=APRIL).order_by("edition")
    assert [(row.edition, row.heads_at_end) for row in rows] == [(1, 3), (2, 2)]


def test_whoever_leaves_it_so_is_reminded_the_next_working_day_and_once(
    cast: Cast, leaver: Employment, texts: Path
) -> None:
    with_phone(cast.hr)
    leave(cast, leaver, date(2023, 3, 10))
    clock(IN_MAY)
    assert remind_of_changes(actor=CLOCK, day=IN_MAY) == 0, "who has just changed it may confirm it in peace"
    assert [remind_of_changes(actor=CLOCK, day=day) for day in (NEXT, NEXT, date(2023, 5, 7), LATER)] == [1, 0, 0, 0]
    (text,) = texts_to(texts, PHONE)
    assert "3月在岗名单确认后又有变动" in text and "重新确认" in text
    row = HeadcountReminder.objects.get()
    assert (row.month, row.stage, row.edition, row.reason) == (MARCH, "changed", 1, "") and row.sent_at is not None
    confirmed(cast, MARCH, NEXT)
    confirmed(cast, APRIL, NEXT)
    clock(NEXT)
    assert remind_of_changes(actor=CLOCK, day=LATER) == 0
    undo_leave(actor=cast.hr, employment=leaver, reason="误登记", day=NEXT)
    clock(NEXT)
    assert remind_of_changes(actor=CLOCK, day=LATER) == 1, "changed after the second confirmation: one more"
    assert HeadcountReminder.objects.filter(month=MARCH).count() == 2


def test_a_reminder_of_a_change_names_the_edition_and_nobody(cast: Cast, leaver: Employment) -> None:
    row = {"enterprise": cast.alpha, "month": MARCH, "person": cast.hr.user, "reminded_on": NEXT}
    for more in ({"stage": "changed", "edition": 0}, {"stage": "late", "edition": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HeadcountReminder.objects.create(**row, **more)
    assert "工人" not in words_of(MARCH, "changed")
