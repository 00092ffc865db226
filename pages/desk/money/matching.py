"""Three lists of one batch beside one another, line by line: the district's, the city's answer, the bank's receipt."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.batches import batch_of
from pages.desk.line_filters import filtered
from pages.desk.line_pages import KeyedPaginator
from pages.desk.tabs import PAGE_SIZE, numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch
from subsidies.permissions import can_propose_clawback
from subsidies.services import matching
from subsidies.services.matching import IN_ORDER, SAME, MatchCounts, is_paid, match_counts, matched_lines

#: how a difference is called in the address and on the page
DIFFERENCES = {
    matching.BOUNCED: ("bounced", "退票待重付"), matching.RETURNED: ("returned", "市局退回"),
    matching.UNANSWERED: ("unanswered", "市局未批复"), matching.UNPAID: ("unpaid", "未列入付款文件"),
    matching.PENDING: ("pending", "银行未回盘"), matching.WRITTEN_OFF: ("written_off", "不再补付"),
    matching.CLAWED_BACK: ("clawed_back", "已追回"), matching.TAKEN_OUT: ("taken_out", "已移出名单"), SAME: ("same", "三方一致"),
}  # fmt: skip
BY_KEY = {key: difference for difference, (key, _) in DIFFERENCES.items()}


class MatchPaginator(KeyedPaginator):
    """Pages of lines, difference by difference; a far page is looked for from the nearest place before it."""

    def __init__(self, batch: Batch, lines: QuerySet[Any], counts: MatchCounts, chosen: int | None) -> None:
        super().__init__(lines, PAGE_SIZE)
        self.batch, self.lines, self.counts = batch, lines, counts
        self.shown = IN_ORDER if chosen is None else (chosen,)
        self.count = sum(counts.of(difference)[0] for difference in self.shown)

    def page(self, number: int | str) -> Page[Any]:
        """Rows of a page, in the order of their keys."""
        number = self.validate_number(number)
        keys = self.keys((number - 1) * self.per_page)
        rows = {row.pk: row for row in self.lines.order_by().filter(pk__in=keys)}
        return Page([rows[key] for key in keys if key in rows], number, self)

    def keys(self, start: int) -> list[int]:
        """Keys of a page that begins after so many lines."""
        found: list[int] = []
        for difference in self.shown:
            n, wanted = self.counts.of(difference)[0], self.per_page - len(found)
            if start < n and wanted:
                found += self._keys_of(difference, start, wanted)
            start = max(start - n, 0)
        return found

    def _keys_of(self, difference: int, start: int, wanted: int) -> list[int]:
        before = self.counts.before[difference]
        stride = bisect_right(before, start) - 1
        start -= before[stride]
        lines = matching.of_difference(self.batch, self.lines, difference).order_by("position", "pk")
        if stride:
            lines = lines.filter(position__gt=stride * matching.STRIDE)
        return list(lines.values_list("pk", flat=True)[start : start + wanted])


@page_for(BUREAU_ROLES)
@require_safe
def match_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Differences on top; counts of each kind of difference lead to its lines."""
    batch = batch_of(request, pk)
    every, whole = match_counts(batch), matched_lines(batch)
    lines, shown = filtered(request, batch, whole)
    mine = matching.counts_of(lines) if shown["is_filtered"] else every
    chosen = request.GET.get("difference", "")
    chosen = chosen if chosen in BY_KEY else ""
    rows = lines.select_related("worker", "claim__organisation", "claim__worker")
    found = numbered_page(request, MatchPaginator(batch, rows, mine, BY_KEY[chosen] if chosen else None))
    for row in found["page"]:
        row.difference_key, row.difference_word = DIFFERENCES[row.difference]
    kinds = [(*DIFFERENCES[difference], *every.of(difference)) for difference in IN_ORDER]
    context = {
        "here": "payments", "batch": batch, "chosen": chosen, "today": business_day(), "sums": _sums(every),
        "kinds": [kind for kind in kinds if kind[2]],
        "sum_fen": mine.of(BY_KEY[chosen])[1] if chosen else sum(group.fen for group in mine.groups),
        "may_claw_back": can_propose_clawback(member_of(request), batch),
        "files": list(batch.payment_files.order_by("pk")),
    }  # fmt: skip
    return render(request, "desk/money/match.html", context | shown | found)


def _sums(counts: MatchCounts) -> dict[str, int]:
    """Lines and fen on each of the three lists, and of those on which all agree."""
    sides = {
        "district": counts.groups, "city": [group for group in counts.groups if group.city],
        "bank": [group for group in counts.groups if is_paid(group)],
        "same": [group for group in counts.groups if group.difference == SAME],
    }  # fmt: skip
    lines = {f"{side}_n": sum(group.lines for group in groups) for side, groups in sides.items()}
    return lines | {f"{side}_fen": sum(group.fen for group in groups) for side, groups in sides.items()}
