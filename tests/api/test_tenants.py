"""Another tenant's object does not exist: every operation with a number in its address, for every kind of outsider (I11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.client_keys import issue_client_key
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import Job
from park_workers.models import (
    HeadcountConfirmation,
    HireDateRequest,
    IdCardPicture,
    InsuredMonth,
    Membership,
    PayeeAccount,
    Poster,
    Role,
    ScanEntry,
    TrainingBase,
    Upload,
    WorkerCard,
    WorkerRegistration,
)
from subsidies.models import (
    Appropriation,
    Claim,
    Clawback,
    Disbursement,
    LineDecision,
    LineItem,
    Objection,
    PaymentFile,
    PolicyVersion,
    PublicNotice,
    WriteOff,
)
from subsidies.services.clawbacks import propose_clawback
from subsidies.services.objections import decide_objection, receive_objection
from subsidies.services.write_offs import propose_write_off
from tests.api.doors import Doors
from tests.api.handset import on_the_phone
from tests.api.lessons import another_base, change_asked, demand_taken_back, earlier, give_paper, referred, teach
from tests.api.test_openapi import operations
from tests.conftest import FIRST_DAY, Cast, make_enterprise, make_member
from tests.standing import standing
from tests.subsidies.stage import CLOCK, Day, Stage, bank_rows, give_return, make_file, send_file, take_to
from tests.training.reviews import reviewed
from tests.training.sittings_stage import assessed
from training.models import (
    Amendment,
    Assessment,
    Attendance,
    Certificate,
    ClassChangeRequest,
    ClassSession,
    CompletionCertificate,
    EarlierTraining,
    Enrolment,
    Expert,
    GradeRevocation,
    LabourDemand,
    OpenedScore,
    PanelSeat,
    Referral,
    ReviewApplication,
    ReviewEvidence,
    ReviewGrade,
    ReviewObjection,
    ReviewResult,
    ReviewRound,
    RubricVersion,
    ScoreSheet,
    TrainingClass,
)

pytestmark = pytest.mark.django_db
#: operations whose object is for everybody signed in, or for everybody
FOR_ALL = {"notices", "policies", "policy-versions", "review-rounds"}
#: parts of an address that name no row
NO_ROW = {"uploads_sheets_template_retrieve"}
Of = Callable[[Stage], Any]

#: one object of alpha's or of the bureau's by resource
OBJECTS: dict[str, Of] = {
    "organisations": lambda s: s.cast.alpha.pk,
    "enterprises": lambda s: s.cast.alpha.pk,
    "workers": lambda s: s.hires[0].worker_id,
    "employments": lambda s: s.hires[0].pk,
    "registrations": lambda s: WorkerRegistration.objects.get().pk,
    "uploads": lambda s: Upload.objects.filter(organisation=s.cast.alpha.pk).first().pk,  # type: ignore[union-attr]
    "insured-months": lambda s: InsuredMonth.objects.filter(worker=s.hires[0].worker).first().pk,  # type: ignore[union-attr]
    "payee-accounts": lambda s: PayeeAccount.objects.get(organisation=s.cast.alpha.pk).pk,
    "batches": lambda s: s.batch.pk,
    "claims": lambda s: Claim.objects.filter(organisation=s.cast.alpha.pk).first().pk,  # type: ignore[union-attr]
    "lines": lambda s: LineItem.objects.filter(employment=s.hires[0]).first().pk,  # type: ignore[union-attr]
    "decisions": lambda s: LineDecision.objects.first().pk,  # type: ignore[union-attr]
    "objections": lambda s: Objection.objects.get().pk,
    "payment-files": lambda s: PaymentFile.objects.get().pk,
    "payments": lambda s: Disbursement.objects.get(organisation=s.cast.alpha.pk).pk,
    "clawbacks": lambda s: Clawback.objects.get().pk,
    "appropriations": lambda s: Appropriation.objects.get().pk,
    "jobs": lambda s: Job.objects.filter(actor_id=s.cast.hr.pk).first().pk,  # type: ignore[union-attr]
    "audit-events": lambda s: AuditEvent.objects.first().pk,  # type: ignore[union-attr]
    "training-bases": lambda s: TrainingBase.objects.get(organisation__name="二号基地").pk,
    "training-classes": lambda s: TrainingClass.objects.get().pk,
    "enrolments": lambda s: Enrolment.objects.get().pk,
    "class-sessions": lambda s: ClassSession.objects.get().pk,
    "attendances": lambda s: Attendance.objects.get().pk,
    "assessments": lambda s: Assessment.objects.get().pk,
    "certificates": lambda s: Certificate.objects.get().pk,
    "completions": lambda s: CompletionCertificate.objects.get().pk,
    "amendments": lambda s: Amendment.objects.get().pk,
    "earlier-trainings": lambda s: EarlierTraining.objects.get().pk,
    "referrals": lambda s: Referral.objects.get().pk,
    "demands": lambda s: LabourDemand.objects.get().pk,
    "class-changes": lambda s: ClassChangeRequest.objects.get().pk,
    "keys": lambda s: issue_client_key(actor=s.cast.hr, name="甲", day=FIRST_DAY)[0].prefix,
    "notices": lambda s: PublicNotice.objects.get().reference,
    "review-rounds": lambda s: ReviewRound.objects.get().pk,
    "review-applications": lambda s: ReviewApplication.objects.get().pk,
    "score-sheets": lambda s: ScoreSheet.objects.first().pk,  # type: ignore[union-attr]
    "opened-scores": lambda s: OpenedScore.objects.first().pk,  # type: ignore[union-attr]
    "review-results": lambda s: ReviewResult.objects.get().pk,
    "review-grades": lambda s: ReviewGrade.objects.get().pk,
    "grade-revocations": lambda s: GradeRevocation.objects.get().pk,
    "review-objections": lambda s: ReviewObjection.objects.get().pk,
    "review-evidence": lambda s: ReviewEvidence.objects.get().reference,
    "experts": lambda s: Expert.objects.first().pk,  # type: ignore[union-attr]
    "rubric-versions": lambda s: RubricVersion.objects.get().pk,
    "panel-seats": lambda s: PanelSeat.objects.first().pk,  # type: ignore[union-attr]
    "write-offs": lambda s: WriteOff.objects.get().pk,
    "assessors": lambda s: assessed(s.cast).sitting.assessor_id,
    "assessment-sittings": lambda s: assessed(s.cast).sitting.pk,
    "sitting-results": lambda s: assessed(s.cast).result.pk,
    "assessment-filings": lambda s: assessed(s.cast).filing.pk,
    "cards": lambda s: WorkerCard.objects.get().pk,
    "posters": lambda s: Poster.objects.get().pk,
    "id-card-pictures": lambda s: IdCardPicture.objects.get().pk,
    "scan-entries": lambda s: ScanEntry.objects.get().pk,
    "headcounts": lambda s: HeadcountConfirmation.objects.get().pk,
    "hire-date-requests": lambda s: HireDateRequest.objects.get().pk,
    "policies": lambda s: s.policy.pk,
    "policy-versions": lambda s: PolicyVersion.objects.get().pk,
}


def settled_year(cast: Cast, stage: Stage) -> Stage:
    """Something of every kind, all of alpha's or of the bureau's."""
    take_to(stage, "in_notice")
    notice = PublicNotice.objects.get()
    receive_objection(
        actor=CLOCK, notice=notice, objector_name="李四", contact="13800005678", text="请核实", day=Day.REVIEWED,
        line=stage.line_of(stage.hires[0]),
    )  # fmt: skip
    decide_objection(
        actor=cast.reviewer, objection=Objection.objects.get(), is_upheld=False, note="经核实不成立", day=Day.REVIEWED
    )
    take_to(stage, "answered")
    payment_file = send_file(stage, make_file(stage))
    give_return(stage, payment_file, *bank_rows(payment_file, failed=[2]))
    bounced = payment_file.disbursements.get(status="bounced")  # type: ignore[attr-defined]
    propose_write_off(actor=cast.finance, payment=bounced, reason="企业已注销", day=Day.LATER)
    propose_clawback(actor=cast.finance, line=stage.line_of(stage.hires[0]), reason="重复享受", day=Day.LATER)
    LineDecision.objects.create(
        line=stage.line_of(stage.hires[0]), kind="released", decided_on=Day.LATER, reason="测试", recorded_by=cast.clerk
    )
    WorkerRegistration.objects.create(
        worker=stage.hires[0].worker, enterprise=cast.alpha, registered_on=Day.BEGIN, method="file"
    )
    certificate = teach(another_base(cast.bureau), stage.hires[0].worker)
    change_asked(certificate, cast)
    referred(certificate, cast)
    demand_taken_back(cast)
    give_paper(cast, certificate)
    earlier(stage.hires[0].worker)
    on_the_phone(cast, stage.hires[0])
    assessed(cast)
    reviewed(cast)
    return stage


def known_rows(stage: Stage) -> dict[str, str]:
    """What names one row of each resource in an address."""
    return {name: str(of(stage)) for name, of in OBJECTS.items()}


@standing
def outsiders(cast: Cast) -> dict[str, Membership]:
    """Members with no business in alpha or the bureau."""
    gamma = make_enterprise(cast.bureau, "示例丙纺织有限公司", "91441899000000035L", 3)
    return {
        "another enterprise": make_member("hr_gamma", gamma.organisation, Role.ENTERPRISE_HR),
        "a training base": cast.base_clerk,
        "an expert": make_member("expert", cast.bureau, Role.EXPERT),
        "a system administrator": make_member("system", cast.bureau, Role.SYSTEM_ADMIN),
        "a security administrator": make_member("security", cast.bureau, Role.SECURITY_ADMIN),
    }


def cells(stage: Stage) -> list[tuple[str, str, str]]:
    """(method, resource, address) of every operation on one of alpha's or the bureau's objects, from the document."""
    found, known = [], known_rows(stage)
    for method, path, one in operations():
        resource = path.split("/")[3]
        if "{" not in path or resource == "notices" or one["operationId"] in NO_ROW:
            continue
        address = "/".join(known[resource] if part.startswith("{") else part for part in path.split("/"))
        found.append((method, resource, address.removeprefix("/api/v1/")))
    return found


def test_every_resource_with_a_number_is_in_the_matrix() -> None:
    named = {path.split("/")[3] for _, path, one in operations() if "{" in path and one["operationId"] not in NO_ROW}
    assert named == set(OBJECTS)


def test_an_outsider_finds_nothing(settled: Stage, outsiders: dict[str, Membership], doors: Doors) -> None:
    asked, wrong = 0, []
    for who, member in outsiders.items():
        door = doors(member)
        for method, resource, address in cells(settled):
            if resource in FOR_ALL and "administrator" not in who:
                continue
            answer = door.get(address) if method == "get" else door.post(address, {"reason": "试试"}, seen=1)
            asked += 1
            if answer.status_code != 404:
                wrong.append((who, method, address, answer.status_code))
    assert not wrong, wrong
    assert asked > 200
    left_behind = AuditEvent.objects.filter(actor_id__in=[member.pk for member in outsiders.values()])
    assert not left_behind.exclude(code="client_key.issued").exists()


def test_whoever_it_belongs_to_finds_it(cast: Cast, settled: Stage, doors: Doors) -> None:
    """The matrix above would pass against an API that knows nothing: here the same addresses answer."""
    found = 0
    for method, resource, address in cells(settled):
        if method != "get":
            continue
        owner = {"audit-events": cast.auditor, "keys": cast.hr, "payment-files": cast.finance}.get(resource, cast.clerk)
        owner = cast.hr if "marked-copy" in address or resource == "id-card-pictures" else owner
        assert doors(owner).get(address).status_code == 200, address
        found += 1
    assert found >= len(OBJECTS) - 1


def test_lists_hold_nothing_of_others(settled: Stage, outsiders: dict[str, Membership], doors: Doors) -> None:
    lists = [path for method, path, _ in operations() if method == "get" and path.count("/") == 4 and "{" not in path]
    looked = 0
    for path in lists:
        resource = path.split("/")[3]
        if resource in FOR_ALL | {"session", "organisations", "enterprises", "keys", "audit-events", "training-bases"}:
            continue
        for who, member in outsiders.items():
            answer = doors(member).get(path.removeprefix("/api/v1/"))
            assert answer.json()["results"] == [], (who, path)
            looked += 1
    assert looked > 50
