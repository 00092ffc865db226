"""评审申报: an enterprise puts a worker forward with pictures; a clerk looks at each and accepts or refuses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.files import store_file
from park_workers.foundation.pdf_judgement import clean_pdf
from park_workers.foundation.pictures import clean_picture, draw_pages, mark_picture
from park_workers.foundation.workflow import move
from park_workers.models import Employment, Enterprise, Membership, Worker
from park_workers.services.reasons import stated_reason
from training.models import ReviewApplication, ReviewEvidence, ReviewRound
from training.permissions import check_can_apply, check_can_decide_application, check_can_withdraw_application
from training.services.review_rounds import locked

WATERMARK = "仅用于技术评审"
MOST_PICTURES = 6
#: kind of evidence and content, as they came
Picture = tuple[str, bytes]


@dataclass(frozen=True)
class CleanEvidence:
    """A picture drawn anew, or a PDF of pictures of its pages."""

    kind: str
    media: str
    content: bytes

    @property
    def ending(self) -> str:
        """Of the file's name."""
        return "pdf" if self.media == ReviewEvidence.Media.PDF else "jpg"


def cleaned_evidence(kind: str, content: bytes) -> CleanEvidence:
    """By what it is, not by what it is called; raises FileRefused."""
    if content[:5] == b"%PDF-":
        return CleanEvidence(kind, ReviewEvidence.Media.PDF, clean_pdf(content))
    return CleanEvidence(kind, ReviewEvidence.Media.PICTURE, clean_picture(content, watermark=WATERMARK).plain)


def reveal_evidence(*, actor: Membership, evidence: ReviewEvidence, now: datetime) -> bytes:
    """The picture as a JPEG, or the PDF, with what it is for, who looks and when across it.  Raises PermissionRefused."""
    if not ReviewEvidence.objects.visible_to(actor).filter(pk=evidence.pk).exists():
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能查看该申报的材料", "请切换到有权的岗位")
    words = f"{actor.user.display_name} {now:%Y-%m-%d %H:%M} {WATERMARK}"
    return (draw_pages if evidence.is_pdf else mark_picture)(evidence.picture.read(), watermark=words)


def _check_takes_applications(round_: ReviewRound, enterprise: Enterprise, day: date) -> None:
    if round_.bureau_id != enterprise.bureau_id:
        raise RuleViolation("NOT_YOUR_ROUND", "该评审不面向贵企业", "请在评审列表中选择")
    if round_.status != ReviewRound.Status.OPEN or not round_.apply_from <= day <= round_.apply_to:
        raise TransitionRefused(
            "NOT_APPLYING", f"申报时间为 {round_.apply_from} 至 {round_.apply_to}，现在不能申报", "请在申报时间内提交"
        )


def _check_candidate(round_: ReviewRound, enterprise: Enterprise, worker: Worker, day: date) -> None:
    employed = Employment.objects.filter(enterprise=enterprise, worker__in={worker.pk, worker.canonical_id})
    if not employed.employed_on(day).exists():
        raise RuleViolation("NOT_EMPLOYED_HERE", "该员工不在本企业在职花名册", "请先登记入职，或核对人员")
    live = round_.applications.filter(worker_id=worker.canonical_id, status__in=("submitted", "accepted"))
    if live.exists():
        raise RuleViolation("ALREADY_APPLIED", "该员工在本批评审已有申报", "无需重复申报")


