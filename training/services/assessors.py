"""认定机构备案: entered by a clerk, confirmed by another person, ended; and whether a filing covers a trade, a level, a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.calendar import ONE_DAY
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership, Organisation, User
from park_workers.services.employments import FieldsInvalid
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import AssessorOrganisation, AssessorScope, FilingScope
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import check_can_confirm_assessor, check_can_end_assessor, check_can_keep_assessors

CODE = re.compile(r"[0-9]{4}")
#: bodies that assess nobody
BUREAUS = frozenset({Organisation.Kind.DISTRICT_BUREAU, Organisation.Kind.CITY_BUREAU})


@dataclass(frozen=True)
class ScopeLine:
    """A trade and its levels from the lowest (5 at most) to the highest (1 at least)."""

    trade: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class FilingFacts:
    """What a filing says."""

    kind: str
    assessor_code: str
    filing_number: str
    valid_from: date | None
    valid_to: date | None
    scopes: tuple[ScopeLine, ...]


def judge_filing(facts: FilingFacts, organisation: Organisation | None) -> list[Problem]:
    """Every wrong field of a filing."""
    found = list(judge_code_and_span(facts))
    if organisation is None or organisation.kind in BUREAUS:
        found.append(Problem("organisation", "ORGANISATION_MISSING", "没有选择认定机构", "请选择已登记的单位"))
    elif facts.kind == AssessorOrganisation.Kind.EMPLOYER and not hasattr(organisation, "enterprise"):
        found.append(
            Problem("kind", "NOT_AN_EMPLOYER", "该单位不是名录中的企业，不能按用人单位备案", "请选社会评价组织")
        )
    if facts.kind not in AssessorOrganisation.Kind.values:
        found.append(Problem("kind", "KIND_MISSING", "没有选择机构类别", "请选择用人单位或社会评价组织"))
    return found + judge_scopes(facts.scopes)


def judge_code_and_span(facts: FilingFacts) -> list[Problem]:
    """Code, number and span."""
    found = []
    if not CODE.fullmatch(facts.assessor_code):
        found.append(
            Problem(
                "assessor_code",
                "ASSESSOR_CODE_INVALID",
                "机构代码不是 4 位数字",
                "请填写证书编号第 2 至 5 位；省级备案的填 0000",
            )
        )
    if not facts.filing_number.strip():
        found.append(Problem("filing_number", "FILING_NUMBER_MISSING", "没有填写备案号", "请填写备案文件上的编号"))
    if facts.valid_from is None:
        found.append(Problem("valid_from", "VALID_FROM_MISSING", "没有填写有效期起", "请填写日期，如 2026-01-01"))
    if facts.valid_to is None:
        found.append(Problem("valid_to", "VALID_TO_MISSING", "没有填写有效期止", "请填写日期，如 2028-12-31"))
    elif facts.valid_from is not None and facts.valid_to < facts.valid_from:
        found.append(Problem("valid_to", "SPAN_TURNED", "有效期止早于有效期起", "请核对两个日期"))
    return found


def judge_scopes(scopes: Sequence[ScopeLine]) -> list[Problem]:
    """At least one trade, none twice, levels from 5 up to 1."""
    found = []
    if not scopes:
        found.append(Problem("scopes", "SCOPE_MISSING", "没有填写职业工种和级别", "请至少填写一个工种及其级别"))
    if len({one.trade for one in scopes}) < len(scopes):
        found.append(Problem("scopes", "SCOPE_TWICE", "同一工种填写了两次", "一个工种只填一行，级别写明从低到高"))
    for one in scopes:
        if not one.trade or len(one.trade) > 40:
            found.append(Problem("scopes", "TRADE_INVALID", "工种为空或超过 40 个字", "请填写工种名称"))
        elif not 1 <= one.highest <= one.lowest <= 5:
            found.append(
                Problem("scopes", "LEVELS_TURNED", f"“{one.trade}”的级别顺序不对", "最低级别在前，如五级至三级")
            )
    return found


@transaction.atomic
def propose_assessor(
    *, actor: Membership, organisation: Organisation, facts: FilingFacts, day: date
) -> AssessorOrganisation:
    """Enter a filing, which waits for another person.  Raises PermissionRefused, FieldsInvalid, RuleViolation FILING_WAITS."""
    check_can_keep_assessors(actor)
    return enter_filing(actor=actor, entered_by=actor.user, organisation=organisation, facts=facts, day=day)


@transaction.atomic
def enter_filing(
    *, actor: Membership, entered_by: User, organisation: Organisation, facts: FilingFacts, day: date
) -> AssessorOrganisation:
    """Put a filing and its scope into the tables, entered by whoever answers for what it says; no permission is asked here."""
    problems = judge_filing(facts, organisation)
    if problems:
        raise FieldsInvalid(problems)
    try:
        with transaction.atomic():
            found = AssessorOrganisation.objects.create(
                status=AssessorOrganisation.Status.PROPOSED, bureau=actor.organisation, organisation=organisation,
                kind=facts.kind, assessor_code=facts.assessor_code, filing_number=facts.filing_number.strip()[:60],
                valid_from=facts.valid_from, valid_to=facts.valid_to, proposed_on=day, proposed_by=entered_by,
                recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation("FILING_WAITS", "该机构已有一项备案待确认", "请先确认或退回前一项") from error
    AssessorScope.objects.bulk_create(
        AssessorScope(
            assessor=found, trade=one.trade, lowest=one.lowest, highest=one.highest, valid_from=found.valid_from,
            valid_to=found.valid_to,
        )
        for one in facts.scopes
    )  # fmt: skip
    changes = {"organisation": organisation.name, "number": found.filing_number, "scope": scope_words(facts.scopes)}
    record_event(actor=actor, code="assessor.proposed", subject=found, day=day, to_state=found.status, changes=changes)
    return found


def scope_words(scopes: Iterable[ScopeLine | AssessorScope | FilingScope]) -> list[str]:
    """缝纫工 五级至三级."""
    return [f"{one.trade} {levels_words(one.lowest, one.highest)}" for one in scopes]


def levels_words(lowest: int, highest: int) -> str:
    """五级至三级, or the one level."""
    return LEVEL_NAMES[lowest] if lowest == highest else f"{LEVEL_NAMES[lowest]}至{LEVEL_NAMES[highest]}"


@transaction.atomic
def confirm_assessor(
    *, actor: Membership, assessor: AssessorOrganisation, day: date, seen_version: int | None = None
) -> AssessorOrganisation:
    """Another person confirms; the organisation's filing before ends the day before this one begins, today at the earliest.

    Raises PermissionRefused, TransitionRefused, RuleViolation CODE_TAKEN.
    """
    check_can_confirm_assessor(actor, assessor)
    check_can_move(assessor, "confirm", actor=actor)
    Organisation.objects.select_for_update().get(pk=assessor.organisation_id)  # one decision about a body at a time
    before = AssessorOrganisation.objects.filter(organisation=assessor.organisation_id, status="confirmed").first()
    if before is not None:
        last = max(assessor.valid_from, day) - ONE_DAY
        fields = {"ended_on": max(last, before.valid_from), "reason": f"由备案 {assessor.filing_number} 接续"}
        move(before, "end", actor=actor, day=day, note=fields["reason"], with_fields=fields)  # type: ignore[arg-type]
    try:
        with transaction.atomic():
            move(
                assessor, "confirm", actor=actor, day=day, seen_version=seen_version,
                changes={"organisation": assessor.organisation.name, "number": assessor.filing_number},
                with_fields={"confirmed_by": actor.user, "confirmed_on": day},
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation(
            "CODE_TAKEN", f"机构代码 {assessor.letter_and_code} 已由另一家有效机构使用", "请核对备案文件上的代码"
        ) from error
    return assessor


@transaction.atomic
def refuse_assessor(
    *, actor: Membership, assessor: AssessorOrganisation, reason: str, day: date, seen_version: int | None = None
) -> AssessorOrganisation:
    """Another person sends it back, with a reason.  Raises PermissionRefused, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_confirm_assessor(actor, assessor)
    words = reason_given(reason)
    move(assessor, "refuse", actor=actor, day=day, note=words, seen_version=seen_version, with_fields={"reason": words})
    return assessor


