"""What came out of a replay, in the shape of expected.json; everything is read from the database."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q, Sum

from park_workers.models import Employment, Enterprise, Upload, UploadIssue, WorkerRegistration
from park_workers.services.headcount import headcount_on
from subsidies.models import Batch, LineItem
from subsidies.replay.money_outcome import (
    account_changes_outcome,
    bank_returns_outcome,
    city_outcome,
    funds_outcome,
    notices_outcome,
    payment_files_outcome,
    reviews_outcome,
)
from subsidies.replay.steps import Player
from subsidies.replay.trial_outcome import trials_outcome
from subsidies.rules.evaluate import codes_of
from subsidies.services.included_lines import included_lines
from training.services.figures import training_figures


def collect_outcome(player: Player, expected: dict[str, Any]) -> dict[str, Any]:
    """Every section the plan's steps can produce.

    `expected` only tells which month ends of `headcount` are asked for; nothing in it is used as a value.
    """
    done = {step.do for step in player.plan.steps}
    official = [key for key, batch in player.plan.batches.items() if not batch.is_trial]
    batches = [batch_outcome(player, key) for key in official]
    found: dict[str, Any] = {
        "totals": {"people": sum(b["people"] for b in batches), "yuan": sum(b["yuan"] for b in batches)},
        "enterprises": enterprises_outcome(player),
        "rosters": rosters_outcome(player),
        "roster_files": roster_files_outcome(player),
        "batches": batches,
        "import_findings": findings_outcome(player, is_later=False, without_pass_lists=True),
        "insurance_findings": findings_outcome(player, is_later=True, without_pass_lists=True),
        "headcount": {day: headcount_outcome(player, day) for day in expected.get("headcount", {})},
        "notices": notices_outcome(player, official),
        "reviews": reviews_outcome(player, official),
        "payment_files": payment_files_outcome(player),
        "account_changes": account_changes_outcome(player),
        "funds": funds_outcome(player),
        "city_replies": city_outcome(player),
        "bank_returns": bank_returns_outcome(player),
        "sample_pack": trials_outcome(player),
    }
    found["import_findings_by_code"] = dict(Counter(f["code"] for f in found["import_findings"]))
    if "load_register" in done:
        found["register"] = register_outcome(player, official)
    if {"load_training", "load_training_history"} & done:
        found["training"] = training_outcome(player)
    policies = {player.plan.batches[key].policy for key in official}
    for key, batch in player.plan.batches.items():
        if batch.is_trial and batch.candidates == "applications" and batch.policy in policies:
            found["window_probe"] = batch_outcome(player, key)
    return found


def batch_of(player: Player, key: str) -> Batch | None:
    """The batch of the plan, if a step opened it."""
    planned = player.plan.batches[key]
    return (
        Batch.objects.filter(policy__bureau=player.actors.bureau, policy__code=planned.policy, name=planned.name)
        .select_related("policy_version", "current")
        .first()
    )


def batch_outcome(player: Player, key: str) -> dict[str, Any]:
    """Applied, paid, refused and why, of one batch."""
    planned = player.plan.batches[key]
    found: dict[str, Any] = {
        "key": key, "name": planned.name, "cutoff": planned.cutoff.isoformat(), "applied": 0, "people": 0, "yuan": 0,
        "by_enterprise": [], "eligible": [], "ineligible": [],
    }  # fmt: skip
    batch = batch_of(player, key)
    if batch is None or batch.current is None:
        return found
    lines = LineItem.objects.filter(calculation=batch.current, corrects=None).order_by("position")
    included = set(included_lines(batch).values_list("pk", flat=True))
    terms = batch.policy_version.parsed_terms
    for line in lines.select_related("worker", "claim__organisation"):
        code, number = str(line.claim.organisation.credit_code), line.worker.open_id_number()
        if line.pk in included:
            found["eligible"].append([number, code])
        else:
            found["ineligible"].append(
                {"id": number, "name": line.worker.name, "uscc": code, "hire": line.hired_on.isoformat(),
                 "codes": codes_of(terms, line.fail_mask)}
            )  # fmt: skip
    found["by_enterprise"] = _by_enterprise(player, batch)
    paid = sum(firm["yuan"] for firm in found["by_enterprise"])
    return found | {"applied": lines.count(), "people": len(included), "yuan": paid}


def _by_enterprise(player: Player, batch: Batch) -> list[dict[str, Any]]:
    """People and yuan of each firm with an included line, in the order of the directory."""
    sums = included_lines(batch).order_by().values("claim__organisation").annotate(n=Count("pk"), fen=Sum("amount_fen"))
    firms = {row["claim__organisation"]: row for row in sums}
    return [
        {"uscc": str(e.organisation.credit_code), "name": e.name, "people": firms[e.organisation_id]["n"],
         "yuan": firms[e.organisation_id]["fen"] // 100}
        for e in player.enterprises()
        if e.organisation_id in firms
    ]  # fmt: skip


def enterprises_outcome(player: Player) -> dict[str, Any]:
    """The directory."""
    firms = Enterprise.objects.filter(bureau=player.actors.bureau)
    return {
        "count": firms.count(),
        "by_type": dict(firms.values("kind").annotate(n=Count("pk")).order_by("kind").values_list("kind", "n")),
        "not_in_park": firms.filter(admitted_on=None).count(),
    }


def _employments(player: Player) -> Any:
    return Employment.objects.filter(enterprise__bureau=player.actors.bureau)


def rosters_outcome(player: Player) -> dict[str, Any]:
    """Files, lines, employments and people of the rosters."""
    uploads = Upload.objects.filter(
        pk__in=[pk for pks in player.uploads.values() for pk in pks], sheet_kind="roster"
    ).aggregate(files=Count("pk"), rows=Sum("rows"), accepted=Sum("accepted"), refused=Sum("refused"))
    rounds = [step for step in player.plan.steps if step.do == "load_rosters"]
    last = rounds[-1].options.get("round", "") if rounds else ""
    cutoffs = [batch.cutoff for batch in player.plan.batches.values() if not batch.is_trial]
    employments = _employments(player)
    figures = {
        **uploads,
        "employments": employments.count(),
        "people": employments.values("worker").distinct().count(),
        "employments_at_park_textile_firms": employments.filter(
            enterprise__kind=Enterprise.Kind.TEXTILE, enterprise__admitted_on__isnull=False
        ).count(),
    }
    if cutoffs:
        before = employments.filter(hired_on__lte=max(cutoffs))
        figures[f"people_without_round_{last}"] = before.values("worker").distinct().count()
    return figures


def roster_files_outcome(player: Player) -> list[dict[str, Any]]:
    """Counts of each roster file."""
    found = []
    for name, keys in player.uploads.items():
        for upload in Upload.objects.filter(pk__in=keys, sheet_kind="roster"):
            found.append(
                {"file": name, "sheet": upload.sheet_name, "header_row": upload.header_row, "rows": upload.rows,
                 "accepted": upload.accepted, "refused": upload.refused}
            )  # fmt: skip
    return found


def findings_outcome(
    player: Player, *, is_later: bool, without_pass_lists: bool = False, only_pass_lists: bool = False
) -> list[dict[str, Any]]:
    """Findings by file; a joint list filed by several firms states each finding once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    names = {key: name for name, keys in player.uploads.items() for key in keys}
    issues = UploadIssue.objects.filter(upload__in=list(names), is_later_finding=is_later)
    if without_pass_lists:
        issues = issues.exclude(upload__sheet_kind="pass_list")
    if only_pass_lists:
        issues = issues.filter(upload__sheet_kind="pass_list")
    for i in issues.order_by("pk"):
        row = {"file": names[i.upload_id], "sheet": i.sheet, "row": i.row, "column": i.column, "header": i.header,
               "code": i.code, "severity": i.severity}  # fmt: skip
        found[tuple(row.values())] = row
    return list(found.values())


