"""What an enterprise writes in its application to assess: judged as far as it goes, kept, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import TransitionRefused
from park_workers.foundation.identifiers import IdentifierProblem, check_phone, clean_name, clean_text
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import EnterpriseAssessmentFiling, FilingPlace, FilingScope, FilingStaff
from training.permissions import check_can_write_filing
from training.services.assessment_terms import terms_on
from training.services.assessors import ScopeLine, judge_scopes

DUTIES = ("考评员", "负责人", "命题", "质量督导", "考务")
EXAMINER = DUTIES[0]


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
    for parts in (filing.scopes, filing.staff, filing.places):
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
        "scopes": (filing.scopes.exists(), "没有填写职业工种和级别", "请至少填写一个工种及其级别"),
        "places": (filing.places.exists(), "没有填写认定场地", "请至少填写一处场地和工位数"),
        "materials": (filing.materials.exists(), "没有上传材料", "请上传营业执照、评价制度等材料的照片或 PDF"),
    }
    found = [
        Problem(key, f"{key.upper()}_MISSING", words, fix) for key, (value, words, fix) in parts.items() if not value
    ]
    least = terms_on(bureau_id=filing.enterprise.bureau_id, day=day).least_examiners
    examiners = filing.staff.filter(duty=EXAMINER).exclude(card_number="").count()
    if examiners < least:
        found.append(
            Problem("staff", "EXAMINERS_TOO_FEW", f"考评员 {examiners} 名，不少于 {least} 名", "请补充考评员及其证号")
        )
    return found
