"""What an enterprise may expect of a policy: who is eligible now, who will be within 30 days, who is not, who has it already.

Judged by the same facts and rules as a batch, of the firm's own people; writes nothing.  Days to come are projected
(`rules.projection`), and what is assumed is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

import polars as pl
from django.db.models import Exists, F, OuterRef, Q

from park_workers.models import Enterprise, InsuredMonth
from subsidies.fact_tables import OneFirm
from subsidies.facts import Tables, facts_of, insured_months, read_tables
from subsidies.models import ConfirmationRound, DisbursementLine, Entitlement, LineItem, PolicyVersion
from subsidies.rules.age_limits import month_index
from subsidies.rules.conditions import NotComputable, insured_kinds
from subsidies.rules.evaluate import evaluate, is_judged_whole
from subsidies.rules.projection import days_of_change, month_end, with_insurance_continued
from subsidies.rules.spans import insured_runs
from subsidies.rules.terms import PolicyTerms

HORIZON = timedelta(days=30)
#: this month's list and the last one may be on their way; an older gap is no basis for an assumption
MOST_MONTHS_LATE = 2
NOW, SOON, CLAIMED, PAID, REFUSED = "now", "soon", "claimed", "paid", "refused"
GROUPS = (NOW, SOON, CLAIMED, PAID, REFUSED)
Judge = Callable[[date], pl.DataFrame]


@dataclass(frozen=True)
class Outlook:
    """One firm under one version, as of `as_of` (the day up to which insurance lists tell everything), looked at on `day`.

    `people` has one row per employment: the facts shown, `fail_mask`, `judged_on` (their day), `amount_fen` (fen, if it is
    or becomes eligible), `group`, and `ripe_on` for those who will be.
    """

    version: PolicyVersion
    terms: PolicyTerms
    day: date
    as_of: date
    until: date
    last_listed: date | None
    #: lists so old that nothing is foretold from them
    is_late: bool
    people: pl.DataFrame

    def of_group(self, group: str) -> pl.DataFrame:
        """The rows of one group, in order."""
        return self.people.filter(pl.col("group") == group)

    @cached_property
    def _figures(self) -> dict[str, tuple[int, int]]:
        people, fen = pl.col("worker_id").n_unique(), pl.col("amount_fen").sum()
        return {group: (n, sum_) for group, n, sum_ in self.people.group_by("group").agg(people, fen).iter_rows()}

    def count(self, group: str) -> int:
        """People of one group."""
        return self._figures.get(group, (0, 0))[0]

    def fen(self, group: str) -> int:
        """Fen of one group."""
        return self._figures.get(group, (0, 0))[1]

    @property
    def first_ripe_on(self) -> date | None:
        """The first day on which somebody becomes eligible."""
        found = self.of_group(SOON)["ripe_on"].min()
        return found if isinstance(found, date) else None


def versions_in_force(*, enterprise: Enterprise, day: date) -> list[PolicyVersion]:
    """The published versions of the firm's bureau in force on a day, one a family."""
    published = PolicyVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=day), policy__bureau=enterprise.bureau_id,
        status=PolicyVersion.Status.PUBLISHED, effective_from__lte=day,
    )  # fmt: skip
    return list(published.select_related("policy").order_by("policy__payee_kind", "policy__code", "pk"))


def why_no_outlook(version: PolicyVersion) -> str:
    """Why a policy cannot be foretold for one firm alone; empty where it can."""
    terms = version.parsed_terms
    if terms.payee != "enterprise":
        return f"本政策的补贴发给{version.policy.get_payee_kind_display()}，由区人社局按名单测算，不在此逐人预估。"
    if is_judged_whole(terms):
        return "本政策有名额或年度上限，须全区一并测算，不能只按本企业预估。"
    if "instalments" in terms.more:
        return "本政策分期发放，由区人社局逐期测算，不在此预估。"
    return ""


def outlook_of(*, enterprise: Enterprise, version: PolicyVersion, day: date) -> Outlook:
    """Judge the firm's people as of today and on each later day within 30 days on which something may change.

    A month whose insurance list is not in yet is not known: until it is, people are judged as of the end of the last month
    listed, and whoever needs that month counts as becoming eligible.  Raises NotComputable (`why_no_outlook`).
    """
    if reason := why_no_outlook(version):
        raise NotComputable(reason)
    terms = version.parsed_terms
    last_listed = _last_listed(terms, day)
    as_of = day if last_listed is None else min(day, month_end(last_listed))
    until = min(day + HORIZON, version.effective_to or date.max)
    tables = read_tables(OneFirm(enterprise.bureau_id, enterprise.pk, until), terms)
    runs = None if last_listed is None else insured_runs(insured_months(tables, terms), cutoff_on=last_listed)
    without_insurance = {name: rows for name, rows in tables.items() if name != "insured"}

    @cache
    def judged_on(on: date) -> pl.DataFrame:
        firm = OneFirm(enterprise.bureau_id, enterprise.pk, on)
        if runs is None or last_listed is None or on <= month_end(last_listed):
            facts = facts_of(tables, firm, terms)
        else:
            facts = facts_of(without_insurance, firm, terms)
            facts = with_insurance_continued(facts, runs, last_listed=last_listed, on=on)
        verdicts = evaluate(terms, facts, cutoff_on=on)
        return facts.join(verdicts, on="line_no", how="left", maintain_order="left").with_columns(judged_on=pl.lit(on))

    settled = _settled(enterprise, terms)
    is_late = last_listed is not None and month_index(day) - month_index(last_listed) > MOST_MONTHS_LATE
    days = [] if is_late else _days(tables, judged_on(day), settled, terms, (day, until))
    people = _people(judged_on, as_of, day, None if is_late else days, terms)
    people = _with_groups(people, settled)
    return Outlook(version, terms, day, as_of, until, last_listed, is_late, people)


