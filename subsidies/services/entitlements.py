"""Reservations behind "paid once" (I1) and behind the budget (I2): made when a batch is submitted, released when it is not paid."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.money import format_yuan
from park_workers.models import Membership
from subsidies.models import Appropriation, Batch, Entitlement, LineFunding, LineItem
from subsidies.services.included_lines import included_lines

if TYPE_CHECKING:
    from subsidies.rules.terms import PolicyTerms

#: Canonical persons, in the order of persons: two batches that reserve the same people wait for each other, never in a circle.
RESERVE_PEOPLE = """
INSERT INTO subsidies_entitlement
    (recorded_at, recorded_by_id, worker_id, "group", period_key, line_id, batch_id, void_reason)
SELECT %s, %s, COALESCE(person.merged_into_id, person.id), %s, line.period_key, line.id, %s, ''
FROM subsidies_lineitem line
JOIN park_workers_worker person ON person.id = line.worker_id
WHERE line.calculation_id = %s AND line.is_eligible
  AND NOT EXISTS (SELECT 1 FROM subsidies_linedecision decision
                  WHERE decision.line_id = line.id AND decision.is_standing AND decision.excludes)
  AND NOT EXISTS (SELECT 1 FROM park_workers_worker record
                  JOIN subsidies_entitlement held ON held.worker_id = record.id AND held.voided_at IS NULL
                  WHERE record.merged_into_id = COALESCE(person.merged_into_id, person.id)
                    AND held."group" = %s AND held.period_key = line.period_key)
ORDER BY COALESCE(person.merged_into_id, person.id), line.position
{lock}
ON CONFLICT DO NOTHING
"""
#: A merge holds the person's rows; who reserves waits for it, and the database looks again.
LOCK_PEOPLE = {"postgresql": "FOR KEY SHARE OF person", "sqlite": ""}

RESERVE_MONEY = """
INSERT INTO subsidies_linefunding (line_id, appropriation_id, amount_fen)
SELECT line.id, %s, {share}
FROM subsidies_lineitem line
WHERE line.calculation_id = %s AND line.is_eligible AND line.amount_fen > 0
  AND NOT EXISTS (SELECT 1 FROM subsidies_linedecision decision
                  WHERE decision.line_id = line.id AND decision.is_standing AND decision.excludes)