def apply_for_review(
    *, actor: Membership, round_: ReviewRound, enterprise: Enterprise, worker: Worker, pictures: Sequence[Picture], day: date,
    request_id: str,
) -> ReviewApplication:  # fmt: skip
    """Put a worker of the enterprise forward with 1 to 6 pictures or PDFs (kind, bytes); the same request again is the same row.

    Pictures and the pages of PDFs are drawn anew and encrypted.  Raises PermissionRefused, TransitionRefused, RuleViolation;
    FileRefused for what is neither an ordinary picture nor a PDF without anything active.
    """
    check_can_apply(actor, enterprise)
    known = ReviewApplication.objects.filter(enterprise=enterprise, request_id=request_id).first()
    if known is not None:
        if known.round_id != round_.pk or known.worker_id != worker.canonical_id:
            raise TransitionRefused("IDEMPOTENCY_CONFLICT", "同一请求编号已用于另一份申报", "请刷新页面后重新填写")
        return known
    _check_takes_applications(round_, enterprise, day)
    _check_candidate(round_, enterprise, worker, day)
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise RuleViolation(
            "PICTURES_MISSING",
            f"请上传 1 至 {MOST_PICTURES} 份佐证材料",
            "如作品照片、操作照片、获奖证明（照片或 PDF）",
        )
    if any(kind not in ReviewEvidence.Kind.values for kind, _ in pictures):
        raise RuleViolation("KIND_MISSING", "没有选择材料类别", "请选择材料类别")
    cleaned = [cleaned_evidence(kind, content) for kind, content in pictures]
    return _write_application(actor, round_, enterprise, worker, cleaned, day, request_id)


@transaction.atomic
def _write_application(
    actor: Membership,
    round_: ReviewRound,
    enterprise: Enterprise,
    worker: Worker,
    cleaned: list[CleanEvidence],
    day: date,
    request_id: str,
) -> ReviewApplication:
    _check_takes_applications(locked(round_), enterprise, day)
    _check_candidate(round_, enterprise, worker, day)  # again: of two at once the second sees the first
    application = ReviewApplication.objects.create(
        status=ReviewApplication.Status.SUBMITTED, round=round_, worker_id=worker.canonical_id, enterprise=enterprise,
        applied_on=day, request_id=request_id, recorded_by=actor,
    )  # fmt: skip
    for place, one in enumerate(cleaned, start=1):
        kept = store_file(content=one.content, name=f"评审材料{place}.{one.ending}")
        ReviewEvidence.objects.create(
            application=application, kind=one.kind, media=one.media, picture=kept, recorded_by=actor
        )
    record_event(
        actor=actor, code="review_application.received", subject=application, to_state=application.status, day=day,
        changes={"count": len(cleaned)},
    )  # fmt: skip
    return application


def _check_before_draw(round_: ReviewRound) -> None:
    if round_.status not in (ReviewRound.Status.OPEN, ReviewRound.Status.CLOSED):
        raise TransitionRefused("PANEL_DRAWN", "评委已抽取，申报不能再变动", "请刷新页面查看最新状态")


@transaction.atomic
def accept_application(
    *,
    actor: Membership,
    application: ReviewApplication,
    blind: Collection[str],
    day: date,
    seen_version: int | None = None,
) -> ReviewApplication:
    """Take an application in; `blind` are the references of the pictures on which the clerk found nothing that says whose they are.

    Only those are shown to experts.  Raises PermissionRefused, TransitionRefused.
    """
    check_can_decide_application(actor, application)
    _check_before_draw(locked(application.round))
    shown = application.evidence.filter(reference__in=list(blind)).update(is_blind=True)
    move(application, "accept", actor=actor, day=day, seen_version=seen_version, changes={"count": shown})
    return application


@transaction.atomic
def refuse_application(
    *, actor: Membership, application: ReviewApplication, reason: str, day: date, seen_version: int | None = None
) -> ReviewApplication:
    """Do not take an application in, with a reason.  Raises PermissionRefused, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_decide_application(actor, application)
    _check_before_draw(locked(application.round))
    return _end(actor, application, "refuse", reason, day, seen_version)


@transaction.atomic
def withdraw_application(
    *, actor: Membership, application: ReviewApplication, reason: str, day: date, seen_version: int | None = None
) -> ReviewApplication:
    """The enterprise takes an application back before the draw.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_withdraw_application(actor, application)
    _check_before_draw(locked(application.round))
    return _end(actor, application, "withdraw", reason, day, seen_version)


def _end(
    actor: Membership, application: ReviewApplication, action: str, reason: str, day: date, seen_version: int | None
) -> ReviewApplication:
    stated = stated_reason(reason, "没有填写原因", "请选择或填写原因", longest=200)
    move(
        application,
        action,
        actor=actor,
        note=stated,
        day=day,
        seen_version=seen_version,
        with_fields={"reason": stated},
    )
    return application
