"""What each tab of an enterprise's page shows, and what about it is worth a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum
from django.http import HttpRequest
from django.urls import reverse

from pages.acting import member_of
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, EmploymentOverlap, Enterprise, PayeeAccount, ScanEntry, Upload, Worker
from park_workers.models.named import of_people
from park_workers.models.uploads import UPLOADERS
from park_workers.services.imports import all_imports
from subsidies.models import Claim, CorrectionRequest, Disbursement

STAYS = {"": "全部", "now": "在职", "left": "已离职"}


@dataclass(frozen=True)
class WorthALook:
    """One thing worth a look, and where it is looked at."""

    text: str
    href: str = ""
    link: str = ""


def people_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """Employments, the newest hire first; current or left, narrowed by name."""
    today = business_day()
    rows = Employment.objects.filter(enterprise=enterprise).select_related("worker").prefetch_related("posts")
    stay, name = request.GET.get("stay", "now"), " ".join(request.GET.get("name", "").split())[:40]
    stay = stay if stay in STAYS else "now"
    if stay == "now":
        rows = rows.employed_on(today)
    elif stay == "left":
        rows = rows.filter(left_on__lt=today)
    if name:
        rows = rows.filter(of_people(Worker.objects.named_like(name)))
    found = numbered_page(request, rows.order_by("-hired_on", "-pk"))
    for row in found["page"]:
        posts = sorted(row.posts.all(), key=lambda post: post.starts_on)
        row.post = posts[-1] if posts else None
        row.is_now = row.left_on is None or row.left_on >= today
    return found | {"stay": stay, "stays": STAYS, "name": name}


def claims_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """The enterprise's claims in computations in force, trials apart."""
    claims = Claim.objects.filter(organisation_id=enterprise.pk, calculation=F("batch__current"))
    claims = claims.select_related("batch__policy").order_by("batch__is_trial", "-batch__cutoff_on", "-pk")
    official = claims.filter(batch__is_trial=False).exclude(batch__status="cancelled").order_by()
    return {"claims": list(claims), "claim_totals": official.aggregate(people=Sum("people"), fen=Sum("amount_fen"))}


def payments_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """Payments with what the bank said; the sum of what has arrived."""
    rows = Disbursement.objects.filter(organisation_id=enterprise.pk).select_related("payment_file__batch__policy")
    arrived = rows.filter(status="paid").order_by().aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return {"payments": list(rows.order_by("-payment_file_id", "line_number")), "arrived_fen": arrived}


def accounts_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """Every account, masked, with who proposed and who approved it."""
    rows = PayeeAccount.objects.filter(organisation_id=enterprise.pk).select_related("proposed_by", "approved_by")
    return {"accounts": list(rows.order_by("-valid_from", "-pk"))}


def uploads_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """Files given by or for the enterprise."""
    titles = {declared.sheet.kind: declared.sheet.title for declared in all_imports()}
    rows = Upload.objects.filter(organisation_id=enterprise.pk).select_related("file", "recorded_by__user")
    found = numbered_page(request, rows.order_by("-pk"))
    for upload in found["page"]:
        upload.title = titles.get(upload.sheet_kind, upload.sheet_kind)
    return found | {"may_open": member_of(request).role in UPLOADERS}


def corrections_tab(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """What the enterprise is asked to correct, and its answers."""
    rows = CorrectionRequest.objects.filter(enterprise=enterprise).select_related("worker", "asked_by")
    return numbered_page(request, rows.order_by("-pk"))


TABS: dict[str, tuple[str, Callable[[HttpRequest, Enterprise], dict[str, Any]]]] = {
    "people": ("人员", people_tab),
    "claims": ("申报与批次", claims_tab),
    "payments": ("拨付", payments_tab),
    "accounts": ("收款账户", accounts_tab),
    "uploads": ("上传", uploads_tab),
    "corrections": ("更正要求", corrections_tab),
}


def tab_bar(enterprise: Enterprise) -> list[tuple[str, str]]:
    """Key and name of each tab."""
    return [(key, name) for key, (name, _) in TABS.items()]


def warnings_of(enterprise: Any, today: date) -> list[WorthALook]:
    """What somebody should look at: overlaps, a missing account, a change that waits, files that wait, bounced payments."""
    found, pk = [], enterprise.pk
    overlaps = EmploymentOverlap.objects.filter(closed_at__isnull=True).filter(
        Q(earlier__enterprise=pk) | Q(later__enterprise=pk)
    )
    for one in overlaps.select_related("earlier__worker", "later__enterprise__organisation", "earlier__enterprise")[
        :20
    ]:
        href = reverse("worker", args=[one.earlier.worker.canonical_id])
        found.append(WorthALook(f"{one.earlier.worker} 同时在另一家企业在职", href, "查看人员"))
    if not enterprise.has_account:
        found.append(WorthALook("没有在用的收款账户，不能拨付", "?tab=accounts", "查看账户"))
    if waiting := PayeeAccount.objects.filter(organisation=pk, status="proposed").count():
        found.append(WorthALook(f"{waiting} 项账号变更等待审批", "?tab=accounts", "查看账户"))
    if checked := Upload.objects.filter(organisation=pk, status="checked").count():
        found.append(WorthALook(f"{checked} 份文件已检查，等待确认", "?tab=uploads", "查看上传"))
    if scanned := ScanEntry.objects.waiting().filter(enterprise=pk).count():
        found.append(WorthALook(f"{scanned} 人已扫码登记，等待企业人事确认"))
    bounced = (
        Disbursement.objects.filter(organisation=pk, status="bounced", paid_lines__is_live=True).distinct().count()
    )
    if bounced:
        found.append(WorthALook(f"{bounced} 笔付款被银行退回，尚未重付", "?tab=payments", "查看拨付"))
    return found
