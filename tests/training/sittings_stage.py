"""An assessor with a scope, and sittings on their way; people of nobody."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PIL import Image

from park_workers.foundation.files import store_file
from park_workers.models import Membership, Upload
from tests.conftest import Cast
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number
from training.models import (
    AssessmentSitting,
    AssessmentTerms,
    AssessorOrganisation,
    EnterpriseAssessmentFiling,
    FilingMaterial,
    SittingResult,
)
from training.services.assessment_filings import accept_filing, approve_filing, begin_filing, submit_filing
from training.services.assessment_terms import propose_terms
from training.services.assessors import FilingFacts, ScopeLine, confirm_assessor, propose_assessor
from training.services.filing_contents import FilingContent, PlaceLine, StaffLine, save_filing
from training.services.sitting_results import enter_result
from training.services.sittings import (
    ExaminerLine,
    SittingPlan,
    confirm_sitting,
    file_sitting,
    hand_in_results,
    hold_sitting,
    plan_sitting,
)
from training.sitting_rules import StatedResult

TODAY, HELD = date(2026, 11, 2), date(2026, 11, 16)
AFTER = HELD + timedelta(days=3)
RESULT_HEADER = ("姓名", "证件号码", "理论成绩", "实操成绩", "结论", "证书编号", "发证日期")
EXAMINERS = (ExaminerLine("考评甲", "K-001"), ExaminerLine("考评乙", "K-002", "practice"))


def number_of(serial: int, *, begins: str = "Y1234", year: int = 26, level: int = 5) -> str:
    """A 22-character certificate number of the assessor on stage."""
    return f"{begins}44000001{year:02d}{level}{serial:06d}"


def filing_of(**more: Any) -> FilingFacts:
    """What a filing says: 缝纫工 五级至三级, 2026 to 2028."""
    facts = {
        "kind": "Y", "assessor_code": "1234", "filing_number": "备〔2026〕1号", "valid_from": date(2026, 1, 1),
        "valid_to": date(2028, 12, 31), "scopes": (ScopeLine("缝纫工", 5, 3),),
    }  # fmt: skip
    return FilingFacts(**(facts | more))


def make_assessor(cast: Cast, **more: Any) -> AssessorOrganisation:
    """Alpha assesses its own people: one clerk entered it, another confirmed."""
    body = more.pop("organisation", cast.alpha.organisation)
    found = propose_assessor(actor=cast.clerk, organisation=body, facts=filing_of(**more), day=TODAY)
    return confirm_assessor(actor=cast.clerk_2, assessor=found, day=TODAY)


def a_plan(**more: Any) -> SittingPlan:
    """A morning of 缝纫工 五级 for thirty people."""
    plan = {
        "trade": "缝纫工", "level": 5, "held_on": HELD, "session": "am", "place": "一号车间", "capacity": 30,
        "examiners": EXAMINERS,
    }  # fmt: skip
    return SittingPlan(**(plan | more))


def planned(
    cast: Cast, assessor: AssessorOrganisation, actor: Membership | None = None, **more: Any
) -> AssessmentSitting:
    """A planned sitting."""
    key, day = more.pop("request_id", f"r{AssessmentSitting.objects.count()}"), more.pop("day", TODAY)
    return plan_sitting(actor=actor or cast.hr, assessor=assessor, plan=a_plan(**more), day=day, request_id=key)


def held(cast: Cast, assessor: AssessorOrganisation, **more: Any) -> AssessmentSitting:
    """A sitting that has been filed and held."""
    sitting = file_sitting(actor=cast.hr, sitting=planned(cast, assessor, **more), day=TODAY)
    return hold_sitting(actor=cast.hr, sitting=sitting, day=sitting.held_on)


def stated(serial: int = 0, *, day: date = AFTER, **more: Any) -> StatedResult:
    """A pass; with a serial it has a certificate."""
    number = number_of(serial, year=day.year % 100) if serial else ""
    fields = {
        "theory_score": 80, "practice_score": 90, "verdict": "合格", "certificate_number": number,
        "issued_on": day if serial else None,
    }  # fmt: skip
    return StatedResult(**(fields | more))


FAILED = {"theory_score": 40, "practice_score": 70, "verdict": "不合格"}
ABSENT = {"theory_score": None, "practice_score": None, "verdict": "缺考"}


def enter(cast: Cast, sitting: AssessmentSitting, order: int, result: StatedResult) -> SittingResult:
    """HR enters one person's result."""
    found, _ = enter_result(
        actor=cast.hr, sitting=sitting, name="考生甲", id_number=id_number(order), stated=result, day=AFTER
    )
    return found


