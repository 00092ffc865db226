"""认定参数: what holds on a day, proposing another set and confirming it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Organisation
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import AssessmentTerms
from training.models.assessors import DEFAULTS
from training.permissions import check_can_confirm_terms, check_can_propose_terms

#: field -> word, smallest, largest
FIELDS = {
    "days_before": ("考前备案天数", 0, 90), "least_examiners": ("实操考评员最少人数", 1, 20), "pass_mark": ("合格分数", 1, 100),
    "most_per_examiner": ("每名考评员每日最多人数", 1, 1_000), "most_sittings": ("期间最多场次", 1, 1_000),
    "span_days": ("期间天数", 1, 366),
}  # fmt: skip
UNCONFIRMED = "待核定"


@dataclass(frozen=True)
class TermsInForce:
    """The parameters of a day; `basis` says 待核定 as long as no document has been named."""

    days_before: int
    least_examiners: int
    pass_mark: int
    most_per_examiner: int
    most_sittings: int
    span_days: int
    basis: str = UNCONFIRMED
    effective_from: date | None = None


def terms_on(*, bureau_id: int, day: date) -> TermsInForce:
    """The latest confirmed set that has begun by a day; without one, what stands in DEFAULTS."""
    rows = AssessmentTerms.objects.filter(bureau_id=bureau_id, confirmed_by__isnull=False, effective_from__lte=day)
    row = rows.order_by("-effective_from", "-pk").first()
    if row is None:
        return _in_force(DEFAULTS)
    values: dict[str, int] = {name: getattr(row, name) for name in FIELDS}
    return replace(_in_force(values), basis=row.basis, effective_from=row.effective_from)


def _in_force(values: dict[str, int]) -> TermsInForce:
    v = values
    return TermsInForce(
        v["days_before"],
        v["least_examiners"],
        v["pass_mark"],
        v["most_per_examiner"],
        v["most_sittings"],
        v["span_days"],
    )


@transaction.atomic
def propose_terms(
    *, actor: Membership, bureau: Organisation, effective_from: date, values: dict[str, int], basis: str, day: date
) -> AssessmentTerms:
    """Another set from a day on; raises PermissionRefused, FieldsInvalid with every wrong field.

    It never begins before today: what was filed and judged stays as it was judged.
    """
    check_can_propose_terms(actor)
    problems = [
        Problem(name, "OUT_OF_RANGE", f"{word}应在 {least} 至 {most} 之间", "请填写范围内的整数")
        for name, (word, least, most) in FIELDS.items()
        if not least <= values.get(name, DEFAULTS[name]) <= most
    ]
    if effective_from < day:
        problems.append(
            Problem("effective_from", "DAY_TOO_EARLY", f"生效日期 {effective_from} 早于今日", "请填写今日或以后的日期")
        )
    if problems:
        raise FieldsInvalid(problems)
    chosen = {name: values.get(name, DEFAULTS[name]) for name in FIELDS}
    found = AssessmentTerms.objects.create(
        bureau=bureau, effective_from=effective_from, basis=basis.strip()[:200] or UNCONFIRMED, proposed_by=actor.user,
        recorded_by=actor, **chosen,
    )  # fmt: skip
    changes = {"from": effective_from.isoformat(), **chosen}
    record_event(
        actor=actor, code="assessment_terms.proposed", subject=found, day=day, note=found.basis, changes=changes
    )
    return found


@transaction.atomic
def confirm_terms(*, actor: Membership, terms: AssessmentTerms, day: date) -> AssessmentTerms:
    """Another person confirms; raises PermissionRefused, RuleViolation TERMS_DECIDED, TERMS_TAKEN, DAY_TOO_EARLY."""
    check_can_confirm_terms(actor, terms)
    if terms.effective_from < day:
        raise RuleViolation(
            "DAY_TOO_EARLY", f"生效日期 {terms.effective_from} 已过", "请重新登记，生效日期填今日或以后"
        )
    waiting = AssessmentTerms.objects.filter(pk=terms.pk, confirmed_by__isnull=True)
    try:
        with transaction.atomic():
            changed = waiting.update(confirmed_by=actor.user, confirmed_on=day)
    except IntegrityError as error:
        raise RuleViolation(
            "TERMS_TAKEN", f"{terms.effective_from} 起已有一套参数", "请另选生效日期重新登记"
        ) from error
    if not changed:
        raise RuleViolation("TERMS_DECIDED", "这套参数已经确认", "请刷新页面查看最新情况")
    terms.refresh_from_db()
    changes = {"from": terms.effective_from.isoformat()}
    record_event(actor=actor, code="assessment_terms.confirmed", subject=terms, day=day, changes=changes)
    return terms
