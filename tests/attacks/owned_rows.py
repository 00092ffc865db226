"""One row of each kind that belongs to alpha, to the bureau or to 二号基地: what other tenants must not come near."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from park_workers.foundation.files import store_file
from park_workers.foundation.jobs import Job
from park_workers.models import (
    AccountRequest,
    CardPrint,
    HireDateRequest,
    IdCardPicture,
    PayeeAccount,
    ScanEntry,
    TrainingBase,
    Upload,
)
from park_workers.services.exports import order_list_export
from subsidies.models import Appropriation, Claim, CorrectionRequest, LineItem, Objection, PaymentFile, Receipt
from subsidies.services.corrections import ask_correction
from tests.subsidies.stage import Day, Stage
from tests.training.sittings_stage import assessed
from training.models import (
    Amendment,
    AssessorCode,
    Certificate,
    ClassChangeRequest,
    ClassSession,
    CompletionCertificate,
    CompletionPrint,
    Enrolment,
    Expert,
    LabourDemand,
    OpenedScore,
    PanelSeat,
    Referral,
    ReviewApplication,
    ReviewEvidence,
    ReviewGrade,
    ReviewNotice,
    ReviewObjection,
    ReviewRound,
    RubricVersion,
    TrainingClass,
)
from training.services.completion_prints import order_completion_print
from training.services.pass_rules import add_assessor_code


def card_picture(stage: Stage) -> str:
    """A picture that alpha's staff took."""
    found = IdCardPicture.objects.first()
    if found is None:
        kept = store_file(content=b"picture", name="card.jpg")
        hr = stage.cast.hr
        found = IdCardPicture.objects.create(
            enterprise=stage.cast.alpha, picture=kept, recorded_by=hr, expires_at=timezone.now() + timedelta(hours=1)
        )
    return found.reference


def account_request(stage: Stage) -> AccountRequest:
    """Somebody asks to act for alpha."""
    wanted = {"credit_code": stage.cast.alpha.organisation.credit_code, "applicant_name": "李小明"}
    made, _ = AccountRequest.objects.get_or_create(
        **wanted, defaults={"status": "waiting", "consented_at": timezone.now()}
    )
    return made


def list_export(stage: Stage) -> str:
    """A long list that the bureau's clerk asked for."""
    about = {"kind": "workers", "title": "人员名单", "rows": 3, "filters": {}, "parameters": {}}
    return order_list_export(
        actor=stage.cast.clerk, **about, day=Day.LATER, now=timezone.now(), request_id="k"  # type: ignore[arg-type]
    ).reference  # fmt: skip


