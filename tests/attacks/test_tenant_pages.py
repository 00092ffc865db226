"""Every page with somebody's row in its address, from the URL conf: for another tenant there is no such page (I11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.files import store_file
from park_workers.foundation.jobs import Job
from park_workers.models import (
    AccountRequest,
    CardPrint,
    IdCardPicture,
    Membership,
    PayeeAccount,
    ScanEntry,
    TrainingBase,
    Upload,
)
from park_workers.services.card_prints import employed_people, order_card_print
from park_workers.services.posters import issue_poster
from subsidies.models import Appropriation, Claim, CorrectionRequest, LineItem, Objection, PaymentFile, Receipt
from subsidies.services.corrections import ask_correction
from tests.api.test_tenants import settled_year
from tests.conftest import Cast
from tests.park_workers.test_scan_entries import waiting
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
    ReviewNotice,
    ReviewObjection,
    ReviewRound,
    RubricVersion,
    TrainingClass,
)
from training.services.completion_prints import order_completion_print
from training.services.pass_rules import add_assessor_code

pytestmark = pytest.mark.django_db
#: pages for everybody, by name; what they show is masked
PUBLIC = {
    "notice",
    "object",
    "objection_receipt",
    "accept_invitation",
    "upload_template",
    "scanned_card",
    "scanned_poster",
    "scan_receipt",
    "class_sign_in",
    "withdraw_scan",
    "invited",
    "scanned_certificate",
    "public_review",
    "public_review_proof",
    "object_to_review",
    # a round that takes applications is there for every enterprise
    "phone_review_apply",
}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
ACTIONS = ("submit", "hold", "confirm", "withdraw", "close", "end")


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
    ("print", "pk"): lambda s: s.batch.pk,
    ("policies", "pk"): lambda s: s.batch.policy_version_id,
    ("funds", "pk"): lambda s: Appropriation.objects.get().pk,
    ("funds", "receipt_pk"): lambda s: Receipt.objects.first().pk,  # type: ignore[union-attr]
    ("payments", "pk"): lambda s: PaymentFile.objects.get().pk,
    ("payments", "key"): lambda s: "clawback",
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


NOWHERE = {"int": "999999999", "slug": "ffffffffffffffffffff", "str": "x"}


def pages(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """(name, address with its parts) of every page with a row in its address."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, text)
        elif PART.search(text) and pattern.callback.__module__.startswith("pages.") and pattern.name not in PUBLIC:
            yield str(pattern.name), text


def addresses(text: str, stage: Stage, *, is_there: bool) -> list[str]:
    """Addresses of a page, one for each thing to do on it, of alpha's row or of none."""
    first = text.split("/")[1]

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1] or "str", match[2]
        if name == "action":
            return "ACTION"
        return str(ROWS[first, name](stage)) if is_there else NOWHERE[kind]

    filled = PART.sub(fill, text)
    return [filled.replace("ACTION", action) for action in (ACTIONS if "ACTION" in filled else ACTIONS[:1])]


def with_cards(cast: Cast, stage: Stage) -> None:
    """Alpha's poster, and a sheet of its people's cards."""
    issue_poster(actor=cast.hr, enterprise=cast.alpha, day=Day.LATER)
    workers = employed_people(cast.alpha, Day.LATER)
    order_card_print(
        actor=cast.hr, enterprise=cast.alpha, workers=workers, choice="全部在职员工", day=Day.LATER,
        address="http://testserver", request_id="k",
    )  # fmt: skip


def as_person(member: Membership) -> Client:
    """A browser."""
    client = Client()
    client.force_login(member.user)
    return client


def test_another_tenants_page_is_no_page(cast: Cast, stage: Stage) -> None:
    settled_year(cast, stage)
    waiting(cast)
    with_cards(cast, stage)
    asked(stage)
    completion_print(stage)
    assessor_code(stage)
    assessed(cast)
    requests, before = 0, AuditEvent.objects.count()
    found = list(pages(get_resolver().url_patterns))
    for member in (cast.hr_beta, cast.base_clerk):
        client = as_person(member)
        for _, text in found:
            # A page of other roles is refused before its row is looked for, so it tells nothing of the row.
            is_own_kind = text.startswith(("/m/", "/uploads/")) and not text.startswith("/m/expert/")
            refusals = {404, 405} if member == cast.hr_beta and is_own_kind else {403, 404, 405}
            both = (addresses(text, stage, is_there=there) for there in (True, False))
            for theirs, nobodys in zip(*both, strict=True):
                for ask in (client.get, client.post):
                    status = ask(theirs).status_code
                    assert status == ask(nobodys).status_code and status in refusals, (theirs, status)
                    requests += 1
    print(f"{requests} requests to {len(found)} pages")  # noqa: T201
    assert len(found) >= 15 and requests > 100 and AuditEvent.objects.count() == before


def test_whoever_it_belongs_to_sees_the_page(cast: Cast, stage: Stage) -> None:
    """The matrix above would pass against pages that show nothing to anybody."""
    settled_year(cast, stage)
    waiting(cast)
    with_cards(cast, stage)
    seen: set[str] = set()
    clients = [as_person(member) for member in (cast.hr, cast.clerk, cast.finance, cast.reviewer)]
    for name, text in pages(get_resolver().url_patterns):
        there = addresses(text, stage, is_there=True)
        if any(client.get(address).status_code == 200 for address in there for client in clients):
            seen.add(name)
    assert len(seen) >= 8, seen