def headcount_outcome(player: Player, day_text: str) -> dict[str, Any]:
    """Heads at a month's end; the leaving day still counts."""
    from datetime import date

    by_firm = headcount_on(day=date.fromisoformat(day_text))
    codes = dict(
        Enterprise.objects.filter(bureau=player.actors.bureau).values_list(
            "organisation_id", "organisation__credit_code"
        )
    )
    here = {codes[key]: list(value) for key, value in by_firm.items() if key in codes and value[0]}
    total, front = sum(v[0] for v in here.values()), sum(v[1] for v in here.values())
    return {
        "total": total, "front_line": front, "front_line_share": round(front / total, 4) if total else 0,
        "by_enterprise": dict(sorted(here.items())),
    }  # fmt: skip


def register_outcome(player: Player, official: list[str]) -> dict[str, int]:
    """Registered, registered and paid, paid but not registered."""
    registered = set(
        WorkerRegistration.objects.filter(enterprise__bureau=player.actors.bureau).values_list("worker_id", flat=True)
    )
    paid: set[int] = set()
    for key in official:
        batch = batch_of(player, key)
        if batch is not None:
            settled = Q(disbursements__is_live=True, disbursements__disbursement__status="paid")
            paid |= set(included_lines(batch).filter(settled).values_list("worker_id", flat=True))
    return {
        "registered": len(registered),
        "registered_and_paid": len(registered & paid),
        "paid_but_not_registered": len(paid - registered),
    }


def training_outcome(player: Player) -> dict[str, Any]:
    """Training figures with the certificate findings of the pass lists."""
    figures = dict(training_figures(bureau=player.actors.bureau))
    findings = findings_outcome(player, is_later=False, only_pass_lists=True)
    figures["certificate_findings"] = findings
    return figures
