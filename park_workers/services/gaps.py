"""What is missing from the record of somebody who works here now, so that the enterprise mends it before it costs money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from park_workers.models import ContractSpan, Employment, Enterprise, InsuredMonth, PostSpan

#: an insurance list comes a month late: somebody hired longer ago than this should be on one
INSURED_WITHIN_DAYS = 60


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: in a word, in a sentence with what follows from it, and which form mends it."""

    code: str
    word: str
    sentence: str
    #: the form of the phone that mends it; empty where the enterprise cannot mend it there
    form: str = ""


GAPS = {
    gap.code: gap
    for gap in (
        Gap("phone", "缺手机", "没有手机号码，员工收不到通知，补贴核查时也联系不上。", "phone"),
        Gap(
            "contract", "无有效合同", "没有今天有效的劳动合同：未登记，或已经到期。申领补贴时会因此不符合。", "contract"
        ),
        Gap("trade", "缺工种", "没有登记工种，无法判断是否属于补贴岗位。", "post"),
        Gap(
            "insured",
            "未见参保",
            "入职已超过 60 天，区人社局的缴费名单里还没有贵企业为其缴费的月份。请核对是否已参保。",
        ),
    )
}


def with_gaps(rows: Any, *, enterprise: Enterprise, day: date) -> Any:
    """Employments with a truth value for each gap: `gap_<code>`."""
    here = OuterRef("pk")
    in_force = ContractSpan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), employment=here)
    post = PostSpan.objects.filter(employment=here, starts_on__lte=day).order_by("-starts_on")
    live = InsuredMonth.objects.filter(credit_code=enterprise.organisation.credit_code, voided_at__isnull=True)
    insured = live.filter(worker=OuterRef("worker"))
    hired_by = _insured_if_hired_by(live, enterprise, day)
    return rows.annotate(
        gap_phone=Q(worker__phone_hash=""),
        gap_contract=~Exists(in_force.filter(starts_on__lte=day)),
        gap_trade=~Exists(PostSpan.objects.filter(pk=Subquery(post.values("pk")[:1]), trade__gt="")),
        gap_insured=Q(hired_on__lt=hired_by) & ~Exists(insured) if hired_by else Q(pk__isnull=True),
    )


def _insured_if_hired_by(live: Any, enterprise: Enterprise, day: date) -> date | None:
    """Whoever was hired before this day should be on an insurance list; None while we hold none for this enterprise."""
    newest: date | None = InsuredMonth.objects.aggregate(newest=Max("month"))["newest"]
    if newest is None or not live.filter(worker__employments__enterprise=enterprise).exists():
        return None
    return min(day - timedelta(days=INSURED_WITHIN_DAYS), newest)


def gaps_of(row: Any) -> list[Gap]:
    """The gaps of an employment read by `with_gaps`."""
    return [gap for code, gap in GAPS.items() if getattr(row, f"gap_{code}")]


def incomplete_first(rows: Any, *, enterprise: Enterprise, day: date) -> tuple[list[int], int]:
    """Primary keys of employments, those with a gap first and the newest hire first among either; and how many have one."""
    flags = with_gaps(rows, enterprise=enterprise, day=day).values_list("pk", *(f"gap_{code}" for code in GAPS))
    found = sorted((not any(row[1:]), -row[0]) for row in flags.order_by())
    return [-key for _, key in found], sum(not is_complete for is_complete, _ in found)


def read_in_order(keys: Collection[int], *, enterprise: Enterprise, day: date) -> list[Any]:
    """These employments with person, posts and gaps, in the order given."""
    rows = with_gaps(Employment.objects.filter(pk__in=keys), enterprise=enterprise, day=day)
    found = {row.pk: row for row in rows.select_related("worker").prefetch_related("posts")}
    return [found[key] for key in keys if key in found]
