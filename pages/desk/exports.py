"""The lists of people and enterprises as a workbook: what the filter shows, masked as on the page, with who and when on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pages.accounts.identity import freshly_confirmed
from pages.acting import page_for
from pages.desk.enterprise_figures import narrowed, payment_years, with_figures
from pages.desk.navigation import DESK_ROLES
from pages.desk.workers import STATES, chosen_workers, with_work
from pages.downloads import workbook_response
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_id_number, mask_phone
from park_workers.foundation.spreadsheets.writer import write_rows
from park_workers.models import Enterprise, Membership
from park_workers.services.exports import record_export

AT_ONCE = 1_000
WORKER_HEADERS = (
    "姓名",
    "证件号码",
    "性别",
    "出生日期",
    "手机号码",
    "户籍地",
    "最近企业",
    "工种",
    "一线",
    "入职日期",
    "离职日期",
    "状态",
)
FIRM_HEADERS = (
    "企业", "统一社会信用代码", "类型", "园区", "入园日期", "在职人数", "一线人数", "年度到账（元）", "待拨付（元）", "收款账户",
)  # fmt: skip


def _take(
    request: HttpRequest, title: str, headers: tuple[str, ...], rows: Any, lines: Any, filters: Any
) -> HttpResponse:
    """The workbook, noted in the log first; a refusal leads back to the list."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    now = timezone.localtime()
    try:
        mark = record_export(actor=member, title=title, rows=rows.order_by().count(), filters=filters, now=now)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        address = reverse("workers" if title == "人员名单" else "enterprises")
        return redirect(f"{address}?{request.GET.urlencode()}")
    content = write_rows(title, headers, lines, watermark=mark)
    return workbook_response(content, f"{title}-{now:%Y%m%d-%H%M%S}-{member.user.display_name}.xlsx")


@page_for(DESK_ROLES)
@require_POST
@freshly_confirmed()
def export_workers(request: HttpRequest) -> HttpResponse:
    """People of the filter."""
    rows, shown = chosen_workers(request, request.membership)  # type: ignore[attr-defined]
    enterprise = shown.pop("enterprise")
    shown |= {"state": STATES.get(shown["state"], ""), "firm": enterprise.name if enterprise else ""}
    return _take(request, "人员名单", WORKER_HEADERS, rows, _worker_lines(rows), shown)


def _worker_lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    """A line for each person, read a thousand at a time so that memory stays flat."""
    today, last = business_day(), 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = found[-1].pk
        with_work(found, today)
        for one in found:
            work, post = one.work, one.post
            yield (
                one.name, mask_id_number(one.open_id_number()), one.sex, one.birth_on, mask_phone(one.open_phone()), one.origin,
                work.enterprise.name if work else "", post.trade if post else "", ("是" if post.is_front_line else "否") if post else "",
                work.hired_on if work else "", work.left_on if work else "",
                "在职" if one.is_employed else ("已离职" if work else "未就业"),
            )  # fmt: skip


@page_for(DESK_ROLES)
@require_POST
@freshly_confirmed()
def export_enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises of the filter, with the figures of the list."""
    today = business_day()
    years = payment_years(today)
    text = request.GET.get("year", "")
    year = next((one for one in years if str(one) == text), years[0])
    seen = Enterprise.objects.visible_to(request.membership).select_related("organisation")  # type: ignore[attr-defined]
    rows, shown = narrowed(seen, request.GET, today)
    filters = {key: shown[key] for key in ("q", "kind", "only")} | {"year": year}
    return _take(request, "企业名录", FIRM_HEADERS, rows, _firm_lines(rows, today, year), filters)


def _firm_lines(rows: Any, today: Any, year: int) -> Iterator[tuple[Any, ...]]:
    found = list(rows.in_directory_order())
    with_figures(found, today, year)
    for one in found:
        yield (
            one.name, one.organisation.credit_code, one.kind, one.park_name, one.admitted_on or "", one.heads, one.fronts,
            _yuan(one.paid_fen), _yuan(one.owed_fen), "在用" if one.has_account else "没有",
        )  # fmt: skip


def _yuan(fen: int) -> str:
    """Yuan with two places, as text: a float is no money."""
    return f"{fen // 100}.{fen % 100:02d}"
