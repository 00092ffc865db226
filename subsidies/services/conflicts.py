"""Lines whose person was reserved elsewhere between computation and submission: judged ALREADY_PAID before they are frozen."""

from __future__ import annotations

from datetime import date

import polars as pl

from park_workers.foundation.audit import record_event
from park_workers.foundation.bulk import read_frame
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from subsidies.facts import NATURAL_KEYS, facts_schema
from subsidies.models import Batch, Calculation, LineItem
from subsidies.rules.conditions import OF_PERIOD, values_of
from subsidies.rules.digests import joined_policies, line_digests, outcome_digest
from subsidies.rules.facts import LIST_SEPARATOR
from subsidies.rules.instalments import ONCE
from subsidies.rules.terms import PolicyTerms
from subsidies.services.entitlements import lines_without_entitlement
from subsidies.services.included_lines import write_totals

PAID_BEFORE = "not_paid_under"


def refuse_lines_paid_elsewhere(*, actor: Membership, batch: Batch, terms: PolicyTerms, day: date) -> int:
    """Judge included lines without an entitlement ALREADY_PAID; totals and digests follow.  Returns how many.

    Raises RuleViolation PERSON_RESERVED when the policy has no condition that could say so.
    """
    lines = list(lines_without_entitlement(batch).select_related("worker").order_by("position"))
    if not lines:
        return 0
    bit = _bit_of_paid_before(terms)
    if bit is None:
        names = "、".join(line.worker.name for line in lines[:5] if line.worker)
        raise RuleViolation(
            "PERSON_RESERVED", f"{len(lines)} 人已在其他批次享受同类补贴：{names}", "请移除这些明细后再提交"
        )
    for line in lines:
        entry = batch.policy.code if line.period_key == ONCE else f"{batch.policy.code}{OF_PERIOD}{line.period_key}"
        policies = joined_policies(line.paid_policies, entry, LIST_SEPARATOR)
        LineItem.objects.filter(pk=line.pk).update(
            is_eligible=False, amount_fen=0, fail_mask=line.fail_mask | 1 << bit, paid_policies=policies
        )
    _renew_digests(batch, terms, [line.pk for line in lines])
    assert batch.current is not None
    write_totals(batch.current)
    record_event(
        actor=actor, code="line.already_paid", subject=batch, day=day,
        changes={"count": len(lines), "lines": [line.pk for line in lines[:50]]},
    )  # fmt: skip
    return len(lines)


def _bit_of_paid_before(terms: PolicyTerms) -> int | None:
    """The condition that the policy itself was not paid before; if none names it, the first that names any policy."""
    bits = [bit for bit, c in enumerate(terms.conditions) if c.test == PAID_BEFORE]
    own = (bit for bit in bits if terms.code in values_of(terms.conditions[bit]))
    return next(own, terms.condition_bit(PAID_BEFORE))


def _renew_digests(batch: Batch, terms: PolicyTerms, keys: list[int]) -> None:
    """Digests of the changed lines and of the computation, over the facts as they stand on the lines."""
    for key in keys:
        digest = line_digests(stored_lines(batch, terms, [key]))[0]
        LineItem.objects.filter(pk=key).update(line_digest=digest)
    digests = LineItem.objects.filter(calculation=batch.current_id, corrects__isnull=True).order_by("position")
    whole = outcome_digest(
        terms_digest=batch.policy_version.digest, cutoff_on=batch.cutoff_on,
        line_digests=digests.values_list("line_digest", flat=True).iterator(chunk_size=20_000),
    )  # fmt: skip
    Calculation.objects.filter(pk=batch.current_id).update(digest=whole)


_KEYS = """person.person_key, firm.credit_code, introducer.person_key, base.line_digest"""
_STORED = """
SELECT {columns} FROM subsidies_lineitem line
JOIN park_workers_worker held ON held.id = line.worker_id
JOIN park_workers_worker person ON person.id = COALESCE(held.merged_into_id, held.id)
JOIN park_workers_employment employment ON employment.id = line.employment_id
JOIN park_workers_organisation firm ON firm.id = employment.enterprise_id
LEFT JOIN park_workers_worker introducer ON introducer.id = line.introducer_id
LEFT JOIN subsidies_lineitem base ON base.id = line.base_line_id
WHERE line.id IN ({keys})
"""


def stored_lines(batch: Batch, terms: PolicyTerms, keys: list[int]) -> pl.DataFrame:
    """Stored lines as the frame their digests are made of (position and digest left out)."""
    facts = {name: kind for name, kind in facts_schema(terms).items() if name not in ("line_no", "enterprise_id")}
    facts.pop("base_is_paid", None)
    judged = {"period_key": pl.String, "is_eligible": pl.Boolean, "amount_fen": pl.Int64, "fail_mask": pl.Int64}
    columns = ", ".join([*(f"line.{name}" for name in [*facts, *judged]), _KEYS])
    schema = {**facts, **judged, **dict.fromkeys(NATURAL_KEYS, pl.String)}
    frame = read_frame(_STORED.format(columns=columns, keys=", ".join(["%s"] * len(keys))), keys, schema)
    if terms.stacks_on:
        frame = frame.with_columns(pl.col("base_line_id").is_not_null().alias("base_is_paid"))
    return frame
