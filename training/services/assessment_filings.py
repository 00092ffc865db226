"""企业认定申报备案: written by the enterprise, accepted or returned by a clerk, decided by another person; then an assessor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.identifiers import IdentifierProblem, check_phone, clean_name, clean_text
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Enterprise, Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import (
    AssessorOrganisation,
    EnterpriseAssessmentFiling,
    FilingPlace,
    FilingScope,
    FilingStaff,
)
from training.permissions import check_can_decide_filing, check_can_receive_filing, check_can_write_filing
from training.services.assessment_terms import terms_on
from training.services.assessors import (
    FilingFacts,
    ScopeLine,
    confirm_assessor,
    enter_filing,
    judge_code_and_span,
    judge_scopes,
    reason_given,
)

CLOCK = SystemActor("认定备案到期")
DUTIES = ("考评员", "负责人", "命题", "质量督导", "考务")
EXAMINER = DUTIES[0]
MOST_MENDS = 20


@dataclass(frozen=True)
class StaffLine:
    """A person named for assessments; an examiner has a card number."""

    name: str
    duty: str
    card_number: str


@dataclass(frozen=True)
class PlaceLine:
    """A place and how many work there at once."""

    name: str
    seats: int


@dataclass(frozen=True)
class FilingContent:
    """What the enterprise writes; a draft may be unfinished."""

    contact_name: str
    contact_phone: str
    statement: str
    scopes: tuple[ScopeLine, ...]
    staff: tuple[StaffLine, ...]
    places: tuple[PlaceLine, ...]


def current_filing(enterprise_id: int) -> EnterpriseAssessmentFiling | None:
    """The open application of an enterprise."""
    rows = EnterpriseAssessmentFiling.objects.filter(enterprise_id=enterprise_id)
    return rows.filter(status__in=("draft", "submitted", "returned", "accepted")).first()


@transaction.atomic
def begin_filing(*, actor: Membership, enterprise: Enterprise, day: date) -> EnterpriseAssessmentFiling:
    """A draft; an enterprise has one open application, and asking for another finds it.  Raises PermissionRefused."""
    check_can_write_filing(actor, enterprise.pk)
    known = current_filing(enterprise.pk)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            found = EnterpriseAssessmentFiling.objects.create(
                status=EnterpriseAssessmentFiling.Status.DRAFT, enterprise=enterprise, recorded_by=actor
            )
    except IntegrityError:  # a second tap
        return EnterpriseAssessmentFiling.objects.get(enterprise=enterprise, status="draft")
    record_event(actor=actor, code="assessment_filing.begun", subject=found, day=day, to_state=found.status)
    return found


def check_is_with_enterprise(filing: EnterpriseAssessmentFiling) -> None:
    """Raises TransitionRefused once it lies with the bureau or is decided."""
    if not filing.is_open_to_enterprise:
        fix = "如需修改，请联系区人社局退回补正"
        raise TransitionRefused("STATE_NOT_ALLOWED", f"当前状态为“{filing.status_label()}”，不能修改", fix)


def judge_content(content: FilingContent) -> list[Problem]:
    """What is wrong in what was written; what is still missing is asked for when it is sent."""
    found = [one for one in judge_scopes(content.scopes) if one.code != "SCOPE_MISSING"]
    if content.contact_phone:
        try:
            check_phone(content.contact_phone)
        except IdentifierProblem as wrong:
            found.append(Problem("contact_phone", wrong.code, wrong.message, wrong.fix))
    for one in content.staff:
        if len(clean_name(one.name)) < 2 or one.duty not in DUTIES:
            found.append(
                Problem("staff", "STAFF_INCOMPLETE", "认定人员的姓名或职责没有填写", "每人一行，填写姓名并选择职责")
            )
        elif one.duty == EXAMINER and not one.card_number.strip():
            found.append(Problem("staff", "CARD_MISSING", f"考评员{one.name}没有填写证号", "请填写考评员证上的编号"))
    for place in content.places:
        if not place.name.strip() or not 1 <= place.seats <= 5_000:
            found.append(
                Problem("places", "PLACE_INCOMPLETE", "场地名称或工位数没有填写", "每处一行，工位数为 1 至 5000 的整数")
            )
    return found


@transaction.atomic
def save_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, content: FilingContent, day: date
) -> EnterpriseAssessmentFiling:
    """Keep what was written, in place of what was.  Raises PermissionRefused, TransitionRefused, FieldsInvalid."""
    check_can_write_filing(actor, filing.enterprise_id)
    check_is_with_enterprise(filing)
    problems = judge_content(content)
    if problems:
        raise FieldsInvalid(problems)
    phone = check_phone(content.contact_phone) if content.contact_phone else ""
    filing.contact_name, filing.statement = clean_name(content.contact_name)[:60], clean_text(content.statement)[:500]
    filing.seal_contact_phone(phone)  # type: ignore[attr-defined]
    filing.save(update_fields=["contact_name", "contact_phone", "statement"])
    for parts in (filing.scopes, filing.staff, filing.places):  # type: ignore[attr-defined]
        parts.all().delete()
    FilingScope.objects.bulk_create(FilingScope(filing=filing, trade=clean_text(s.trade), lowest=s.lowest, highest=s.highest)
                                    for s in content.scopes)  # fmt: skip
    FilingStaff.objects.bulk_create(
        FilingStaff(
            filing=filing, name=clean_name(s.name)[:60], duty=s.duty, card_number=clean_text(s.card_number)[:40]
        )
        for s in content.staff
    )
    FilingPlace.objects.bulk_create(
        FilingPlace(filing=filing, name=clean_text(p.name)[:120], seats=p.seats) for p in content.places
    )
    changes = {"scope": len(content.scopes), "people": len(content.staff)}
    record_event(actor=actor, code="assessment_filing.written", subject=filing, day=day, changes=changes)
    return filing


def what_is_missing(filing: EnterpriseAssessmentFiling, *, day: date) -> list[Problem]:
    """What an application still needs before it can be sent."""
    parts = {
        "contact_name": (filing.contact_name, "没有填写联系人", "请填写负责本申报的联系人"),
        "contact_phone": (filing.contact_phone, "没有填写联系电话", "请填写联系人的手机号码"),
        "scopes": (filing.scopes.exists(), "没有填写职业工种和级别", "请至少填写一个工种及其级别"),  # type: ignore[attr-defined]
        "places": (filing.places.exists(), "没有填写认定场地", "请至少填写一处场地和工位数"),  # type: ignore[attr-defined]
        "materials": (filing.materials.exists(), "没有上传材料", "请拍照上传营业执照、评价制度等材料"),  # type: ignore[attr-defined]
    }
    found = [
        Problem(key, f"{key.upper()}_MISSING", words, fix) for key, (value, words, fix) in parts.items() if not value
    ]
    least = terms_on(bureau_id=filing.enterprise.bureau_id, day=day).least_examiners
    examiners = filing.staff.filter(duty=EXAMINER).exclude(card_number="").count()  # type: ignore[attr-defined]
    if examiners < least:
        found.append(
            Problem("staff", "EXAMINERS_TOO_FEW", f"考评员 {examiners} 名，不少于 {least} 名", "请补充考评员及其证号")
        )
    return found


@transaction.atomic
def submit_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """Send it to the bureau, for the first time or mended.  Raises PermissionRefused, TransitionRefused, FieldsInvalid."""
    check_can_write_filing(actor, filing.enterprise_id)
    check_can_move(filing, "submit", actor=actor)
    problems = what_is_missing(filing, day=day)
    if problems:
        raise FieldsInvalid(problems)
    fields = {"sent_on": day, "first_sent_on": filing.first_sent_on or day, "to_mend": []}
    move(filing, "submit", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return filing


@transaction.atomic
def withdraw_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, reason: str, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """The enterprise takes it back before it is decided.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_write_filing(actor, filing.enterprise_id)
    words = reason_given(reason)
    move(filing, "withdraw", actor=actor, day=day, note=words, seen_version=seen_version, with_fields={"reason": words})
    return filing


