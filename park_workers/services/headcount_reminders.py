"""催办: around a month's end enterprises that have not confirmed their people are reminded by a text, once a stage; and once
after each confirmation, when the month is otherwise afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import ONE_DAY, working_days_between
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import JobRun, enqueue, job_kind, tick
from park_workers.models import Enterprise, HeadcountConfirmation, HeadcountReminder, Membership, Role, User
from park_workers.services.changed_months import changed_months_of
from park_workers.services.headcount_confirmations import confirm_until, due_month, month_to_confirm
from park_workers.services.month_lists import employing, month_end_of, month_of
from park_workers.services.own_phones import own_phone
from park_workers.services.phone_codes import hand_over

REMIND = "texts.remind_headcount"
CLOCK = SystemActor("在岗确认提醒")
#: hours of the day in which people may be sent a text
FROM_HOUR, TO_HOUR = 9, 18
Stage = HeadcountReminder.Stage
#: of a month nobody has confirmed yet, in order
STAGES = (Stage.OPEN, Stage.DUE, Stage.LATE)


def stage_on(day: date) -> Stage | None:
    """The stage of a working day by `YXT_HEADCOUNT_REMINDER_DAYS`: so many working days after the month's end; 0 leaves it out."""
    if not working_days_between(first=day - ONE_DAY, last=day):
        return None
    gone = working_days_between(first=month_end_of(due_month(day)), last=day)
    begun = [stage for stage, days in zip(STAGES, settings.HEADCOUNT_REMINDER_DAYS, strict=True) if 0 < days <= gone]
    return begun[-1] if begun else None


def unconfirmed(*, month: date) -> QuerySet[Enterprise]:
    """Enterprises with people in a month of which nobody has confirmed it yet."""
    confirmed = HeadcountConfirmation.objects.filter(enterprise=OuterRef("pk"), month=month_of(month))
    found: QuerySet[Enterprise] = employing(Enterprise.objects.all(), month).filter(~Exists(confirmed))
    return found


def person_to_remind(enterprise: Enterprise) -> User | None:
    """The owner, or else whoever of the enterprise's people came first, with a telephone they have shown to hold."""
    people = Membership.objects.in_force().filter(organisation=enterprise.pk, role=Role.ENTERPRISE_HR)
    reachable = people.filter(user__phone_hash__isnull=False).select_related("user").order_by("-is_owner", "pk")
    first = reachable.first()
    return first.user if first else None


def remind_of_headcounts(*, actor: Actor, day: date) -> int:
    """Remind every enterprise that is to be reminded on a day; returns to how many a text is on its way.

    Safe to run twice and at once: the row of (enterprise, month, stage) is written once, and its job sends.
    """
    stage, month, sent = stage_on(day), due_month(day), 0
    if stage is None:
        return 0
    told = HeadcountReminder.objects.filter(enterprise=OuterRef("pk"), month=month, stage=stage)
    for enterprise in unconfirmed(month=month).filter(~Exists(told)).select_related("organisation"):
        person = person_to_remind(enterprise)
        if person is not None:
            sent += remind_enterprise(
                actor=actor, enterprise=enterprise, month=month, stage=stage, person=person, day=day
            )
    return sent


def remind_of_changes(*, actor: Actor, day: date) -> int:
    """Remind enterprises of confirmed months that have been otherwise since before a working day; to how many a text is on its way.

    One text an enterprise and day, about its oldest such month, and one after each confirmation.
    """
    sent = 0
    if not working_days_between(first=day - ONE_DAY, last=day):
        return sent
    changing = Enterprise.objects.filter(months_look__isnull=False).exclude(months_look__months={})
    firms = changing.select_related("organisation").in_bulk()
    for pk, months in changed_months_of(enterprises=firms.keys()).items():
        first, person = months[0], person_to_remind(firms[pk])
        if first.found_on < day and person is not None:
            sent += remind_enterprise(
                actor=actor, enterprise=firms[pk], month=first.month, stage=Stage.CHANGED, edition=first.edition,
                person=person, day=day,
            )  # fmt: skip
    return sent


