"""Whether a class can be filed as it stands: everything that is missing, at once."""

from __future__ import annotations

from datetime import date

from park_workers.models import TrainingBase
from park_workers.services.rosters.hire import ERROR, Problem
from training.models import TrainingClass
from training.services.enrolment_checks import judge_roster


def find_other_run(
    base: TrainingBase, number: str, starts_on: date, ends_on: date, own: TrainingClass | None
) -> TrainingClass | None:
    """Another class of the base under the number with a day in common; a list could not tell the two apart."""
    runs = TrainingClass.objects.filter(
        base=base, number=number.strip(), starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    return runs.exclude(pk=own.pk if own else None).exclude(status="cancelled").first()


def filing_problems(*, training_class: TrainingClass, day: date) -> list[Problem]:
    """Errors only: what is missing from the filing, and whom the roster may not hold."""
    c, found = training_class, []
    if not c.plan:
        found.append(Problem("plan", "PLAN_MISSING", "没有填写教学计划", "请写明课程内容与学时安排"))
    if not c.place:
        found.append(Problem("place", "PLACE_MISSING", "没有填写培训地点", "请填写上课地点"))
    if not c.teachers.exists():
        found.append(Problem("teachers", "TEACHERS_MISSING", "没有填写教师", "请至少填写一位教师及其资质"))
    if c.starts_on < day:
        message = f"开班日期 {c.starts_on} 已过，备案须在开班前提交"
        found.append(
            Problem("starts_on", "FILED_TOO_LATE", message, "请改期；已经办完的班次请直接上传培训合格名单补报")
        )
    seats = c.enrolments.on_roster().count()
    if not seats:
        found.append(Problem("roster", "ROSTER_EMPTY", "名册上还没有学员", "请先添加学员或上传学员名册"))
    if not c.capacity:
        found.append(Problem("capacity", "CAPACITY_INVALID", "没有填写名额", "请填写本班名额"))
    elif seats > c.capacity:
        message = f"名册 {seats} 人，超过名额 {c.capacity} 人"
        found.append(Problem("capacity", "CLASS_FULL", message, "请减少学员，或提高名额"))
    return found + roster_problems(training_class=c, day=day)


def roster_problems(*, training_class: TrainingClass, day: date) -> list[Problem]:
    """Errors of people on the roster, each naming the person."""
    judged = judge_roster(training_class=training_class, day=day)
    names = dict(training_class.enrolments.values_list("pk", "worker__name"))
    return [
        Problem("roster", p.code, f"{names[pk]}：{p.message}", p.fix)
        for pk, problems in judged.items()
        for p in problems
        if p.severity == ERROR
    ]