def _days(
    tables: Tables, at_today: pl.DataFrame, settled: pl.DataFrame, terms: PolicyTerms, span: tuple[date, date]
) -> list[date]:  # fmt: skip
    """Days to come on which the verdict on somebody who is not eligible yet may turn."""
    done = pl.concat([at_today.filter("is_eligible")["employment_id"], settled["employment_id"]])
    waiting = {
        name: tables[name].filter(~pl.col("employment_id").is_in(done.implode()))
        for name in ("employments", "contracts", "posts")
    }
    people = waiting["employments"]
    dated = [waiting["contracts"]["starts_on"], waiting["posts"]["starts_on"], people["enterprise_admitted_on"]]
    return days_of_change(terms, [*dated, people["hired_on"]], people["hired_on"], after=span[0], until=span[1])


def _last_listed(terms: PolicyTerms, day: date) -> date | None:
    """First day of the last month for which an insurance list is in; None where the policy asks for none, or none is."""
    kinds = insured_kinds(terms.conditions)
    rows = InsuredMonth.objects.filter(kind__in=kinds, month__lte=day, voided_at__isnull=True)
    return rows.order_by("-month").values_list("month", flat=True).first() if kinds else None


def _people(
    judged_on: Judge, as_of: date, day: date, days: list[date] | None, terms: PolicyTerms
) -> pl.DataFrame:  # fmt: skip
    """Everybody with the verdict that is shown, and `ripe_on`; no day at all is looked into when `days` is None."""
    now = judged_on(as_of)
    if as_of == day:
        shown, later = now, days or []
        is_now = now.filter("is_eligible")["employment_id"]
    else:
        at_today, later = judged_on(day), [] if days is None else [day, *days]
        good_today = at_today.filter("is_eligible")["employment_id"]
        is_now = now.filter(pl.col("is_eligible") & pl.col("employment_id").is_in(good_today.implode()))[
            "employment_id"
        ]
        # Who was eligible then and is no more (left since) is shown as of day, as is who came since.
        kept = now.filter(~pl.col("is_eligible") | pl.col("employment_id").is_in(is_now.implode()))
        shown = pl.concat([kept, at_today.join(kept, on="employment_id", how="anti")])
    ripe = _first_days(judged_on, later, is_now)
    coming = judged_on(later[-1]).join(shown, on="employment_id", how="anti") if later else shown.clear()
    coming = coming.join(ripe, on="employment_id", how="semi")
    everybody = pl.concat([shown, coming]).join(ripe, on="employment_id", how="left", maintain_order="left")
    amount = pl.when(pl.col("ripe_on").is_not_null()).then(pl.lit(terms.amount_fen)).otherwise(pl.col("amount_fen"))
    return everybody.with_columns(
        amount.alias("amount_fen"), pl.col("employment_id").is_in(is_now.implode()).alias("is_now")
    ).sort("hired_on", "person_key", descending=[True, False])


def _first_days(judged_on: Judge, days: list[date], is_now: pl.Series) -> pl.DataFrame:
    """employment_id and the first of the days on which it is eligible, of those that are not so now."""
    found = [pl.DataFrame(schema={"employment_id": pl.Int64, "ripe_on": pl.Date})]
    for day in days:
        good = judged_on(day).filter("is_eligible").select("employment_id", pl.lit(day).alias("ripe_on"))
        found.append(good.filter(~pl.col("employment_id").is_in(is_now.implode())))
    return pl.concat(found).unique("employment_id", keep="first", maintain_order=True)


def _settled(enterprise: Enterprise, terms: PolicyTerms) -> pl.DataFrame:
    """Employments paid already or in a claim under way: employment_id, settled (group), line_id, claim reference, fen."""
    paid = DisbursementLine.objects.filter(line=OuterRef("line"), is_live=True, disbursement__status="paid")
    held = Entitlement.objects.filter(
        group=terms.group, voided_at__isnull=True, line__employment__enterprise=enterprise.pk
    ).annotate(is_paid=Exists(paid))
    rows: dict[int, tuple[Any, ...]] = {}
    asked = LineItem.objects.included().filter(
        claim__organisation=enterprise.pk, calculation=F("calculation__batch__current"),
        calculation__batch__status="computed", calculation__batch__is_trial=False,
        calculation__batch__policy__code=terms.code,
        calculation__batch__in=ConfirmationRound.objects.values("batch"),
    )  # fmt: skip
    for employment, line, reference, fen in asked.values_list("employment", "pk", "claim__reference", "amount_fen"):
        rows[employment] = (employment, CLAIMED, line, reference, fen)
    found = held.values_list("line__employment", "is_paid", "line", "line__claim__reference", "line__amount_fen")
    for employment, is_paid, line, reference, fen in found:
        rows[employment] = (employment, PAID if is_paid else CLAIMED, line, reference, fen)
    schema = {
        "employment_id": pl.Int64,
        "settled": pl.String,
        "line_id": pl.Int64,
        "claim": pl.String,
        "settled_fen": pl.Int64,
    }
    return pl.DataFrame(list(rows.values()), schema=schema, orient="row")


def _with_groups(people: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Each row in one group: what is settled goes before what is judged."""
    judged = (
        pl.when("is_now").then(pl.lit(NOW)).when(pl.col("ripe_on").is_not_null()).then(pl.lit(SOON))
        .otherwise(pl.lit(REFUSED))
    )  # fmt: skip
    joined = people.join(settled, on="employment_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("settled", judged).alias("group"), pl.coalesce("settled_fen", "amount_fen").alias("amount_fen")
    )
