"""认定场次: planned with its examiners, filed in time, held, results handed in, confirmed by another person, or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_id_number, clean_name, clean_text
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import AssessmentSitting, AssessorOrganisation, SittingExaminer
from training.permissions import check_can_confirm_results, check_can_write_sittings
from training.services.assessment_terms import TermsInForce, terms_on
from training.services.assessors import reason_given, why_not_covered

MOST_PEOPLE = 2_000


@dataclass(frozen=True)
class ExaminerLine:
    """An examiner as stated: name, number of the examiner's card, what is judged."""

    name: str
    card_number: str
    duty: str = SittingExaminer.Duty.BOTH.value


@dataclass(frozen=True)
class SittingPlan:
    """What a sitting shall be."""

    trade: str
    level: int
    held_on: date
    session: str
    place: str
    capacity: int
    examiners: tuple[ExaminerLine, ...]


def terms_of(assessor: AssessorOrganisation, day: date) -> TermsInForce:
    """The parameters that bind an assessor on a day."""
    return terms_on(bureau_id=assessor.bureau_id, day=day)


def cleaned_plan(plan: SittingPlan) -> SittingPlan:
    """The plan as it is kept: texts without stray blanks, card numbers in one spelling."""
    examiners = tuple(
        ExaminerLine(clean_name(one.name)[:60], "".join(clean_text(one.card_number).split()).upper()[:40], one.duty)
        for one in plan.examiners
    )
    trade, place = clean_text(plan.trade)[:40], clean_text(plan.place)[:120]
    return SittingPlan(trade, plan.level, plan.held_on, plan.session, place, plan.capacity, examiners)


def judge_plan(plan: SittingPlan, assessor: AssessorOrganisation, *, day: date) -> list[Problem]:
    """Every wrong field of a plan; a sitting outside scope or span of the filing is refused here."""
    found = []
    if not plan.trade:
        found.append(Problem("trade", "TRADE_MISSING", "没有填写职业工种", "请从备案范围中选择工种"))
    if plan.session not in AssessmentSitting.Session.values:
        found.append(Problem("session", "SESSION_MISSING", "没有选择时段", "请选择上午、下午或全天"))
    if not plan.place:
        found.append(Problem("place", "PLACE_MISSING", "没有填写地点", "请填写考场地址"))
    if not 1 <= plan.capacity <= MOST_PEOPLE:
        found.append(Problem("capacity", "CAPACITY_INVALID", "计划人数不对", f"请填写 1 至 {MOST_PEOPLE} 的整数"))
    if plan.held_on < day:
        found.append(Problem("held_on", "DAY_PASSED", f"认定日期 {plan.held_on} 已过", "请填写今日或以后的日期"))
    refusal = why_not_covered(assessor=assessor, trade=plan.trade, level=plan.level, day=plan.held_on)
    if refusal is not None and plan.trade:
        field = "held_on" if refusal.code == "OUTSIDE_VALIDITY" else "trade"
        found.append(Problem(field, refusal.code, refusal.message, refusal.fix))
    return found + judge_examiners(plan.examiners)


def judge_examiners(examiners: tuple[ExaminerLine, ...]) -> list[Problem]:
    """Named, by a card number that is no identity number, each once."""
    found, seen = [], set[str]()
    for one in examiners:
        if len(one.name) < 2 or not one.card_number:
            found.append(
                Problem(
                    "examiners",
                    "EXAMINER_INCOMPLETE",
                    "考评员的姓名或证号没有填写",
                    "每名考评员都要填写姓名和考评员证号",
                )
            )
        elif _is_identity_number(one.card_number):
            found.append(
                Problem(
                    "examiners",
                    "CARD_IS_IDENTITY_NUMBER",
                    f"{one.name}的证号是居民身份证号码",
                    "请填写考评员证上的编号，不要填身份证号",
                )
            )
        elif one.card_number in seen:
            found.append(Problem("examiners", "EXAMINER_TWICE", f"{one.name}填写了两次", "每名考评员只填一行"))
        if one.duty not in SittingExaminer.Duty.values:
            found.append(Problem("examiners", "DUTY_MISSING", f"{one.name}的职责没有选择", "请选择理论、实操或两者"))
        seen.add(one.card_number)
    return found