#: alpha's or the bureau's row behind a part of an address: (first word of the address, name of the part)
ROWS: dict[tuple[str, str], Callable[[Stage], Any]] = {
    ("batches", "pk"): lambda s: s.batch.pk,
    ("batches", "line_pk"): lambda s: s.line_of(s.hires[0]).pk,
    ("batches", "objection_pk"): lambda s: Objection.objects.get().pk,
    ("batches", "file_pk"): lambda s: PaymentFile.objects.get().pk,
    ("uploads", "reference"): lambda s: Upload.objects.filter(organisation=s.cast.alpha.pk).first().reference,  # type: ignore[union-attr]
    ("m", "reference"): lambda s: Claim.objects.filter(organisation=s.cast.alpha.pk).first().reference,  # type: ignore[union-attr]
    ("m", "employment"): lambda s: s.hires[0].reference,
    ("m", "part"): lambda s: "phone",
    ("m", "upload"): lambda s: Upload.objects.filter(organisation=s.cast.alpha.pk).first().reference,  # type: ignore[union-attr]
    ("m", "entry"): lambda s: ScanEntry.objects.get().reference,
    ("enterprises", "pk"): lambda s: s.cast.alpha.pk,
    ("workers", "pk"): lambda s: s.hires[0].worker_id,
    ("workers", "employment_pk"): lambda s: s.hires[0].pk,
    ("exports", "reference"): list_export,
    ("print", "pk"): lambda s: s.batch.pk,
    ("policies", "pk"): lambda s: s.batch.policy_version_id,
    ("funds", "pk"): lambda s: Appropriation.objects.get().pk,
    ("funds", "receipt_pk"): lambda s: Receipt.objects.first().pk,  # type: ignore[union-attr]
    ("payments", "pk"): lambda s: PaymentFile.objects.get().pk,
    ("payments", "key"): lambda s: "clawbacks",
    ("payments", "line_pk"): lambda s: s.line_of(s.hires[0]).pk,
    ("account-changes", "pk"): lambda s: PayeeAccount.objects.filter(organisation=s.cast.alpha.pk).first().pk,  # type: ignore[union-attr]
    ("m", "picture"): card_picture,
    ("m", "worker"): lambda s: s.hires[0].worker.reference,
    ("m", "sheet"): lambda s: CardPrint.objects.filter(enterprise=s.cast.alpha).first().reference,  # type: ignore[union-attr]
    ("m", "form"): lambda s: "png",
    ("m", "line_pk"): lambda s: LineItem.objects.filter(employment=s.hires[0]).first().pk,  # type: ignore[union-attr]
    ("jobs", "pk"): lambda s: Job.objects.filter(actor_id=s.cast.hr.pk).first().pk,  # type: ignore[union-attr]
    ("m", "employment_pk"): lambda s: s.hires[0].pk,
    ("m", "correction"): lambda s: asked(s).reference,
    ("corrections", "pk"): lambda s: asked(s).pk,
    ("hire-dates", "pk"): lambda s: HireDateRequest.objects.get().pk,
    ("accounts", "pk"): lambda s: s.cast.hr.user_id,
    ("accounts", "membership_pk"): lambda s: s.cast.hr.pk,
    ("m", "pk"): lambda s: s.cast.hr.pk,
    ("m", "referral"): lambda s: Referral.objects.get().reference,
    ("training", "referral"): lambda s: Referral.objects.get().reference,
    ("m", "demand"): lambda s: LabourDemand.objects.get().reference,
    ("training", "reference"): lambda s: LabourDemand.objects.get().reference,
    ("training", "pk"): lambda s: TrainingClass.objects.get().pk,
    ("training", "enrolment_pk"): lambda s: Enrolment.objects.get().pk,
    ("training", "change_pk"): lambda s: ClassChangeRequest.objects.get().pk,
    ("training", "session_pk"): lambda s: ClassSession.objects.get().pk,
    ("account-requests", "reference"): lambda s: account_request(s).reference,
    ("training", "certificate"): lambda s: Certificate.objects.get().pk,
    ("training", "assessment"): lambda s: Certificate.objects.get().assessment_id,
    ("training", "class_pk"): lambda s: Certificate.objects.get().assessment.enrolment.training_class_id,
    ("training", "completion"): lambda s: CompletionCertificate.objects.get().pk,
    ("training", "amendment"): lambda s: Amendment.objects.get().pk,
    ("training", "sheet"): lambda s: completion_print(s).reference,
    ("training", "code"): lambda s: assessor_code(s).pk,
    ("training", "sitting"): lambda s: assessed(s.cast).sitting.reference,
    ("training", "result_pk"): lambda s: assessed(s.cast).result.pk,
    ("training", "assessor_pk"): lambda s: assessed(s.cast).sitting.assessor_id,
    ("training", "terms_pk"): lambda s: assessed(s.cast).terms.pk,
    ("training", "filing"): lambda s: assessed(s.cast).filing.reference,
    ("training", "material_pk"): lambda s: assessed(s.cast).material.pk,
    ("m", "filing"): lambda s: assessed(s.cast).filing.reference,
    ("m", "material_pk"): lambda s: assessed(s.cast).material.pk,
    ("m", "review"): lambda s: ReviewRound.objects.get().reference,
    ("m", "number"): lambda s: 1,
    ("m", "place"): lambda s: 1,
    ("m", "application"): lambda s: ReviewApplication.objects.get().reference,
    ("training", "expert_pk"): lambda s: Expert.objects.first().pk,  # type: ignore[union-attr]
    ("training", "rubric_pk"): lambda s: RubricVersion.objects.get().pk,
    ("training", "round_pk"): lambda s: ReviewRound.objects.get().pk,
    ("training", "application_pk"): lambda s: ReviewApplication.objects.get().pk,
    ("training", "evidence_pk"): lambda s: ReviewEvidence.objects.get().pk,
    ("training", "seat_pk"): lambda s: PanelSeat.objects.first().pk,  # type: ignore[union-attr]
    ("training", "score_pk"): lambda s: OpenedScore.objects.first().pk,  # type: ignore[union-attr]
    ("training", "objection_pk"): lambda s: review_objection().pk,
    ("training", "grade_pk"): lambda s: ReviewGrade.objects.get().pk,
    ("training", "table"): lambda s: "results",
}


def review_objection() -> ReviewObjection:
    """Somebody objected to the result of alpha's candidate."""
    application = ReviewApplication.objects.get()
    said = {"objector_name": "李四", "text": "请核实", "received_on": Day.LATER}
    kept = {"status": "received", "notice": ReviewNotice.objects.get(), "application": application}
    return ReviewObjection.objects.first() or ReviewObjection.objects.create(**kept, **said)


def asked(stage: Stage) -> CorrectionRequest:
    """What alpha is asked to correct."""
    about = {"about": "contract", "text": "请核对合同", "until": Day.LATER}
    return CorrectionRequest.objects.first() or ask_correction(
        actor=stage.cast.clerk, enterprise=stage.cast.alpha, employment=stage.hires[0], day=Day.APPLIED, **about
    )


def completion_print(stage: Stage) -> CompletionPrint:
    """The file of the class that 二号基地 has held."""
    of, cast = Certificate.objects.get().assessment.enrolment.training_class, stage.cast
    return CompletionPrint.objects.first() or order_completion_print(
        actor=cast.clerk, training_class=of, day=Day.LATER, address="http://testserver", request_id="k"
    )


def assessor_code(stage: Stage) -> AssessorCode:
    """An assessor known at 二号基地."""
    base = TrainingBase.objects.get(organisation__name="二号基地")
    about = {"prefix": "S000044000002", "assessor_name": "示例评价机构", "day": Day.LATER}
    return AssessorCode.objects.first() or add_assessor_code(actor=stage.cast.clerk, base=base, **about)
