"""HIRE as a loop over objects, as Django code usually has it: one `save()` a line; relations prefetched, or asked for one by one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from park_workers.foundation.identifiers import add_months, age_on
from park_workers.models import Employment
from subsidies.models import Batch, Calculation, Claim, LineItem

PENSION = "企业职工基本养老保险"
EXCLUDING = {"一次性扩岗补助", "一次性吸纳就业补贴"}
WINDOW = (date(2023, 1, 1), date(2023, 12, 31))
AMOUNT_FEN = 200_000


def run_loop(
    batch: Batch, calculation: Calculation, *, every: int, people: int, is_prefetched: bool
) -> tuple[int, int, int]:  # fmt: skip
    """Judge and save every so many-th employment; (lines, eligible, fen)."""
    employments = Employment.objects.filter(
        enterprise__bureau_id=batch.bureau_id, hired_on__lte=batch.cutoff_on, pk__in=range(0, people + 1, every)
    )
    if is_prefetched:
        employments = employments.select_related("worker", "enterprise__organisation").prefetch_related(
            "contracts", "posts", "worker__insured_months", "worker__other_subsidies",
            "worker__entitlements__batch__policy",
        )  # fmt: skip
    lines = eligible = amount = 0
    claims: dict[int, Claim] = {}
    for lines, employment in enumerate(employments, 1):  # noqa: B007
        line = judge(employment, batch.cutoff_on)
        claim = claims.get(employment.enterprise_id)
        if claim is None:
            claim = claims[employment.enterprise_id] = Claim.objects.create(
                batch=batch, calculation=calculation, organisation_id=employment.enterprise_id, position=len(claims) + 1
            )
        line.calculation, line.claim, line.position = calculation, claim, lines
        line.save()
        claim.lines += 1
        claim.people += line.is_eligible
        claim.amount_fen += line.amount_fen
        claim.save()
        eligible += line.is_eligible
        amount += line.amount_fen
    return lines, eligible, amount


def judge(employment: Employment, cutoff: date) -> LineItem:
    """One line with its verdict and facts."""
    facts = facts_of(employment, cutoff)
    failing = [
        facts["enterprise_admitted_on"] is None or facts["enterprise_admitted_on"] > cutoff,
        facts["enterprise_type"] != "纺织服装企业",
        "劳务派遣" in (facts["enterprise_type"], facts["employment_form"]),
        not WINDOW[0] <= facts["hired_on"] <= WINDOW[1],
        not facts["is_front_line"],
        not facts["contract_is_open_ended"] and facts["contract_months"] < 12,
        facts["insured_run_months"] < 3,
        facts["left_on"] is not None and facts["left_on"] < cutoff,
        facts["age_at_hire"] < 16,
        facts["age_at_hire"] >= (60 if facts["sex"] == "男" else 50),
        "HIRE" in facts["paid_policies"].split("|"),
        bool(EXCLUDING & set(facts["other_subsidies"].split("|"))),
    ]
    mask = sum(1 << bit for bit, fails in enumerate(failing) if fails)
    return LineItem(
        worker=employment.worker, employment=employment, is_eligible=mask == 0, fail_mask=mask,
        amount_fen=0 if mask else AMOUNT_FEN, **facts,
    )  # fmt: skip


def facts_of(employment: Employment, cutoff: date) -> dict[str, Any]:
    """The typed facts of a line, from prefetched relations."""
    worker, enterprise = employment.worker, employment.enterprise
    contract = in_force(employment.contracts.all(), cutoff)  # type: ignore[attr-defined]
    post = in_force(employment.posts.all(), cutoff)  # type: ignore[attr-defined]
    insured = {
        m.month for m in worker.insured_months.all()  # type: ignore[attr-defined]
        if m.kind == PENSION and m.voided_at is None and m.credit_code == enterprise.organisation.credit_code
    }  # fmt: skip
    run, month = 0, cutoff.replace(day=1)
    while month in insured:
        run, month = run + 1, (month - timedelta(days=1)).replace(day=1)
    paid = {n.batch.policy.code for n in worker.entitlements.all() if n.voided_at is None}  # type: ignore[attr-defined]
    others = {s.name for s in worker.other_subsidies.all()}  # type: ignore[attr-defined]
    return {
        "enterprise_type": enterprise.kind, "enterprise_admitted_on": enterprise.admitted_on,
        "employment_form": contract.form, "hired_on": employment.hired_on, "left_on": employment.left_on,
        "is_front_line": post.is_front_line, "contract_starts_on": contract.starts_on,
        "contract_ends_on": contract.ends_on, "contract_is_open_ended": contract.ends_on is None,
        "contract_months": contract.ends_on and whole_months(contract.starts_on, contract.ends_on),
        "insured_run_months": run, "insured_run_starts": add_months(cutoff.replace(day=1), 1 - run) if run else None,
        "birth_on": worker.birth_on, "sex": worker.sex, "age_at_hire": age_on(worker.birth_on, employment.hired_on),
        "paid_policies": "|".join(sorted(paid)), "other_subsidies": "|".join(sorted(others)),
    }  # fmt: skip


def in_force(spans: Any, cutoff: date) -> Any:
    """The latest span begun by the cut-off date, or the first."""
    ordered = sorted(spans, key=lambda span: span.starts_on)
    return ([span for span in ordered if span.starts_on <= cutoff] or ordered[:1])[-1]


def whole_months(start: date, end: date) -> int:
    """The largest number of months whose last day is not after `end`."""
    months = 0
    while add_months(start, months + 1) - timedelta(days=1) <= end:
        months += 1
    return months
