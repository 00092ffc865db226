"""Three lists of one batch beside one another, line by line: the district's, the city's answer, the bank's receipt.

What they come to is kept with the batch once its lines are frozen.  Kept counts hold while nothing changes beneath them (triggers
leave a `MatchChange`); what does not hold is counted by whoever asks, and the clock keeps it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from park_workers.foundation.jobs import tick
from subsidies.models import Batch, CityAnswerLine, DisbursementLine, KeptMatch, LineDecision, LineItem, MatchChange
from subsidies.services.included_lines import RESERVED_STATES
from subsidies.services.payable_lines import noticed_lines

#: what can differ, the most urgent first; SAME = all three agree
SAME, BOUNCED, RETURNED, UNANSWERED, UNPAID, PENDING, WRITTEN_OFF, CLAWED_BACK, TAKEN_OUT = range(9)
IN_ORDER = (*range(1, 9), SAME)
#: lines of each difference are counted before so many places
STRIDE = 1_000


@dataclass(frozen=True)
class MatchGroup:
    """Lines that differ alike: how the city and the bank answered, None where they have not."""

    difference: int
    city: bool | None
    bank: str | None
    lines: int
    fen: int


@dataclass(frozen=True)
class MatchCounts:
    """What the lists come to; `before`: for each difference how many of its lines stand before every STRIDE places."""

    groups: list[MatchGroup]
    before: dict[int, list[int]]

    def of(self, difference: int) -> tuple[int, int]:
        """Lines and fen of one difference."""
        mine = [group for group in self.groups if group.difference == difference]
        return sum(group.lines for group in mine), sum(group.fen for group in mine)


def _newest(rows: QuerySet[Any], field: str) -> Subquery:
    return Subquery(rows.order_by("-pk").values(field)[:1])


def matched_lines(batch: Batch) -> QuerySet[Any]:
    """The noticed list with the newest answer of the city and of the bank to each line, and how they differ."""
    notice = batch.notices.order_by("-edition").first()
    own = LineItem.objects.filter(calculation_id=batch.current_id).included()
    lines = noticed_lines(batch, notice) if notice else own
    answers = CityAnswerLine.objects.filter(line=OuterRef("pk"))
    payments = DisbursementLine.objects.filter(line=OuterRef("pk"))
    standing = LineDecision.objects.filter(line=OuterRef("pk"), is_standing=True)
    lines = lines.annotate(
        city=_newest(answers, "is_accepted"), city_reason=_newest(answers, "reason"),
        bank=_newest(payments, "disbursement__status"), bank_day=_newest(payments, "disbursement__traded_on"),
        bank_reason=_newest(payments, "disbursement__failure_reason"),
        file=_newest(payments, "disbursement__payment_file__number"), file_pk=_newest(payments, "disbursement__payment_file"),
        payment_line=_newest(payments, "disbursement__line_number"), decision=_newest(standing, "kind"),
        decision_reason=_newest(standing, "reason"), is_out=Coalesce(_newest(standing, "excludes"), False),
    )  # fmt: skip
    rank = Case(
        When(decision="written_off", then=WRITTEN_OFF), When(decision="clawed_back", then=CLAWED_BACK),
        When(is_out=True, then=TAKEN_OUT), When(bank="bounced", then=BOUNCED), When(bank="paid", then=SAME),
        When(bank="pending", then=PENDING), When(city=False, then=RETURNED), When(city__isnull=True, then=UNANSWERED),
        default=Value(UNPAID), output_field=IntegerField(),
    )  # fmt: skip
    return lines.annotate(difference=rank)


def of_difference(batch: Batch, lines: QuerySet[Any], difference: int) -> QuerySet[Any]:
    """Those of one difference; the few that bounced, were returned or decided on are looked for from there."""
    bounced = DisbursementLine.objects.filter(disbursement__status="bounced", disbursement__payment_file__batch=batch)
    returned = CityAnswerLine.objects.filter(is_accepted=False, answer__batch=batch)
    decided = LineDecision.objects.filter(is_standing=True, line__calculation=batch.current_id)
    there = {BOUNCED: bounced, RETURNED: returned, WRITTEN_OFF: decided, CLAWED_BACK: decided, TAKEN_OUT: decided}
    if difference in there:
        lines = lines.filter(pk__in=there[difference].values("line"))
    return lines.filter(difference=difference)


def match_counts(batch: Batch) -> MatchCounts:
    """As kept, or counted where that does not hold."""
    if batch.status in RESERVED_STATES and not MatchChange.objects.filter(batch=batch).exists():
        kept = KeptMatch.objects.filter(pk=batch.pk).first()
        if kept is not None:
            return _counts(kept.counts)
    return counts_of(matched_lines(batch))


def counts_of(lines: QuerySet[Any]) -> MatchCounts:
    """What some of the matched lines come to."""
    return _counts(counted_match(lines))


def counted_match(lines: QuerySet[Any]) -> list[list[Any]]:
    """Of each difference, answers and stride of places: lines and fen, by looking at every line once."""
    strides = lines.order_by().annotate(stride=(F("position") - 1) / STRIDE)
    by = ("difference", "city", "bank", "stride")
    rows = strides.values_list(*by).annotate(n=Count("pk"), fen=Sum("amount_fen")).order_by(*by)
    return [list(row) for row in rows]


def _counts(rows: list[list[Any]]) -> MatchCounts:
    alike: dict[tuple[Any, ...], list[int]] = {}
    strides: dict[int, list[int]] = {}
    last = max((row[3] for row in rows), default=0)
    for difference, city, bank, stride, n, fen in rows:
        sums = alike.setdefault((difference, city, bank), [0, 0])
        sums[0] += n
        sums[1] += fen
        strides.setdefault(difference, [0] * (last + 1))[stride] += n
    groups = [MatchGroup(*key, *sums) for key, sums in alike.items()]
    return MatchCounts(groups, {key: list(accumulate(of, initial=0))[:-1] for key, of in strides.items()})


def keep_matches() -> int:
    """Count anew and keep whatever has changed of batches whose lines are frozen; how many batches that were."""
    changed = MatchChange.objects.values_list("batch_id", flat=True).distinct()
    waiting = list(Batch.objects.filter(pk__in=list(changed), status__in=RESERVED_STATES))
    for batch in waiting:
        _keep(batch)
    return len(waiting)


@transaction.atomic
def _keep(batch: Batch) -> None:
    """First the changes go that are seen, then the lines are counted: what is committed in between leaves its own change."""
    if connection.vendor == "postgresql":  # two at once: the second counts after the first, so that the newer row stays
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {KeptMatch._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    MatchChange.objects.filter(batch=batch).delete()
    batch.refresh_from_db()
    KeptMatch.objects.update_or_create(batch=batch, defaults={"counts": counted_match(matched_lines(batch))})


@tick("subsidies.keep_matches")
def keep_matches_now() -> dict[str, int]:
    """The clock of matches."""
    return {"kept": keep_matches()}


def is_paid(group: MatchGroup) -> bool:
    """Whether the bank's receipt says paid, and the money was not asked back."""
    return group.bank == "paid" and group.difference != CLAWED_BACK
