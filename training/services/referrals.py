"""就业推荐: a base refers who has passed, the enterprise answers.  Every step is dated, and the log says by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Employment, Enterprise, Membership, Worker
from training.models import Assessment, Enrolment, Referral
from training.models.placements import LIVE
from training.permissions import (
    check_can_answer_referral,
    check_can_call_referred,
    check_can_refer,
    check_can_withdraw_referral,
)
from training.services.standing import result_now

SHORTEST_REASON, LONGEST_NOTE, MOST_AT_ONCE = 2, 200, 200


@dataclass(frozen=True)
class NotReferred:
    """One person of several who was not referred, and why."""

    name: str
    why: str


@dataclass
class Referred:
    """What came of referring several at once."""

    made: list[Referral] = field(default_factory=list)
    left_out: list[NotReferred] = field(default_factory=list)


def _note(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NOTE]


@transaction.atomic
def refer_trainee(
    *,
    actor: Membership,
    enrolment: Enrolment,
    enterprise: Enterprise,
    day: date,
    shows_marks: bool = False,
    note: str = "",
) -> Referral:
    """Refer one person who passed to one enterprise (推荐就业); the enterprise finds it among what waits for it.

    Raises PermissionRefused; RuleViolation NOT_PASSED, OTHER_BUREAU, ALREADY_REFERRED (a live one to that enterprise),
    EMPLOYED_THERE, REFERRED_BEFORE_END.
    """
    enrolment = Enrolment.objects.select_related("training_class__base", "worker__merged_into").get(pk=enrolment.pk)
    base = enrolment.training_class.base
    check_can_refer(actor, base)
    person = enrolment.worker.merged_into or enrolment.worker
    result = Assessment.objects.filter(enrolment=enrolment).first()
    if result is None or result_now(result).verdict != Assessment.Verdict.PASSED:
        raise RuleViolation("NOT_PASSED", f"{person.name}没有考核合格的记录", "只能推荐考核合格的学员")
    if enterprise.bureau_id != base.bureau_id:
        raise RuleViolation("OTHER_BUREAU", "该企业不属于本区", "请选择本区企业名录中的企业")
    if day < enrolment.training_class.ends_on:
        raise RuleViolation("REFERRED_BEFORE_END", "该班次尚未结业", "结业后再推荐")
    spans = Employment.objects.filter(worker__in=records_of(person), enterprise=enterprise)
    if spans.employed_on(day).exists():
        raise RuleViolation("EMPLOYED_THERE", f"{person.name}已在该企业在职", "无需推荐")
    referral = Referral(
        status=Referral.Status.REFERRED, enrolment=enrolment, worker=person, base=base, enterprise=enterprise,
        shows_marks=shows_marks, referred_on=day, note=_note(note), recorded_by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            referral.save()
    except IntegrityError as error:
        message = f"{person.name}已推荐给该企业，正等待答复"
        raise RuleViolation("ALREADY_REFERRED", message, "请等企业答复，或撤回后再推荐") from error
    record_event(
        actor=actor, code="referral.made", subject=referral, day=day, to_state=referral.status, note=referral.note,
        changes={"firm": enterprise.name},
    )  # fmt: skip
    return referral


def refer_trainees(
    *, actor: Membership, enrolments: Sequence[Enrolment], enterprise: Enterprise, day: date, shows_marks: bool = False,
    note: str = "",
) -> Referred:  # fmt: skip
    """Refer several; whoever cannot be is named with the reason and stops nobody else.

    Raises PermissionRefused; RuleViolation NOBODY_CHOSEN, TOO_MANY_AT_ONCE.
    """
    check_can_refer(actor)
    if not enrolments:
        raise RuleViolation("NOBODY_CHOSEN", "没有勾选人员", "请勾选要推荐的人员")
    if len(enrolments) > MOST_AT_ONCE:
        raise RuleViolation("TOO_MANY_AT_ONCE", f"一次最多推荐 {MOST_AT_ONCE} 人", "请分几次推荐")
    done = Referred()
    for enrolment in enrolments:
        try:
            made = refer_trainee(
                actor=actor, enrolment=enrolment, enterprise=enterprise, day=day, shows_marks=shows_marks, note=note
            )
        except RuleViolation as refusal:
            done.left_out.append(NotReferred(enrolment.worker.name, refusal.message))
        else:
            done.made.append(made)
    return done


def records_of(person: Worker) -> list[int]:
    """The canonical record and those merged into it."""
    return [person.pk, *Worker.objects.filter(merged_into=person).values_list("pk", flat=True)]


@transaction.atomic
def agree_interview(
    *,
    actor: Membership,
    referral: Referral,
    interview_on: date | None,
    day: date,
    note: str = "",
    seen_version: int | None = None,
) -> Referral:
    """Agree on a day for the interview (约面试); again for another day.

    Raises PermissionRefused; RuleViolation DAY_MISSING, DAY_OVER; TransitionRefused.
    """
    check_can_answer_referral(actor, referral)
    if interview_on is None:
        raise RuleViolation("DAY_MISSING", "没有填写面试日期", "请选择面试日期")
    if interview_on < day:
        raise RuleViolation(
            "DAY_OVER", f"面试日期 {interview_on} 已过", "请选择今天或以后的日期；已面试的请登记面试结果"
        )
    move(
        referral, "agree", actor=actor, day=day, note=_note(note), seen_version=seen_version,
        changes={"interview_on": str(interview_on)}, with_fields={"interview_on": interview_on, "agreed_on": day},
    )  # fmt: skip
    return referral


@transaction.atomic
def record_interview(
    *, actor: Membership, referral: Referral, day: date, note: str = "", seen_version: int | None = None
) -> Referral:
    """The person has come to the interview; whether they are taken is still open.  Raises PermissionRefused, TransitionRefused."""
    check_can_answer_referral(actor, referral)
    move(
        referral, "interview", actor=actor, day=day, note=_note(note), seen_version=seen_version,
        with_fields={"interviewed_on": day},
    )  # fmt: skip
    return referral


@transaction.atomic
def offer_place(
    *, actor: Membership, referral: Referral, day: date, note: str = "", seen_version: int | None = None
) -> Referral:
    """The enterprise takes the person (录用).  They are hired once the employment stands in the roster.

    Raises PermissionRefused, TransitionRefused.
    """
    check_can_answer_referral(actor, referral)
    move(
        referral,
        "offer",
        actor=actor,
        day=day,
        note=_note(note),
        seen_version=seen_version,
        with_fields={"offered_on": day},
    )
    return referral


@transaction.atomic
def refuse_trainee(
    *, actor: Membership, referral: Referral, refusal: str, day: date, note: str = "", seen_version: int | None = None
) -> Referral:
    """The enterprise does not take the person, with a reason from the list (不录用).

    Raises PermissionRefused; RuleViolation REASON_MISSING (none chosen, or 其他 without words); TransitionRefused.
    """
    check_can_answer_referral(actor, referral)
    note = _note(note)
    if refusal not in Referral.Refusal.values:
        raise RuleViolation("REASON_MISSING", "没有选择未录用原因", "请选一条原因，基地据此再推荐")
    if refusal == Referral.Refusal.OTHER and len(note) < SHORTEST_REASON:
        raise RuleViolation("REASON_MISSING", "选了“其他”，没有写明原因", "请用几个字写明原因")
    move(
        referral, "refuse", actor=actor, day=day, note=note, seen_version=seen_version,
        changes={"reason": Referral.Refusal(refusal).label}, with_fields={"refusal": refusal, "ended_on": day},
    )  # fmt: skip
    return referral


@transaction.atomic
def withdraw_referral(
    *, actor: Membership, referral: Referral, reason: str, day: date, seen_version: int | None = None
) -> Referral:
    """Take a referral back with a reason.  Raises PermissionRefused; RuleViolation REASON_MISSING; TransitionRefused."""
    check_can_withdraw_referral(actor, referral)
    reason = _note(reason)
    if len(reason) < SHORTEST_REASON:
        raise RuleViolation("REASON_MISSING", "没有写明撤回原因", "请选一条常用原因，或写几个字说明")
    move(
        referral,
        "withdraw",
        actor=actor,
        day=day,
        note=reason,
        seen_version=seen_version,
        with_fields={"ended_on": day},
    )
    return referral


@transaction.atomic
def call_referred(*, actor: Membership, referral: Referral, reason: str, day: date) -> str:
    """The person's telephone in plain, to agree on a day; leaves an event with the reason.

    Raises PermissionRefused; RuleViolation REASON_MISSING, NO_TELEPHONE.
    """
    check_can_call_referred(actor, referral)
    reason = _note(reason)
    if len(reason) < SHORTEST_REASON:
        raise RuleViolation("REASON_MISSING", "请填写事由", "用几个字写明原因，将记入日志")
    phone: str = referral.worker.open_phone()  # type: ignore[attr-defined]
    if not phone:
        raise RuleViolation("NO_TELEPHONE", "没有登记手机号码", "请与培训基地联系")
    record_event(actor=actor, code="referral.phone_revealed", subject=referral, note=reason, day=day)
    return phone


@dataclass(frozen=True)
class HireStart:
    """What the base and the bureau hold already of whoever is hired, to begin the form of the hire with."""

    name: str
    id_number: str
    phone: str
    trade: str


@transaction.atomic
def begin_hire(*, actor: Membership, referral: Referral, day: date) -> HireStart:
    """Begin the form of the hire: the place is offered if it was not yet; numbers in plain leave an event.

    Raises PermissionRefused, TransitionRefused when the referral has ended.
    """
    check_can_answer_referral(actor, referral)
    if referral.status != Referral.Status.OFFERED:
        offer_place(actor=actor, referral=referral, day=day)
    person = referral.worker.merged_into or referral.worker
    record_event(actor=actor, code="referral.hire_begun", subject=referral, day=day, note="录用后登记入职")
    number, phone = person.open_id_number(), person.open_phone()  # type: ignore[attr-defined]
    return HireStart(person.name, number, phone, referral.enrolment.training_class.trade)


def waiting_days(referral: Referral, day: date) -> int:
    """Days since the last step."""
    last = max(filter(None, (referral.referred_on, referral.agreed_on, referral.interviewed_on, referral.offered_on)))
    return (day - last).days if referral.status in LIVE else 0
