"""What pass lists are judged by on a day, and whose assessors' codes are known; kept by the bureau, corrected by adding."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import clean_text
from park_workers.models import Membership, Organisation, TrainingBase
from training.models import AssessorCode, PassRule
from training.models.certificates import PREFIX_LENGTH
from training.pass_list.limits import USUAL, PassLimits
from training.permissions import check_can_keep_pass_rules


def limits_on(bureau: Organisation, day: date) -> PassLimits:
    """The measures in force on a day: the newest row that has begun, else the usual ones."""
    rule = PassRule.objects.filter(bureau=bureau, effective_on__lte=day).order_by("-effective_on").first()
    if rule is None:
        return USUAL
    return PassLimits(rule.pass_mark, rule.hours_percent, rule.burst_certificates, rule.burst_days)


def assessor_codes(base_id: int, bureau: Organisation, day: date) -> tuple[frozenset[str], frozenset[str]]:
    """The codes given at this base, and those known at other bases of the bureau only, on a day."""
    rows = AssessorCode.objects.filter(base__bureau=bureau, since__lte=day).exclude(until__lt=day)
    pairs = set(rows.values_list("base_id", "prefix"))
    own = frozenset(prefix for base, prefix in pairs if base == base_id)
    return own, frozenset(prefix for base, prefix in pairs if base != base_id) - own


@transaction.atomic
def set_pass_rule(*, actor: Membership, effective_on: date, limits: PassLimits, basis: str, day: date) -> PassRule:
    """Other measures from a day on; lists given before keep those of their day.

    Raises PermissionRefused, RuleViolation RULE_IN_PAST, MEASURE_INVALID, BASIS_MISSING, RULE_EXISTS.
    """
    check_can_keep_pass_rules(actor)
    if effective_on < day:
        raise RuleViolation("RULE_IN_PAST", "生效日期早于今天", "规则只能从今天或以后起改变；已收的名单不重新判断")
    measures = (1 <= limits.pass_mark <= 100, 0 <= limits.hours_percent <= 100, 1 <= limits.burst_days <= 366,
                1 <= limits.burst_certificates <= 1_000_000)  # fmt: skip
    if not all(measures):
        fix = "分数线 1 至 100，出勤 0 至 100，天数 1 至 366，本数至少 1"
        raise RuleViolation("MEASURE_INVALID", "有数值超出范围", fix)
    if not basis.strip():
        raise RuleViolation("BASIS_MISSING", "没有写明依据", "请填写文件名称或文号；尚未定的写“待核定”")
    try:
        with transaction.atomic():
            made = PassRule.objects.create(
                bureau=actor.organisation, effective_on=effective_on, pass_mark=limits.pass_mark,
                hours_percent=limits.hours_percent, burst_days=limits.burst_days,
                burst_certificates=limits.burst_certificates, basis=basis.strip()[:200], recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation("RULE_EXISTS", f"{effective_on} 起的规则已经登记", "请另选生效日期") from error
    changes = {"starts_on": effective_on.isoformat(), "pass_mark": made.pass_mark, "hours_percent": made.hours_percent,
               "count": made.burst_certificates}  # fmt: skip
    record_event(actor=actor, code="pass_rule.set", subject=made, day=day, note=made.basis, changes=changes)
    return made


@transaction.atomic
def add_assessor_code(
    *, actor: Membership, base: TrainingBase, prefix: str, assessor_name: str, day: date
) -> AssessorCode:
    """A code known from today on at a base.

    Raises PermissionRefused, RuleViolation CODE_FORMAT, NAME_MISSING, CODE_EXISTS.
    """
    check_can_keep_pass_rules(actor)
    code = "".join(clean_text(prefix).split()).upper()
    if len(code) != PREFIX_LENGTH or code[0] not in "YS" or not (code[1:].isascii() and code[1:].isdigit()):
        fix = "应为 1 位字母 Y 或 S 加 12 位数字：评价机构 4 位、省 2 位、站点 6 位，即证书编号的前 13 位"
        raise RuleViolation("CODE_FORMAT", "代码格式不正确", fix)
    if not assessor_name.strip():
        raise RuleViolation("NAME_MISSING", "没有填写评价机构名称", "请填写备案的机构名称")
    try:
        with transaction.atomic():
            made = AssessorCode.objects.create(
                base=base, prefix=code, assessor_name=assessor_name.strip()[:120], since=day, recorded_by=actor
            )
    except IntegrityError as error:
        raise RuleViolation("CODE_EXISTS", "该基地已登记这个代码", "无需重复登记") from error
    record_event(actor=actor, code="assessor_code.added", subject=made, day=day,
                 changes={"number": code, "organisation": str(base), "name": made.assessor_name})  # fmt: skip
    return made


@transaction.atomic
def end_assessor_code(*, actor: Membership, code: AssessorCode, day: date) -> AssessorCode:
    """The code is not given any more after today; a second time changes nothing.  Raises PermissionRefused."""
    check_can_keep_pass_rules(actor)
    if AssessorCode.objects.filter(pk=code.pk, until=None).update(until=max(day, code.since)):
        code.refresh_from_db()
        record_event(actor=actor, code="assessor_code.ended", subject=code, day=day, changes={"number": code.prefix})
    return code