"""


def reserve_people(*, actor: Membership, batch: Batch, group: str) -> int:
    """Make an entitlement for every included line, in one set; returns how many were made.

    A person who already holds a live one of the group and period, under whatever record, gets none: see
    `lines_without_entitlement`.  Raises TransitionRefused PEOPLE_MERGED when records are merged at the same moment.
    """
    sql = RESERVE_PEOPLE.format(lock=LOCK_PEOPLE[connection.vendor])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [timezone.now(), actor.pk, group, batch.pk, batch.current_id, group])
            return int(cursor.rowcount)
    except IntegrityError as error:
        raise TransitionRefused(
            "PEOPLE_MERGED", "提交时有人员记录正在合并，本次操作未生效", "请重新测算后再提交"
        ) from error


def lines_without_entitlement(batch: Batch) -> QuerySet[LineItem]:
    """Included lines of known persons that hold no live entitlement."""
    held = Entitlement.objects.filter(batch=batch, voided_at__isnull=True).values("line")
    return included_lines(batch).filter(worker__isnull=False).exclude(pk__in=held)


def reserve_money(*, batch: Batch, terms: PolicyTerms) -> dict[str, int]:
    """Commit the included lines' money against the appropriations of the cut-off year; returns fen by source.

    Shares are split line by line, the last source takes the rest.  Raises RuleViolation NO_APPROPRIATION or
    BUDGET_SHORT, and then nothing is reserved.
    """
    shares = list(terms.funding)
    if not shares:
        raise RuleViolation("NO_FUNDING_SOURCE", "政策版本没有写明资金来源", "请在政策条款中写明资金来源后重新发布")
    found = _appropriations_of(batch, [share.source for share in shares])
    whole = sum(share.parts for share in shares)
    before: list[str] = []
    for share in shares:
        # Halves up, as rules.amounts.split_by_shares does; amounts are never negative here.
        part = f"(2 * line.amount_fen * {int(share.parts)} + {int(whole)}) / {2 * int(whole)}"
        if share is shares[-1]:
            part = " - ".join(["line.amount_fen", *before])
        with connection.cursor() as cursor:
            cursor.execute(RESERVE_MONEY.format(share=part), [found[share.source].pk, batch.current_id])
        before.append(f"({part})")
    amounts = _funding_by_appropriation(batch, released_at__isnull=True)
    for source in sorted(found):  # always in one order: two batches never wait for each other in a circle
        _commit(found[source], amounts.get(found[source].pk, 0))
    return {source: amounts.get(appropriation.pk, 0) for source, appropriation in found.items()}


def _appropriations_of(batch: Batch, sources: list[str]) -> dict[str, Appropriation]:
    year = batch.cutoff_on.year
    rows = Appropriation.objects.filter(bureau_id=batch.bureau_id, year=year, source__in=sources)
    found = {row.source: row for row in rows}
    missing = "、".join(source for source in sources if source not in found)
    if missing:
        raise RuleViolation("NO_APPROPRIATION", f"{year} 年没有登记“{missing}”的到位资金", "请财务登记到位资金后再提交")
    return found


def _commit(appropriation: Appropriation, amount_fen: int) -> None:
    """The guarded UPDATE: the database itself compares, so two batches at once never commit more than there is."""
    mine = Appropriation.objects.filter(pk=appropriation.pk)
    if mine.filter(committed_fen__lte=F("amount_fen") - amount_fen).update(
        committed_fen=F("committed_fen") + amount_fen
    ):
        return
    appropriation.refresh_from_db()
    left = appropriation.amount_fen - appropriation.committed_fen
    raise RuleViolation(
        "BUDGET_SHORT",
        f"资金不足：“{appropriation}”到位 {format_yuan(appropriation.amount_fen)} 元，已占用 "
        f"{format_yuan(appropriation.committed_fen)} 元，余 {format_yuan(left)} 元；本批次需 {format_yuan(amount_fen)} 元，"
        f"差 {format_yuan(amount_fen - left)} 元",
        "请财务登记追加资金，或暂缓部分明细后再提交",
    )


def _funding_by_appropriation(batch: Batch, **which: Any) -> dict[int, int]:
    """Fen of the batch's funding rows by appropriation."""
    funding = LineFunding.objects.filter(line__calculation__batch=batch, **which)
    rows = funding.order_by().values("appropriation").annotate(total=Sum("amount_fen"))
    return dict(rows.values_list("appropriation", "total"))


def release_reservations(
    *, actor: Any, batch: Batch, reason: str, day: date, lines: QuerySet[LineItem] | None = None
) -> dict[str, int]:
    """Void entitlements and give budget back, for the whole batch or for some of its lines; history is kept.

    Call it inside the transaction of the move or decision that gives the reason.  Returns `entitlements` voided and fen
    released.
    """
    now = timezone.now()
    entitlements = Entitlement.objects.filter(batch=batch, voided_at__isnull=True)
    funding = LineFunding.objects.filter(line__calculation__batch=batch, released_at__isnull=True)
    if lines is not None:
        entitlements = entitlements.filter(line__in=lines.values("pk"))
        funding = funding.filter(line__in=lines.values("pk"))
    voided = entitlements.update(voided_at=now, void_reason=reason[:200])
    funding.update(released_at=now)
    # What this call released, counted after the fact: of two releases at once each gives back only its own.
    amounts = _funding_by_appropriation(batch, released_at=now)
    for appropriation in sorted(amounts):
        given_back = Appropriation.objects.filter(
            pk=appropriation, committed_fen__gte=F("paid_fen") + amounts[appropriation]
        ).update(committed_fen=F("committed_fen") - amounts[appropriation])
        if not given_back:
            raise RuleViolation("RELEASE_TOO_MUCH", "释放的资金超过未支付的占用额", "请停止办理并联系系统管理员核查")
    figures = {"entitlements": voided, "amount_fen": sum(amounts.values())}
    record_event(actor=actor, code="batch.reservations_released", subject=batch, note=reason, day=day, changes=figures)
    return figures