@transaction.atomic
def return_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, to_mend: Sequence[str], day: date,
    seen_version: int | None = None,
) -> EnterpriseAssessmentFiling:  # fmt: skip
    """退回补正, once with everything that is to be completed.  Raises PermissionRefused, TransitionRefused, MENDS_MISSING."""
    check_can_receive_filing(actor, filing)
    items = [line.strip()[:200] for line in to_mend if line.strip()][:MOST_MENDS]
    if not items:
        raise RuleViolation("MENDS_MISSING", "没有写明要补正的内容", "请逐条写明，一行一条")
    move(filing, "return", actor=actor, day=day, note="；".join(items), seen_version=seen_version,
         with_fields={"to_mend": items})  # fmt: skip
    return filing


@transaction.atomic
def accept_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, assessor_code: str, filing_number: str, valid_from: date | None,
    valid_to: date | None, day: date, seen_version: int | None = None,
) -> EnterpriseAssessmentFiling:  # fmt: skip
    """受理: complete, and to be filed under this code, number and span if another person agrees.

    Raises PermissionRefused, TransitionRefused, FieldsInvalid.
    """
    check_can_receive_filing(actor, filing)
    check_can_move(filing, "accept", actor=actor)
    code, number = clean_text(assessor_code), clean_text(filing_number)[:60]
    problems = judge_code_and_span(FilingFacts("Y", code, number, valid_from, valid_to, ()))
    if problems:
        raise FieldsInvalid(problems)
    fields = {
        "accepted_by": actor.user, "accepted_on": day, "assessor_code": code, "filing_number": number, "valid_from": valid_from,
        "valid_to": valid_to,
    }  # fmt: skip
    move(
        filing,
        "accept",
        actor=actor,
        day=day,
        changes={"number": number},
        seen_version=seen_version,
        with_fields=fields,
    )
    return filing


