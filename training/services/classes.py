"""开班备案: a class is written, filed, accepted or returned by the bureau, held, and completed or called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Membership, TrainingBase, Worker
from park_workers.services.employments import FieldsInvalid
from park_workers.services.reasons import stated_reason
from training.class_rules import judge_class
from training.models import ClassTeacher, LabourDemand, TrainingClass
from training.permissions import check_can_move_class, check_can_open_class, check_can_write_class
from training.services.class_hours import check_hours_are_there
from training.services.filing_checks import filing_problems, find_other_run

MIN_REASON = 2


@dataclass(frozen=True)
class ClassPlan:
    """What a base writes of a class; hours are whole, level 5 is 五级, teachers are (name, qualification)."""

    number: str
    trade: str
    level: int | None
    starts_on: date | None
    ends_on: date | None
    planned_hours: int | None
    plan: str = ""
    place: str = ""
    capacity: int | None = None
    teachers: Sequence[tuple[str, str]] = ()
    demand: LabourDemand | None = None

    @property
    def columns(self) -> dict[str, object]:
        """As the row keeps it."""
        return {
            "number": self.number.strip(), "trade": self.trade.strip(), "level": self.level, "starts_on": self.starts_on,
            "ends_on": self.ends_on, "planned_hours": self.planned_hours, "plan": self.plan.strip(),
            "place": self.place.strip(), "capacity": self.capacity or 0, "demand": self.demand,
        }  # fmt: skip


def open_class(*, actor: Membership, plan: ClassPlan, day: date, request_id: str) -> TrainingClass:
    """Begin to write a class; the same `request_id` again is the same class.

    Raises PermissionRefused; FieldsInvalid naming every wrong field; CLASS_NUMBER_TAKEN.
    """
    check_can_open_class(actor)
    base = TrainingBase.objects.get(pk=actor.organisation_id)
    again = TrainingClass.objects.filter(base=base, request_id=request_id).first()
    if again is not None:
        return again
    _check_plan(plan, base, None)
    try:
        with transaction.atomic():
            found = TrainingClass.objects.create(
                status=TrainingClass.Status.DRAFT, base=base, request_id=request_id, recorded_by=actor, **plan.columns
            )
            _write_teachers(actor, found, plan)
            changes = _told(found)
            record_event(actor=actor, code="class.opened", subject=found, day=day, to_state="draft", changes=changes)
    except IntegrityError:
        again = TrainingClass.objects.filter(base=base, request_id=request_id).first()
        if again is None:
            raise _taken() from None
        return again
    return found


def _check_plan(plan: ClassPlan, base: TrainingBase, own: TrainingClass | None) -> None:
    problems = judge_class(plan)
    if problems:
        raise FieldsInvalid(problems)
    if plan.starts_on and plan.ends_on and find_other_run(base, plan.number, plan.starts_on, plan.ends_on, own):
        raise _taken()


def _taken() -> RuleViolation:
    fix = "请另编班次号；同一班次号只能用于日期不重叠的班次"
    return RuleViolation("CLASS_NUMBER_TAKEN", "本基地同一时段已有这个班次号", fix)


def _write_teachers(actor: Membership, training_class: TrainingClass, plan: ClassPlan) -> None:
    ClassTeacher.objects.filter(training_class=training_class).delete()
    ClassTeacher.objects.bulk_create(
        ClassTeacher(training_class=training_class, name=name.strip(), qualification=words.strip(), recorded_by=actor)
        for name, words in plan.teachers
    )


def _told(c: TrainingClass) -> dict[str, object]:
    demand = c.demand.reference if c.demand else ""
    return {"number": c.number, "trade": c.trade, "level": c.level, "starts_on": str(c.starts_on), "demand": demand}


@transaction.atomic
def rewrite_class(*, actor: Membership, training_class: TrainingClass, plan: ClassPlan, day: date) -> TrainingClass:
    """Change what was written, before the filing or after it was returned.

    Raises PermissionRefused (ROSTER_FROZEN after the filing); FieldsInvalid; CLASS_NUMBER_TAKEN.
    """
    training_class = TrainingClass.objects.select_for_update().get(pk=training_class.pk)
    check_can_write_class(actor, training_class)
    _check_plan(plan, training_class.base, training_class)
    for name, value in plan.columns.items():
        setattr(training_class, name, value)
    training_class.save(update_fields=list(plan.columns))
    _write_teachers(actor, training_class, plan)
    record_event(actor=actor, code="class.rewritten", subject=training_class, day=day, changes=_told(training_class))
    return training_class


@transaction.atomic
def file_class(
    *, actor: Membership, training_class: TrainingClass, day: date, seen_version: int | None = None
) -> TrainingClass:  # fmt: skip
    """File the class (提交备案): from now on plan and roster stand.

    Raises PermissionRefused, TransitionRefused; FieldsInvalid naming everything that is missing from the filing.
    """
    training_class = TrainingClass.objects.select_for_update().get(pk=training_class.pk)
    check_can_move_class(actor, training_class, "file")
    # Two bases that file the same person at once take turns here: the second sees the first one's filing.
    seated = training_class.enrolments.on_roster().values("worker_id")
    list(Worker.objects.select_for_update().filter(pk__in=seated).order_by("pk").values_list("pk"))
    problems = filing_problems(training_class=training_class, day=day)
    if problems:
        raise FieldsInvalid(problems)
    changes = {"roster": training_class.enrolments.on_roster().count(), "capacity": training_class.capacity}
    fields = {"filed_on": day, "filed_by": actor.user}
    move(training_class, "file", actor=actor, day=day, seen_version=seen_version, changes=changes, with_fields=fields)
    return training_class


@transaction.atomic
def decide_filing(
    *, actor: Membership, training_class: TrainingClass, is_accepted: bool, day: date, reason: str = "",
    seen_version: int | None = None,
) -> TrainingClass:  # fmt: skip
    """The bureau accepts the filing, or returns it with a reason.

    Raises PermissionRefused, TransitionRefused, REASON_MISSING; FieldsInvalid when somebody on the roster may not sit there
    any more.
    """
    training_class = TrainingClass.objects.select_for_update().get(pk=training_class.pk)
    action = "accept" if is_accepted else "return"
    check_can_move_class(actor, training_class, action)
    reason = reason.strip()[:200]
    if is_accepted:
        problems = filing_problems(training_class=training_class, day=training_class.filed_on or day)
        if problems:
            raise FieldsInvalid(problems)
    elif len(reason) < MIN_REASON:
        raise RuleViolation("REASON_MISSING", "请填写退回原因", "用几个字写明要改什么，基地会看到")
    fields = {"decided_on": day, "decided_by": actor.user, "return_reason": "" if is_accepted else reason}
    move(training_class, action, actor=actor, day=day, note=reason, seen_version=seen_version, with_fields=fields)
    return training_class


@transaction.atomic
def start_class(
    *, actor: Membership, training_class: TrainingClass, day: date, seen_version: int | None = None
) -> TrainingClass:  # fmt: skip
    """The class begins, on its first day or later.  Raises PermissionRefused, TransitionRefused, TOO_EARLY."""
    check_can_move_class(actor, training_class, "start")
    if day < training_class.starts_on:
        raise RuleViolation("TOO_EARLY", f"开班日期是 {training_class.starts_on}，还没有到", "请在开班当天或之后办理")
    move(training_class, "start", actor=actor, day=day, seen_version=seen_version, with_fields={"started_on": day})
    return training_class


@transaction.atomic
def complete_class(
    *, actor: Membership, training_class: TrainingClass, day: date, seen_version: int | None = None
) -> TrainingClass:  # fmt: skip
    """The class is over (结业): its last day has come and the hours are there.

    Raises PermissionRefused, TransitionRefused, TOO_EARLY, CHANGES_WAITING, SESSIONS_UNMARKED, HOURS_SHORT.
    """
    check_can_move_class(actor, training_class, "complete")
    if day < training_class.ends_on:
        raise RuleViolation("TOO_EARLY", f"结业日期是 {training_class.ends_on}，还没有到", "请在结业当天或之后办理")
    if training_class.changes.filter(status="waiting").exists():
        raise RuleViolation("CHANGES_WAITING", "还有名册变更申请没有决定", "请等区人社局决定，或先撤回申请")
    check_hours_are_there(training_class)
    fields = {"completed_on": day}
    move(training_class, "complete", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return training_class


@transaction.atomic
def cancel_class(
    *, actor: Membership, training_class: TrainingClass, day: date, reason: str, seen_version: int | None = None
) -> TrainingClass:  # fmt: skip
    """Call the class off, with a reason; its people are free for other classes.

    Raises PermissionRefused, TransitionRefused, REASON_MISSING; RESULTS_RECORDED once somebody has a result.
    """
    check_can_move_class(actor, training_class, "cancel")
    reason = stated_reason(reason, "请填写取消原因", "用几个字写明原因", least=MIN_REASON, longest=200)
    if training_class.enrolments.filter(assessment__isnull=False).exists():
        raise RuleViolation("RESULTS_RECORDED", "本班已有考核结果，不能取消", "请办理结业")
    fields = {"cancelled_on": day, "cancel_reason": reason}
    move(training_class, "cancel", actor=actor, day=day, note=reason, seen_version=seen_version, with_fields=fields)
    return training_class
