"""在岗确认: once a month an enterprise says who was there; one tap if nothing changed, the differences if something did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.calendar import days_after
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, HeadcountConfirmation, Membership
from park_workers.permissions import check_can_confirm_headcount, check_can_reveal_contact
from park_workers.services.changed_months import look_again
from park_workers.services.month_lists import (
    Difference,
    MonthList,
    Stay,
    differences,
    month_before,
    month_end_of,
    month_of,
    read_month,
)


@dataclass(frozen=True)
class MonthToConfirm:
    """A month as it stands now, beside what was confirmed of it and what it began with."""

    enterprise_id: int
    now: MonthList
    confirmed: HeadcountConfirmation | None

    @property
    def is_confirmed(self) -> bool:
        """What was confirmed is still what the rows say."""
        return self.confirmed is not None and self.confirmed.digest == self.now.digest

    @property
    def has_drifted(self) -> bool:
        """Confirmed once, and changed since."""
        return self.confirmed is not None and not self.is_confirmed

    @cached_property
    def begun_with(self) -> tuple[Stay, ...]:
        """Whoever was there at the end of the month before: as confirmed, or else as the rows say, posts included."""
        month = month_before(self.now.month)
        before = latest_confirmation(enterprise_id=self.enterprise_id, month=month)
        stays = stays_of(before) if before else read_month(enterprise_id=self.enterprise_id, month=month).stays
        return tuple(stay for stay in stays if not stay.left_on)

    @cached_property
    def changes(self) -> list[Difference]:
        """What to look at: since the confirmation of this month, or else since the month began."""
        if self.confirmed is not None:
            return differences(stays_of(self.confirmed), self.now.stays)
        return differences(self.begun_with, self.now.stays)


def stays_of(confirmation: HeadcountConfirmation) -> tuple[Stay, ...]:
    """The list that was confirmed."""
    return tuple(Stay(*row) for row in confirmation.people)


def latest_confirmation(*, enterprise_id: int, month: date) -> HeadcountConfirmation | None:
    """The newest edition of a month; None while nobody has confirmed it."""
    rows = HeadcountConfirmation.objects.filter(enterprise_id=enterprise_id, month=month_of(month))
    return rows.select_related("recorded_by__user").order_by("-edition").first()


def month_to_confirm(*, enterprise_id: int, month: date) -> MonthToConfirm:
    """Everything a person needs to see of a month before confirming it."""
    now = read_month(enterprise_id=enterprise_id, month=month)
    return MonthToConfirm(enterprise_id, now, latest_confirmation(enterprise_id=enterprise_id, month=month))


def due_month(day: date) -> date:
    """The month that waits on a day: the present one on its own last day, else the one before."""
    return month_of(day) if day == month_end_of(day) else month_before(day)


def confirm_until(month: date) -> date:
    """The last day on which a month is confirmed in time; `YXT_HEADCOUNT_CONFIRM_WORKING_DAYS` after the month's end."""
    length = max(1, settings.HEADCOUNT_CONFIRM_WORKING_DAYS)
    return days_after(start=month_end_of(month), length=length, unit="working_days").last_day


def confirm_headcount(
    *, actor: Membership, enterprise: Enterprise, month: date, seen_digest: str, day: date
) -> HeadcountConfirmation:
    """Confirm who was there in a month, quoting the digest of the list that was looked at; a second tap changes nothing.

    Raises PermissionRefused; RuleViolation MONTH_NOT_OVER before the month's last day, NOBODY_THERE for an empty list,
    LIST_CHANGED when the list is no longer the one that was seen.
    """
    check_can_confirm_headcount(actor, enterprise)
    month = month_of(month)
    if day < month_end_of(month):
        raise RuleViolation(
            "MONTH_NOT_OVER", f"{month:%Y年%-m月}还没有结束，不能确认", f"请在 {month_end_of(month)} 及以后确认"
        )
    try:
        with transaction.atomic():
            return _confirm(actor, enterprise, month, seen_digest, day)
    except IntegrityError:
        # Two taps at once: the other one has just confirmed the same list.
        latest = latest_confirmation(enterprise_id=enterprise.pk, month=month)
        if latest is None or latest.digest != seen_digest:
            raise
        return latest


def _confirm(
    actor: Membership, enterprise: Enterprise, month: date, seen_digest: str, day: date
) -> HeadcountConfirmation:
    now = read_month(enterprise_id=enterprise.pk, month=month)
    if not now.stays:
        raise RuleViolation("NOBODY_THERE", "该月没有在岗人员，无需确认", "如有遗漏，请先登记入职")
    if now.digest != seen_digest:
        raise RuleViolation("LIST_CHANGED", "名单在您查看后又有变动，本次没有确认", "请看最新名单后再确认")
    latest = latest_confirmation(enterprise_id=enterprise.pk, month=month)
    if latest is not None and latest.digest == now.digest:
        return latest
    figures = now.figures
    confirmation = HeadcountConfirmation.objects.create(
        enterprise=enterprise, month=month, edition=latest.edition + 1 if latest else 1, confirmed_on=day,
        heads_at_start=figures.at_start, joined=figures.joined, left=figures.left, heads_at_end=figures.at_end,
        front_line=figures.front_line, digest=now.digest, people=[list(stay) for stay in now.stays], recorded_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, code="headcount.confirmed_again" if latest else "headcount.confirmed", subject=enterprise, day=day,
        changes={"month": f"{month:%Y-%m}", "edition": confirmation.edition, "digest": now.digest,
                 "heads": [latest.heads_at_end if latest else figures.at_start, figures.at_end]},
    )  # fmt: skip
    look_again(enterprises=[enterprise.pk])
    return confirmation


def latest_of_month(*, month: date, enterprises: Collection[int]) -> dict[int, HeadcountConfirmation]:
    """The newest edition of each of these enterprises, without the lists."""
    rows = HeadcountConfirmation.objects.filter(month=month_of(month), enterprise__in=enterprises)
    rows = rows.defer("people").select_related("recorded_by__user").order_by("edition")
    return {row.enterprise_id: row for row in rows}


@transaction.atomic
def reveal_contact_of_late(*, actor: Membership, enterprise: Enterprise, month: date, day: date) -> str:
    """The contact phone of an enterprise in plain, to remind it of a month; leaves an event.  Raises PermissionRefused."""
    check_can_reveal_contact(actor, enterprise)
    record_event(
        actor=actor, code="enterprise.contact_revealed", subject=enterprise, day=day, note="提醒在岗确认",
        changes={"month": f"{month:%Y-%m}"},
    )  # fmt: skip
    return str(enterprise.open_contact_phone())  # type: ignore[attr-defined]