def _is_identity_number(text: str) -> bool:
    try:
        check_id_number(text)
    except IdentifierProblem:
        return False
    return True


@transaction.atomic
def plan_sitting(
    *, actor: Membership, assessor: AssessorOrganisation, plan: SittingPlan, day: date, request_id: str
) -> AssessmentSitting:
    """Plan a sitting; the same request again is the same sitting.

    Raises PermissionRefused; FieldsInvalid with every wrong field, among them what lies outside scope or span (OUTSIDE_SCOPE,
    OUTSIDE_VALIDITY) and an examiner who has another sitting at that time (EXAMINER_BUSY).
    """
    check_can_write_sittings(actor, assessor)
    known = AssessmentSitting.objects.filter(assessor=assessor, request_id=request_id).first()
    if known is not None:
        return known
    plan = cleaned_plan(plan)
    problems = judge_plan(plan, assessor, day=day)
    if problems:
        raise FieldsInvalid(problems)
    found = AssessmentSitting.objects.create(
        status=AssessmentSitting.Status.PLANNED, assessor=assessor, trade=plan.trade, level=plan.level, held_on=plan.held_on,
        session=plan.session, place=plan.place, capacity=plan.capacity, request_id=request_id, recorded_by=actor,
    )  # fmt: skip
    _name_examiners(found, plan.examiners)
    record_event(
        actor=actor, code="sitting.planned", subject=found, day=day, to_state=found.status, changes=_facts(found)
    )
    return found


def _facts(sitting: AssessmentSitting) -> dict[str, object]:
    return {
        "trade": sitting.trade,
        "level": sitting.level,
        "held_on": sitting.held_on.isoformat(),
        "people": sitting.capacity,
    }


def _name_examiners(sitting: AssessmentSitting, examiners: tuple[ExaminerLine, ...]) -> None:
    """Book them for its half days; the database refuses who is booked already."""
    morning, afternoon = sitting.half_days
    for one in examiners:
        try:
            with transaction.atomic():
                SittingExaminer.objects.create(
                    sitting=sitting, name=one.name, card_number=one.card_number, duty=one.duty, held_on=sitting.held_on,
                    morning=morning, afternoon=afternoon,
                )  # fmt: skip
        except IntegrityError as error:
            message = f"考评员{one.name}（{one.card_number}）{sitting.held_on} 同一时段已安排在另一场次"
            raise FieldsInvalid(
                [Problem("examiners", "EXAMINER_BUSY", message, "请换一名考评员，或改期、改时段")]
            ) from error


@transaction.atomic
def replan_sitting(*, actor: Membership, sitting: AssessmentSitting, plan: SittingPlan, day: date) -> AssessmentSitting:
    """Change a sitting that has not been filed; raises as `plan_sitting`, TransitionRefused once it is filed."""
    check_can_write_sittings(actor, sitting.assessor)
    check_can_move(sitting, "file", actor=actor)
    plan = cleaned_plan(plan)
    problems = judge_plan(plan, sitting.assessor, day=day)
    if problems:
        raise FieldsInvalid(problems)
    before = _facts(sitting)
    sitting.examiners.filter(is_live=True).update(is_live=False)
    AssessmentSitting.objects.filter(pk=sitting.pk).update(
        trade=plan.trade, level=plan.level, held_on=plan.held_on, session=plan.session, place=plan.place,
        capacity=plan.capacity,
    )  # fmt: skip
    sitting.refresh_from_db()
    _name_examiners(sitting, plan.examiners)
    after = _facts(sitting)
    changes = {key: [before[key], value] for key, value in after.items() if before[key] != value}
    record_event(actor=actor, code="sitting.replanned", subject=sitting, day=day, changes=changes)
    return sitting