@transaction.atomic
def end_assessor(
    *, actor: Membership, assessor: AssessorOrganisation, reason: str, day: date, seen_version: int | None = None
) -> AssessorOrganisation:
    """It assesses nobody after today.  Raises PermissionRefused, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_end_assessor(actor, assessor)
    words = reason_given(reason)
    fields = {"ended_on": max(day, assessor.valid_from), "reason": words}
    move(assessor, "end", actor=actor, day=day, note=words, seen_version=seen_version, with_fields=fields)
    return assessor


def reason_given(reason: str) -> str:
    """A reason as it is kept; raises RuleViolation REASON_MISSING."""
    cleaned = stated_reason(reason, "没有填写原因", "请选择常用原因或用几个字写明", longest=200)
    return cleaned


def why_not_covered(*, assessor: AssessorOrganisation, trade: str, level: int, day: date) -> RuleViolation | None:
    """Why a filing does not cover a sitting; None when it does."""
    if assessor.status not in ("confirmed", "ended"):
        return RuleViolation("ASSESSOR_NOT_IN_FORCE", "该机构的备案尚未生效", "请先由另一人确认备案")
    if not assessor.valid_from <= day <= assessor.last_day:
        message = f"{day} 不在备案有效期（{assessor.valid_from} 至 {assessor.last_day}）内"
        return RuleViolation("OUTSIDE_VALIDITY", message, "请改期，或先办理备案续期")
    for one in assessor.scopes.filter(trade=trade):
        if one.highest <= level <= one.lowest and one.valid_from <= day <= one.valid_to:
            return None
    covered = "；".join(scope_words(list(assessor.scopes.all()))) or "无"
    message = f"“{trade}{LEVEL_NAMES.get(level, level)}”不在备案范围内（{covered}）"
    return RuleViolation("OUTSIDE_SCOPE", message, "请核对工种和级别，或先办理变更备案")