def confirmed(cast: Cast, assessor: AssessorOrganisation, **more: Any) -> AssessmentSitting:
    """Two passes with certificates, one failure and one absence, confirmed by the bureau."""
    first = more.pop("first", 1)
    sitting = held(cast, assessor, **more)
    for at, result in enumerate((stated(first), stated(first + 1), stated(**FAILED), stated(**ABSENT))):
        enter(cast, sitting, 901 + at, result)
    sitting = hand_in_results(actor=cast.hr, sitting=sitting, day=AFTER)
    return confirm_sitting(actor=cast.clerk, sitting=sitting, day=AFTER)


def line(order: int, **more: Any) -> dict[str, Any]:
    """A line of a sheet: a pass with a certificate."""
    return {
        "姓名": f"考生{order}", "证件号码": id_number(900 + order), "理论成绩": 80, "实操成绩": 85, "结论": "合格",
        "证书编号": number_of(order), "发证日期": AFTER,
    } | more  # fmt: skip


def give_results(cast: Cast, sitting: AssessmentSitting, rows: list[dict[str, Any]], **more: Any) -> Upload:
    """HR gives the sheet of a sitting, a clerk confirms it."""
    scope, actor = f"sitting:{sitting.pk}", more.pop("actor", cast.hr)
    content = workbook(RESULT_HEADER, rows)
    return give(
        actor, "sitting_results", content, AFTER, scope=scope, confirmed_by=more.pop("confirmed_by", cast.clerk)
    )


CONTENT = FilingContent(
    "李人事", "13800005678", "已有评价制度", (ScopeLine("缝纫工", 5, 3),),
    (StaffLine("考评甲", "考评员", "K-001"), StaffLine("考评乙", "考评员", "K-002")), (PlaceLine("一号车间", 30),),
)  # fmt: skip


def taken() -> bytes:
    """A photograph as it is kept."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#336699").save(out, "JPEG")
    return out.getvalue()


def sent_filing(cast: Cast, *, day: date = TODAY) -> EnterpriseAssessmentFiling:
    """Alpha's application, complete and sent."""
    filing = begin_filing(actor=cast.hr, enterprise=cast.alpha, day=day)
    save_filing(actor=cast.hr, filing=filing, content=CONTENT, day=day)
    picture = store_file(content=taken(), name="material.jpg")
    FilingMaterial.objects.create(filing=filing, kind="营业执照", picture=picture, recorded_by=cast.hr)
    return submit_filing(actor=cast.hr, filing=filing, day=day)


def accepted_filing(cast: Cast, **more: Any) -> EnterpriseAssessmentFiling:
    """A clerk has found it complete."""
    stated = {
        "assessor_code": "1234", "filing_number": "备〔2026〕1号", "valid_from": date(2026, 1, 1),
        "valid_to": date(2028, 12, 31),
    }  # fmt: skip
    return accept_filing(actor=cast.clerk, filing=sent_filing(cast), day=TODAY, **(stated | more))


@dataclass(frozen=True)
class Assessed:
    """Something of every kind, all of alpha's or of the bureau's."""

    filing: EnterpriseAssessmentFiling
    material: FilingMaterial
    sitting: AssessmentSitting
    result: SittingResult
    terms: AssessmentTerms


def assessed(cast: Cast) -> Assessed:
    """The same things however often it is asked."""
    if not AssessmentSitting.objects.exists():
        filing = approve_filing(actor=cast.approver_1, filing=accepted_filing(cast), day=TODAY)
        assert filing.assessor is not None
        enter(cast, held(cast, filing.assessor), 901, stated(1))
        propose_terms(actor=cast.clerk, bureau=cast.bureau, effective_from=HELD, values={}, basis="", day=TODAY)
    return Assessed(
        EnterpriseAssessmentFiling.objects.get(), FilingMaterial.objects.get(), AssessmentSitting.objects.get(),
        SittingResult.objects.get(), AssessmentTerms.objects.get(),
    )  # fmt: skip
