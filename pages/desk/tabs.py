"""What each tab of a batch page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest

from pages import why
from pages.acting import member_of
from pages.desk.batch_figures import (
    claim_totals,
    eligible_before,
    lines_by_reason,
    lines_refused_by,
    refused_before,
    with_lines_left_out,
)
from pages.desk.history import batch_history, changes_since_last
from pages.desk.line_filters import claims_named, claims_of, filtered
from pages.desk.line_pages import KeyedPaginator, Known, LinePaginator, counted, sought_page
from park_workers.models import Membership
from park_workers.services.imports import import_for
from park_workers.services.uploads import can_upload
from subsidies.models import Batch, CityAnswerLine, Disbursement, LineDecision, LineItem, Objection
from subsidies.permissions import can_decide_lines_of, can_pay, can_take_down_objection

PAGE_SIZE, PAYEES_A_PAGE = 50, 100
#: the figures above the batch, see `figures`
Counts = dict[str, int]


def lines_of(batch: Batch) -> QuerySet[LineItem]:
    """Lines of the computation in force."""
    return (
        LineItem.objects.filter(calculation_id=batch.current_id)
        .select_related("worker", "employment", "claim__organisation", "claim__worker", "introducer")
        .order_by("position", "pk")
    )


def first_tab(batch: Batch) -> str:
    """The tab that opens by itself."""
    return "eligible"


def tab_bar(batch: Batch, counts: dict[str, int]) -> list[tuple[str, str, int | None]]:
    """Key, name and count of each tab that has something to say."""
    found: list[tuple[str, str, int | None]] = [
        ("eligible", "合格", counts["eligible"]),
        ("ineligible", "不合格", counts["ineligible"]),
        ("held", "暂缓与移除", counts["held"]),
        ("payees", "按企业" if batch.policy.payee_kind == "enterprise" else "按收款人", counts["payees"]),
    ]
    if not batch.is_trial:
        objections = Objection.objects.filter(notice__batch=batch).count()
        found += [("objections", "异议", objections), ("city", "市局批复", None), ("payments", "拨付", None)]
    return [*found, ("history", "历史", None)]


def numbered_page(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> dict[str, Any]:
    """The page of the query string, of rows or of a paginator; nonsense gives the first, too far gives the last."""
    paginator = rows
    if not isinstance(rows, Paginator):
        paginator = KeyedPaginator(rows, size) if isinstance(rows, QuerySet) else Paginator(rows, size)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    try:
        page: Page[Any] = paginator.page(max(number, 1))
    except EmptyPage:
        page = paginator.page(paginator.num_pages)
    return {"page": page, "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))}


def with_reasons(page: Iterable[LineItem], batch: Batch) -> None:
    """Give each line of a page its failing conditions in short words."""
    terms = batch.policy_version.parsed_terms
    for line in page:
        line.reasons = why.reasons_of(line.fail_mask, terms, line.period_key)  # type: ignore[attr-defined]
        line.period = why.period_words(terms, line.period_key)  # type: ignore[attr-defined]


def opened_line(request: HttpRequest, lines: QuerySet[LineItem]) -> LineItem | None:
    """The line named by ?line=, so that the explanation beside the list survives Back and reload."""
    text = request.GET.get("line", "")
    return lines.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 18 else None


def _line_tab(
    request: HttpRequest, batch: Batch, lines: QuerySet[LineItem], known: Known | None = None
) -> dict[str, Any]:  # fmt: skip
    """`known`: what the lines come to without the filters of the bar; counted if it is not."""
    whole = lines
    lines, shown = filtered(request, batch, lines)
    if shown["is_filtered"] and not shown["are_few"]:
        found = shown | {"page": sought_page(request, lines, whole, PAGE_SIZE), "sum_fen": None}
    else:
        if known is None or shown["is_filtered"]:
            known = counted(lines)
        found = shown | numbered_page(request, LinePaginator(lines, PAGE_SIZE, known)) | {"sum_fen": known.fen}
    with_reasons(found["page"], batch)
    found["page_sum_fen"] = sum(line.amount_fen for line in found["page"])
    if line := opened_line(request, lines_of(batch)):
        from pages.desk.lines import explained

        found |= {"line": line, "why": explained(batch, line)}
    return found


def may_decide_lines(batch: Batch, member: Membership) -> bool:
    """Whether lines may be held, removed or taken back now: by the bureau's clerk, until the list is signed."""
    return can_decide_lines_of(member, batch) and not batch.is_trial


def eligible_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """Eligible lines that nothing has taken off the straight road."""
    before = eligible_before(batch.current) if batch.current else None
    known = Known(counts["eligible"], counts["amount_fen"], before)
    found = _line_tab(request, batch, lines_of(batch).included(), known)  # type: ignore[attr-defined]
    may = may_decide_lines(batch, member_of(request))
    return found | {"bulk": (("hold", "暂缓"), ("remove", "移除")) if may else ()}


