"""The most that one introducer gets of a policy in a calendar year, over all batches.

The year is that in which the newcomer's months are complete.  A computation leaves the places that other batches have taken
(`spent`); a submission looks again, since another batch may have been submitted meanwhile.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import format_yuan
from subsidies.models import Batch, Entitlement, Policy
from subsidies.rules.evaluate import SPENT_COLUMNS
from subsidies.rules.terms import PolicyTerms

CAPPED = "annual_cap"


def _live(batch: Batch) -> QuerySet[Any]:
    """Live entitlements of the batch's family, each with the canonical introducer and the year."""
    found = Entitlement.objects.filter(
        voided_at__isnull=True, batch__policy=batch.policy_id, line__introducer__isnull=False
    )
    return found.annotate(
        who=Coalesce("line__introducer__merged_into", "line__introducer"), newcomer=Coalesce("worker__merged_into", "worker"),
        year=ExtractYear("line__matured_on"),
    ).order_by()  # fmt: skip


def spent(batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """What other batches have reserved or paid under a capped policy: introducer_id, worker_id (newcomer), year, fen."""
    rows = []
    if terms.condition_bit(CAPPED) is not None:
        others = _live(batch).exclude(batch=batch.pk)
        rows = list(others.values_list("who", "newcomer", "year", "line__amount_fen"))
    return pl.DataFrame(rows, schema=SPENT_COLUMNS, orient="row")


def check_annual_caps(batch: Batch, terms: PolicyTerms) -> None:
    """Raises RuleViolation CAP_EXCEEDED when what is reserved now and in other batches is more than an introducer's cap."""
    bit = terms.condition_bit(CAPPED)
    if bit is None:
        return
    # One submission of a capped policy at a time: the second sees what the first has reserved.
    Policy.objects.select_for_update().get(pk=batch.policy_id)
    cap = int(terms.conditions[bit].parameters["cap_fen"])
    mine = Entitlement.objects.filter(batch=batch, voided_at__isnull=True).values("line__introducer")
    sums = _live(batch).values("who", "year").annotate(fen=Sum("line__amount_fen"))
    over = sums.filter(
        fen__gt=cap, who__in=mine.values(who=Coalesce("line__introducer__merged_into", "line__introducer"))
    )
    if (count := over.count()) > 0:
        raise RuleViolation(
            "CAP_EXCEEDED",
            f"测算之后其他批次又占用了名额：有 {count} 名引工人本年度合计超过上限 {format_yuan(cap)} 元",
            "请重新测算后再提交",
        )