@transaction.atomic
def file_sitting(
    *, actor: Membership, sitting: AssessmentSitting, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """考前备案: so many days before the sitting, with examiners enough for practice, within scope and span of the filing.

    Raises PermissionRefused, TransitionRefused, RuleViolation (FILED_TOO_LATE, EXAMINERS_TOO_FEW, OUTSIDE_SCOPE,
    OUTSIDE_VALIDITY, ASSESSOR_NOT_IN_FORCE).
    """
    assessor = sitting.assessor
    check_can_write_sittings(actor, assessor)
    check_can_move(sitting, "file", actor=actor)
    terms = terms_of(assessor, day)
    last = sitting.held_on - timedelta(days=terms.days_before)
    if day > last:
        raise RuleViolation(
            "FILED_TOO_LATE", f"应在考前 {terms.days_before} 天（{last} 或以前）备案，今日 {day}",
            "请改期后再备案，或取消本场另行安排",
        )  # fmt: skip
    practice = [one for one in sitting.examiners.filter(is_live=True) if one.judges_practice]
    if len(practice) < terms.least_examiners:
        raise RuleViolation(
            "EXAMINERS_TOO_FEW",
            f"实操考评员 {len(practice)} 名，不少于 {terms.least_examiners} 名",
            "请补充考评员后再备案",
        )
    refusal = why_not_covered(assessor=assessor, trade=sitting.trade, level=sitting.level, day=sitting.held_on)
    if refusal is not None:
        raise refusal
    move(sitting, "file", actor=actor, day=day, seen_version=seen_version, with_fields={"filed_on": day})
    return sitting


@transaction.atomic
def hold_sitting(
    *, actor: Membership, sitting: AssessmentSitting, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """It has taken place; on its day or later.  Raises PermissionRefused, TransitionRefused, RuleViolation NOT_YET_HELD."""
    check_can_write_sittings(actor, sitting.assessor)
    check_can_move(sitting, "hold", actor=actor)
    if day < sitting.held_on:
        raise RuleViolation("NOT_YET_HELD", f"本场定于 {sitting.held_on}，还没到认定日期", "请在当日或以后登记")
    move(sitting, "hold", actor=actor, day=day, seen_version=seen_version)
    return sitting


@transaction.atomic
def hand_in_results(
    *, actor: Membership, sitting: AssessmentSitting, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """All results are in.  Raises PermissionRefused, TransitionRefused, RuleViolation RESULTS_MISSING."""
    check_can_write_sittings(actor, sitting.assessor)
    check_can_move(sitting, "enter_results", actor=actor)
    count = sitting.results.filter(is_current=True).count()
    if not count:
        raise RuleViolation("RESULTS_MISSING", "本场还没有成绩", "请逐人录入或上传成绩表")
    fields = {"results_by": actor.user, "results_on": day, "reason": ""}
    move(sitting, "enter_results", actor=actor, day=day, seen_version=seen_version, changes={"count": count},
         with_fields=fields)  # fmt: skip
    return sitting


@transaction.atomic
def confirm_sitting(
    *, actor: Membership, sitting: AssessmentSitting, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """Another person at the bureau confirms the results, which count from now on.  Raises PermissionRefused, TransitionRefused."""
    check_can_move(sitting, "confirm", actor=actor)
    check_can_confirm_results(actor, sitting)
    fields = {"confirmed_by": actor.user, "confirmed_on": day}
    move(sitting, "confirm", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return sitting


@transaction.atomic
def return_results(
    *, actor: Membership, sitting: AssessmentSitting, reason: str, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """Send the results back with a reason.  Raises PermissionRefused, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_move(sitting, "return", actor=actor)
    check_can_confirm_results(actor, sitting)
    words = reason_given(reason)
    move(sitting, "return", actor=actor, day=day, note=words, seen_version=seen_version, with_fields={"reason": words})
    return sitting


@transaction.atomic
def cancel_sitting(
    *, actor: Membership, sitting: AssessmentSitting, reason: str, day: date, seen_version: int | None = None
) -> AssessmentSitting:
    """It does not take place; its examiners are free again.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_write_sittings(actor, sitting.assessor)
    words = reason_given(reason)
    fields = {"cancelled_on": day, "reason": words}
    move(sitting, "cancel", actor=actor, day=day, note=words, seen_version=seen_version, with_fields=fields)
    sitting.examiners.filter(is_live=True).update(is_live=False)
    return sitting
