"""What waits for an enterprise: each kind of work adds its own line, and the home page shows those that have something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from pages.phone.account import bounced_todo
from pages.phone.assessment_filings import filings_todo
from pages.phone.confirming import claims_todo
from pages.phone.corrections import corrections_todo
from pages.phone.referrals import offers_todo, referrals_todo
from pages.phone.reviews import reviews_todo
from pages.phone.waiting import Todo
from park_workers.foundation.calendar import working_days_between
from park_workers.models import Membership, OwnerHandover, ScanEntry, Upload
from park_workers.services.changed_months import changed_months
from park_workers.services.headcount_confirmations import confirm_until, due_month, month_to_confirm

__all__ = ["SOURCES", "Todo", "todo_list"]


#: a source answers None, or a line with n = 0, when nothing waits
Source = Callable[[Membership, date], Todo | None]


def owner_places_offered(member: Membership, today: date) -> Todo | None:
    """The owner's place, offered to this person."""
    n = OwnerHandover.objects.filter(to=member, status="offered").count()
    return Todo("请您接任主账号", n, reverse("me"), "user-check") if n else None


def scanned_entries(member: Membership, today: date) -> Todo | None:
    """Workers who registered themselves and wait for a yes or no."""
    waiting = ScanEntry.objects.visible_to(member).waiting()
    found = waiting.aggregate(n=Count("pk"), first=Min("entered_on"))
    note = f"最早 {found['first'].month}月{found['first'].day}日提交" if found["n"] else ""
    return Todo("扫码登记待确认", found["n"], reverse("scan_entries"), "qrcode", note=note)


def month_waits(member: Membership, today: date) -> Todo | None:
    """在岗确认: from the month's last day on until it is confirmed, and again when it changes afterwards."""
    month = due_month(today)
    state = month_to_confirm(enterprise_id=member.organisation_id, month=month)
    if state.is_confirmed or not state.now.stays:
        return None
    until = confirm_until(month)
    left = working_days_between(first=today, last=until)
    note = f"确认后又有 {len(state.changes)} 项变动，请重新确认。" if state.has_drifted else ""
    note = note or (f"还剩 {left} 个工作日。" if until >= today else "已过期限，请尽快确认。")
    href = f"{reverse('headcount_month')}?month={month:%Y-%m}"
    return Todo(f"确认 {month.month} 月在岗名单", 1, href, "clipboard-check", until if until >= today else None, note)


def changed_months_wait(member: Membership, today: date) -> Todo | None:
    """Months confirmed before the one that is due, and otherwise since: a hire or a leave dated into them came later."""
    due = due_month(today)
    found = [one for one in changed_months(enterprise_id=member.organisation_id, day=today) if one.month < due]
    if not found:
        return None
    first = found[0].month
    title = f"重新确认 {first.year} 年 {first.month} 月在岗名单" if len(found) == 1 else "重新确认以前月份的在岗名单"
    said = "确认后补登或更正了员工，名单与当时不同。" if len(found) == 1 else f"{len(found)} 个月确认后名单又有变动。"
    href = f"{reverse('headcount_month')}?month={first:%Y-%m}" if len(found) == 1 else reverse("headcount_months")
    return Todo(title, len(found), href, "clipboard-check", note=said)


def files_wait(member: Membership, today: date) -> Todo | None:
    """Files that were checked and wait for a person to look at the preview."""
    waiting = Upload.objects.visible_to(member).filter(status=Upload.Status.CHECKED).order_by("-pk")
    references = list(waiting.values_list("reference", flat=True)[:100])
    if not references:
        return None
    one = reverse("phone_upload", args=references) if len(references) == 1 else reverse("phone_uploads")
    return Todo("确认已检查的文件", len(references), one, "file-spreadsheet", note="看过预览，确认后才写入。")


#: in the order of the page
SOURCES: tuple[Source, ...] = (
    owner_places_offered,
    scanned_entries,
    referrals_todo,
    offers_todo,
    claims_todo,
    corrections_todo,
    filings_todo,
    bounced_todo,
    month_waits,
    changed_months_wait,
    reviews_todo,
    files_wait,
)


def todo_list(member: Membership, today: date) -> list[Todo]:
    """Everything that waits for this enterprise, what ends first on top."""
    found = [todo for source in SOURCES if (todo := source(member, today)) is not None and todo.n]
    return sorted(found, key=lambda todo: todo.until or date.max)
