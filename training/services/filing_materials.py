"""Material of an enterprise's application to assess, photographs and PDFs: given, removed while it may be, looked at."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.files import StoredFile, forget_file, store_file
from park_workers.foundation.pdf_judgement import clean_pdf
from park_workers.foundation.pictures import clean_picture, draw_pages, mark_picture
from park_workers.models import Membership
from training.models import EnterpriseAssessmentFiling, FilingMaterial
from training.permissions import check_can_write_filing
from training.services.filing_contents import check_is_with_enterprise

KINDS = ("营业执照", "评价制度", "考评员证", "场地设备", "题库或评价规范", "其他")
MOST = 20
PDF_BEGINS = b"%PDF-"
WATERMARK = "仅用于技能等级认定备案"


@transaction.atomic
def add_material(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, kind: str, content: bytes, day: date
) -> FilingMaterial:
    """Keep one photograph, drawn anew, or one PDF, as pictures of its pages; encrypted.

    Raises PermissionRefused, TransitionRefused, FileRefused, RuleViolation MATERIAL_KIND_MISSING, TOO_MANY_MATERIALS.
    """
    check_can_write_filing(actor, filing.enterprise_id)
    check_is_with_enterprise(filing)
    if kind not in KINDS:
        raise RuleViolation("MATERIAL_KIND_MISSING", "没有选择材料名称", "请选择这是什么材料")
    if filing.materials.count() >= MOST:
        raise RuleViolation("TOO_MANY_MATERIALS", f"材料已有 {MOST} 份", "请删除不需要的再上传")
    found = FilingMaterial.objects.create(filing=filing, kind=kind, picture=_stored(content), recorded_by=actor)
    record_event(actor=actor, code="assessment_filing.material_added", subject=filing, day=day, changes={"kind": kind})
    return found


def _stored(content: bytes) -> StoredFile:
    if content[:5] != PDF_BEGINS:
        return store_file(content=clean_picture(content, watermark=WATERMARK).plain, name="material.jpg")
    return store_file(content=clean_pdf(content), name="material.pdf")


@transaction.atomic
def remove_material(*, actor: Membership, material: FilingMaterial, day: date) -> None:
    """Delete one for good, while the application lies with the enterprise."""
    filing = material.filing
    check_can_write_filing(actor, filing.enterprise_id)
    check_is_with_enterprise(filing)
    stored = material.picture
    material.delete()
    forget_file(stored)
    record_event(
        actor=actor, code="assessment_filing.material_removed", subject=filing, day=day, changes={"kind": material.kind}
    )


@transaction.atomic
def reveal_material(*, actor: Membership, material: FilingMaterial, now: datetime) -> bytes:
    """The photograph as a JPEG, or the PDF, with viewer and time across it; a look from outside the enterprise leaves an event."""
    filing = material.filing
    if not EnterpriseAssessmentFiling.objects.visible_to(actor).filter(pk=filing.pk).exists():
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能查看该申报的材料", "请切换到有权的岗位")
    if actor.sees_business_of_all:
        changes = {"kind": material.kind}
        record_event(actor=actor, code="assessment_filing.material_seen", subject=filing, changes=changes)
    words = f"{actor.user.display_name} {now:%Y-%m-%d %H:%M} {WATERMARK}"
    return (draw_pages if material.is_pdf else mark_picture)(material.picture.read(), watermark=words)