def ineligible_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """Refused lines, narrowed by reason."""
    lines = lines_of(batch).filter(is_eligible=False)
    terms, by_reason = batch.policy_version.parsed_terms, lines_by_reason(batch)
    known = Known(counts["ineligible"], 0, refused_before(batch.current) if batch.current else None)
    codes = why.bits_of(terms)
    chosen = request.GET.get("reason", "")
    if chosen in codes:
        lines = lines.annotate(bit=F("fail_mask").bitand(1 << codes.index(chosen))).filter(bit__gt=0)
        known = lines_refused_by(batch.current, chosen, by_reason.get(chosen, 0)) if batch.current else Known(0, 0)
    else:
        chosen = ""
    reasons = [(code, why.short_words(terms, code), by_reason[code]) for code in codes if by_reason.get(code)]
    return _line_tab(request, batch, lines, known) | {"reasons": reasons, "reason": chosen}


def held_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """Lines that a decision holds or has taken out, with the decision."""
    lines = lines_of(batch).filter(decisions__is_standing=True, decisions__excludes=True)
    found = _line_tab(request, batch, lines)
    standing = LineDecision.objects.filter(line__in=[line.pk for line in found["page"]], is_standing=True)
    by_line = {decision.line_id: decision for decision in standing.select_related("recorded_by")}
    for line in found["page"]:
        line.decision = by_line.get(line.pk)
    may = may_decide_lines(batch, member_of(request))
    return found | {"bulk": (("release", "恢复"),) if may else ()}


def payees_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """One row per enterprise (or other payee) with its people and its sum."""
    firm = " ".join(request.GET.get("firm", "").split())[:40]
    if batch.current is None:
        return {"claims": [], "firm": firm}
    claims, totals = claims_of(batch), claim_totals(batch.current)
    if firm:
        claims = claims_named(batch, firm)
        totals = claims.order_by().aggregate(
            n=Count("pk"), lines=Sum("lines"), people=Sum("people"), amount_fen=Sum("amount_fen")
        )
    paginator = KeyedPaginator(claims, PAYEES_A_PAGE)
    paginator.count = totals["n"]
    found = numbered_page(request, paginator)
    with_lines_left_out(list(found["page"]))
    return found | {"claims": found["page"].object_list, "claim_totals": totals, "firm": firm}


def objections_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """What the public objected to, undecided first."""
    found = Objection.objects.filter(notice__batch=batch).order_by("decided_on", "-pk")
    may = can_take_down_objection(member_of(request), batch)
    return {
        "objections": sorted(found, key=lambda one: one.decided_on is not None),
        "may_object": may and batch.status == "in_notice",
    }


def city_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """The city's answers, file by file, and each line it returned."""
    answers = list(batch.city_answers.select_related("recorded_by").order_by("pk"))
    returned = (
        CityAnswerLine.objects.filter(answer__batch=batch, is_accepted=False)
        .select_related("answer", "line__worker", "line__claim__organisation", "line__claim__worker")
        .order_by("answer_id", "row")
    )
    accepted = set(
        CityAnswerLine.objects.filter(answer__batch=batch, is_accepted=True, line__in=[r.line_id for r in returned])
        .values_list("line_id", flat=True)
    )  # fmt: skip
    rows = list(returned)
    for row in rows:
        row.was_accepted_later = row.line_id in accepted  # type: ignore[attr-defined]
    may_import = can_upload(member_of(request), import_for("city_answers")) and batch.status == "sent_to_city"
    return {"answers": answers, "returned": rows, "may_import": may_import}


def payments_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """Payment files and each payment with what the bank said."""
    files = list(batch.payment_files.select_related("repeats").order_by("pk"))
    payments = (
        Disbursement.objects.filter(payment_file__in=files)
        .select_related("organisation", "worker", "payment_file")
        .order_by("payment_file_id", "line_number")
    )
    by_file: dict[int, list[Disbursement]] = {}
    for payment in payments:
        by_file.setdefault(payment.payment_file_id, []).append(payment)
    for file in files:
        file.rows = by_file.get(file.pk, [])  # type: ignore[attr-defined]
        file.paid_fen = sum(p.amount_fen for p in file.rows if p.status == "paid")  # type: ignore[attr-defined]
        file.bounced_fen = sum(p.amount_fen for p in file.rows if p.status == "bounced")  # type: ignore[attr-defined]
    paid_fen = sum(f.paid_fen for f in files)  # type: ignore[attr-defined]
    return {"files": files, "paid_fen": paid_fen, "may_download": can_pay(member_of(request), batch)}


def history_tab(request: HttpRequest, batch: Batch, counts: Counts) -> dict[str, Any]:
    """Everything that happened, and what the newest computation changed."""
    return {"events": batch_history(batch), "computations": changes_since_last(batch)}


TABS: dict[str, Callable[[HttpRequest, Batch, Counts], dict[str, Any]]] = {
    "eligible": eligible_tab,
    "ineligible": ineligible_tab,
    "held": held_tab,
    "payees": payees_tab,
    "objections": objections_tab,
    "city": city_tab,
    "payments": payments_tab,
    "history": history_tab,
}