def remind_enterprise(
    *, actor: Actor, enterprise: Enterprise, month: date, stage: Stage, person: User, day: date, edition: int = 0
) -> bool:  # fmt: skip
    """Put one reminder on its way; False when another worker has just done so."""
    try:
        with transaction.atomic():
            row = HeadcountReminder.objects.create(
                enterprise=enterprise, month=month, stage=stage, edition=edition, person=person, reminded_on=day
            )
            record_event(
                actor=actor, code="headcount.reminded", subject=enterprise, day=day,
                changes={"month": f"{month:%Y-%m}", "stage": row.get_stage_display()},
            )  # fmt: skip
            enqueue(actor=actor, kind=REMIND, parameters={"reminder": row.pk})
    except IntegrityError:
        return False
    return True


@job_kind(REMIND)
def send_reminder(run: JobRun) -> dict[str, bool]:
    """Hand the text over; whoever has confirmed meanwhile is left in peace.  The same row is one text to the gateway."""
    row = HeadcountReminder.objects.select_related("person").get(pk=run.parameters["reminder"])
    rows = HeadcountReminder.objects.filter(pk=row.pk, sent_at__isnull=True)
    if row.sent_at is not None:
        return {"is_sent": False}
    if _is_settled(row):
        rows.update(reason="发送前已确认")
        return {"is_sent": False}
    phone = own_phone(row.person)
    if not phone:
        rows.update(reason="已解绑手机号")
        return {"is_sent": False}
    try:
        hand_over(number=f"headcount-{row.pk}", phone=phone, words=words_of(row.month, row.stage))
    except RuleViolation as refusal:
        rows.update(reason=refusal.message[:200])
        raise
    rows.update(sent_at=timezone.now(), reason="")
    return {"is_sent": True}


def _is_settled(row: HeadcountReminder) -> bool:
    """Nothing is left to remind of: confirmed, or the change is undone or confirmed again."""
    if row.stage == Stage.CHANGED:
        state = month_to_confirm(enterprise_id=row.enterprise_id, month=row.month)
        return not state.has_drifted or state.confirmed is None or state.confirmed.edition > row.edition
    return HeadcountConfirmation.objects.filter(enterprise=row.enterprise_id, month=row.month).exists()


def words_of(month: date, stage: str) -> str:
    """The text: nobody's name and no number in it."""
    until = confirm_until(month)
    term = f"{until.month}月{until.day}日"
    what = {
        Stage.OPEN: f"贵企业{month.month}月在岗名单可以确认了，请于{term}前办理",
        Stage.DUE: f"贵企业{month.month}月在岗名单尚未确认，期限{term}",
        Stage.LATE: f"贵企业{month.month}月在岗名单已过期限（{term}）仍未确认，请尽快办理",
        Stage.CHANGED: f"贵企业{month.month}月在岗名单确认后又有变动，请查看后重新确认",
    }[Stage(stage)]
    where = (
        f"打开 {settings.PUBLIC_ADDRESS.rstrip('/')}/m/headcount/ 。"
        if settings.PUBLIC_ADDRESS
        else "登录一线通，点“待办”。"
    )
    return f"{what}。{where}"


def reminders_of_month(*, month: date, enterprises: Collection[int]) -> dict[int, HeadcountReminder]:
    """The newest reminder of each of these enterprises about a month."""
    rows = HeadcountReminder.objects.filter(month=month_of(month), enterprise__in=enterprises).select_related("person")
    return {row.enterprise_id: row for row in rows.order_by("pk")}


def may_send_at(now: datetime) -> bool:
    """Whether the reminders are switched on and it is day."""
    return settings.HEADCOUNT_REMINDERS and FROM_HOUR <= timezone.localtime(now).hour < TO_HOUR


@tick("park_workers.remind_headcounts")
def remind_today() -> int:
    """Every hour of the day."""
    if not may_send_at(timezone.now()):
        return 0
    today = business_day()
    return remind_of_headcounts(actor=CLOCK, day=today) + remind_of_changes(actor=CLOCK, day=today)