@transaction.atomic
def approve_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """同意备案: the enterprise is an assessor of kind Y from now on, with the scope it asked for.

    Raises PermissionRefused for who accepted it, TransitionRefused, RuleViolation (CODE_TAKEN, FILING_WAITS).
    """
    check_can_move(filing, "approve", actor=actor)
    check_can_decide_filing(actor, filing)
    assert filing.accepted_by is not None
    scopes = tuple(ScopeLine(s.trade, s.lowest, s.highest) for s in filing.scopes.order_by("pk"))  # type: ignore[attr-defined]
    facts = FilingFacts(
        AssessorOrganisation.Kind.EMPLOYER, filing.assessor_code, filing.filing_number, filing.valid_from,
        filing.valid_to, scopes,
    )  # fmt: skip
    organisation = filing.enterprise.organisation
    assessor = enter_filing(actor=actor, entered_by=filing.accepted_by, organisation=organisation, facts=facts, day=day)
    confirm_assessor(actor=actor, assessor=assessor, day=day)
    fields = {"assessor": assessor, "decided_by": actor.user, "decided_on": day}
    move(filing, "approve", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return filing


@transaction.atomic
def refuse_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, reason: str, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """不予备案, with the reason.  Raises PermissionRefused for who accepted it, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_move(filing, "refuse", actor=actor)
    check_can_decide_filing(actor, filing)
    words = reason_given(reason)
    fields = {"decided_by": actor.user, "decided_on": day, "reason": words}
    move(filing, "refuse", actor=actor, day=day, note=words, seen_version=seen_version, with_fields=fields)
    return filing


def expire_filings(*, actor: SystemActor, day: date) -> int:
    """Approved applications whose span has ended by a day; how many."""
    ended = EnterpriseAssessmentFiling.objects.filter(status="approved", valid_to__lt=day)
    found = list(ended.order_by("pk")[:500])
    for filing in found:
        move(filing, "expire", actor=actor, day=day)
    return len(found)


@tick("training.expire_assessment_filings")
def expire_old_filings() -> int:
    """Every hour."""
    return expire_filings(actor=CLOCK, day=business_day())
