"""在岗确认 on the phone: the month as it stands, what changed in it, and one button."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.months import month_in
from pages.phone.roster import enterprise_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, HeadcountConfirmation, HeadcountReminder, Membership, Role
from park_workers.services.changed_months import changed_months
from park_workers.services.headcount_confirmations import (
    MonthToConfirm,
    confirm_headcount,
    confirm_until,
    due_month,
    month_to_confirm,
)
from park_workers.services.month_lists import KINDS, Difference, Stay, month_before

MONTHS_SHOWN = 12
SHOWN_OF_A_KIND = 200


@page_for(Role.ENTERPRISE_HR)
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The last twelve months with what was confirmed of each."""
    member = member_of(request)
    today = business_day()
    latest: dict[date, HeadcountConfirmation] = {}
    rows = HeadcountConfirmation.objects.visible_to(member).defer("people").select_related("recorded_by__user")
    for row in rows.order_by("edition"):
        latest[row.month] = row
    changed = {one.month: one for one in changed_months(enterprise_id=member.organisation_id, day=today)}
    month, shown = due_month(today), []
    state = month_to_confirm(enterprise_id=member.organisation_id, month=month)
    for _ in range(MONTHS_SHOWN):
        shown.append((month, latest.get(month), changed.get(month)))
        month = month_before(month)
    context = {"months": shown, "due": shown[0][0], "state": state, "until": confirm_until(shown[0][0]), "today": today}
    return render(request, "phone/headcount_months.html", context)


@page_for(Role.ENTERPRISE_HR)
def month_page(request: HttpRequest) -> HttpResponse:
    """One month: its figures, what changed, and the confirmation; what changed meanwhile is shown again."""
    member = member_of(request)
    enterprise, today = enterprise_of(member), business_day()
    month = month_in(request.GET.get("month", "")) or due_month(today)
    if month > due_month(today):
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            done = confirm_headcount(
                actor=member,
                enterprise=enterprise,
                month=month,
                seen_digest=request.POST.get("digest", "")[:64],
                day=today,
            )
            return _confirmed(request, done, today)
        except RuleViolation as refusal:
            error = refusal.sentences
    state = month_to_confirm(enterprise_id=enterprise.pk, month=month)
    editions = HeadcountConfirmation.objects.visible_to(member).filter(month=month).defer("people")
    context = {
        "month": month, "state": state, "figures": state.now.figures, "until": confirm_until(month), "today": today,
        "error": error, "reminder": _newest_reminder(member, month),
        "changes": _changes(state), "editions": editions.select_related("recorded_by__user").order_by("-edition"),
    }  # fmt: skip
    return render(request, "phone/headcount_month.html", context, status=422 if error else 200)


def _confirmed(request: HttpRequest, done: HeadcountConfirmation, today: date) -> HttpResponse:
    """Said; and on to the next month that is otherwise than it was confirmed, if there is one."""
    said = f"已确认 {done.month.year} 年 {done.month.month} 月在岗 {done.heads_at_end} 人。"
    others = changed_months(enterprise_id=done.enterprise_id, day=today)
    month = others[0].month if others else done.month
    more = f"还有 {len(others)} 个月确认后有变动，下面是 {month.year} 年 {month.month} 月。" if others else ""
    messages.success(request, said + more)
    return redirect(f"{reverse('headcount_month')}?month={month:%Y-%m}")


def _newest_reminder(member: Membership, month: date) -> HeadcountReminder | None:
    rows = HeadcountReminder.objects.visible_to(member).filter(month=month)
    return rows.select_related("person").order_by("-pk").first()


def _changes(state: MonthToConfirm) -> list[dict[str, Any]]:
    """Differences by kind, each with the person and a sentence."""
    found = state.changes
    people = Employment.objects.select_related("worker").in_bulk([one.employment for one in found])
    groups = []
    for kind, members in groupby(found, key=lambda one: one.kind):
        listed = list(members)
        rows = [(people.get(one.employment), sentence(one)) for one in listed[:SHOWN_OF_A_KIND]]
        groups.append(
            {"name": KINDS[kind], "n": len(listed), "rows": rows, "more": max(len(listed) - SHOWN_OF_A_KIND, 0)}
        )
    return groups


def _post(stay: Stay) -> str:
    return f"{stay.trade or '未填工种'}（{'一线' if stay.is_front_line else '非一线'}）"


def sentence(one: Difference) -> str:
    """A difference in words."""
    was, now = one.before, one.now
    if now is None:
        return "上次名单里有，现在不在本月名单里（入职日期已更正）"
    if one.kind == "joined":
        return f"{now.hired_on} 入职，{_post(now)}"
    if one.kind == "left":
        return f"最后在职日 {now.left_on}"
    assert was is not None
    if one.kind == "post":
        return f"{_post(was)} → {_post(now)}"
    hired = f"入职 {was.hired_on} → {now.hired_on}" if was.hired_on != now.hired_on else ""
    left = f"离职 {was.left_on or '未离职'} → {now.left_on or '未离职'}" if was.left_on != now.left_on else ""
    return "；".join(filter(None, (hired, left)))
