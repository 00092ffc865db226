"""What a file may be given for: the batches, payment files or classes a sheet can name now."""

from __future__ import annotations

from park_workers.models import Enterprise, Membership, Role
from park_workers.services.imports import SheetImport
from subsidies.models import Batch, PaymentFile
from training.models import AssessmentSitting, TrainingClass
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import can_write_sittings
from training.services.sitting_lists import OPEN

#: sheets that name their object, and with it whose they are
SITTING_RESULTS = "sitting_results"


def _bureau_of(member: Membership) -> int | None:
    enterprise = getattr(member.organisation, "enterprise", None)
    return enterprise.bureau_id if enterprise is not None else member.organisation_id


def owners_for(member: Membership, declared: SheetImport) -> list[tuple[str, str]] | None:
    """Enterprises in whose name a clerk gives an enterprise's list; None where everybody gives their own."""
    is_own = declared.sheet.kind == SITTING_RESULTS
    if member.role != Role.CLERK or Role.ENTERPRISE_HR not in declared.roles or is_own:
        return None
    found = Enterprise.objects.filter(bureau_id=member.organisation_id).select_related("organisation")
    return [(str(one.pk), one.name) for one in found.order_by("directory_position", "pk")]


def _label(batch: Batch) -> str:
    return f"{batch.name} {batch.policy.title}（截止日 {batch.cutoff_on}）"


def scopes_for(member: Membership, kind: str) -> list[tuple[str, str]] | None:
    """(scope, words) to choose from; None for a sheet that is for nothing in particular."""
    if kind == SITTING_RESULTS:
        return _sittings(member)
    if kind == "applications":
        batches = Batch.objects.filter(
            bureau_id=_bureau_of(member), is_trial=False, candidates="applications", status__in=("draft", "computed")
        )
    elif kind == "city_answers":
        batches = Batch.objects.visible_to(member).filter(status="sent_to_city")
    elif kind == "class_roster":
        classes = (
            TrainingClass.objects.visible_to(member)
            .filter(status__in=("draft", "returned"))
            .order_by("starts_on", "pk")
        )
        return [(f"class:{c.pk}", f"{c.number}（{c.trade}，{c.starts_on} 开班）") for c in classes]
    elif kind == "bank_returns":
        files = PaymentFile.objects.filter(batch__bureau_id=member.organisation_id).filter(status="sent")
        return [(f"payment_file:{f.pk}", f"{f.number}（{f.batch.name}）") for f in files.select_related("batch")]
    else:
        return None
    return [(f"batch:{batch.pk}", _label(batch)) for batch in batches.select_related("policy")]


def _sittings(member: Membership) -> list[tuple[str, str]]:
    """Sittings that take results, the latest first."""
    rows = AssessmentSitting.objects.visible_to(member).filter(status__in=OPEN).select_related("assessor__organisation")
    return [
        (f"sitting:{one.pk}", f"{one.held_on} {one.trade}{LEVEL_NAMES[one.level]}（{one.assessor.organisation.name}）")
        for one in rows.order_by("-held_on", "-pk")[:200]
        if can_write_sittings(member, one.assessor)
    ]
