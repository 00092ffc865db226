"""What came out of notices, signatures, the city's answers, payments and funds."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from park_workers.models import PayeeAccount, Upload
from subsidies.models import Appropriation, Batch, CityAnswer, PaymentFile, PublicNotice, Review
from subsidies.replay.steps import Player


def _batches(player: Player) -> dict[int, str]:
    """Plan keys by batch number."""
    known = {(b.policy, b.name): key for key, b in player.plan.batches.items()}
    batches = Batch.objects.filter(policy__bureau=player.actors.bureau).values_list("pk", "policy__code", "name")
    return {pk: known[code, name] for pk, code, name in batches if (code, name) in known}


def _file_of(player: Player, upload_id: int | None) -> str:
    return next((name for name, keys in player.uploads.items() if upload_id in keys), "")


def notices_outcome(player: Player, official: list[str]) -> list[dict[str, Any]]:
    """Term and sum of the newest notice of each batch."""
    keys, found = _batches(player), {}
    for notice in PublicNotice.objects.filter(batch__in=keys).order_by("batch_id", "edition"):
        found[keys[notice.batch_id]] = {
            "batch": keys[notice.batch_id], "published_on": notice.published_on.isoformat(),
            "last_day": notice.last_day.isoformat(), "counted_days": notice.counted_days, "people": notice.people,
            "yuan": notice.amount_fen // 100,
        }  # fmt: skip
    return [found[key] for key in official if key in found]


def reviews_outcome(player: Player, official: list[str]) -> list[dict[str, Any]]:
    """Signatures of the last round."""
    keys, found = _batches(player), {}
    for batch in Batch.objects.filter(pk__in=keys).select_related("current"):
        passed = Review.objects.filter(batch=batch, round=batch.round, verdict="passed")
        found[keys[batch.pk]] = {
            "batch": keys[batch.pk], "yuan": batch.current.amount_fen // 100 if batch.current else 0,
            "reviews": passed.filter(step="review").count(), "approvals": passed.filter(step="approval").count(),
        }  # fmt: skip
    return [found[key] for key in official if key in found]


def payment_files_outcome(player: Player) -> list[dict[str, Any]]:
    """Payment files in the order they were made."""
    keys = _batches(player)
    found = []
    for file in PaymentFile.objects.filter(batch__in=keys).select_related("repeats").order_by("pk"):
        lines = [
            {"line": d.line_number, "uscc": d.owner_key, "bank": d.bank_name, "account": d.open_account(),  # type: ignore[attr-defined]
             "people": d.people, "yuan": d.amount_fen // 100, "paid": d.status == "paid"}
            for d in file.disbursements.select_related("organisation", "worker").order_by("line_number")
        ]  # fmt: skip
        found.append(
            {"number": file.number, "batch": keys[file.batch_id], "repeats": file.repeats.number if file.repeats else None,
             "made_on": file.made_on.isoformat(), "paid_on": file.sent_on.isoformat() if file.sent_on else None,
             "yuan": file.amount_fen // 100, "lines": lines}
        )  # fmt: skip
    return found


def account_changes_outcome(player: Player) -> list[dict[str, Any]]:
    """Approved changes: the account before and after."""
    uploads = {u.business_day: u.pk for u in Upload.objects.filter(sheet_kind="account_changes")}
    found = []
    approved = PayeeAccount.objects.filter(
        organisation__enterprise__bureau=player.actors.bureau, is_from_directory=False, status="approved"
    ).select_related("organisation")
    for account in approved.order_by("pk"):
        before = (
            PayeeAccount.objects.filter(
                organisation=account.organisation, valid_to__lt=account.valid_from, status="approved"
            )
            .order_by("-valid_to", "-pk")
            .first()
        )
        found.append(
            {"file": _file_of(player, uploads.get(account.proposed_on)), "uscc": account.owner_key,
             "old": before.open_account() if before else "", "new": account.open_account(),  # type: ignore[attr-defined]
             "bank": account.bank_name, "effective": account.valid_from.isoformat()}
        )  # fmt: skip
    return found


def funds_outcome(player: Player) -> list[dict[str, Any]]:
    """Received, paid, left; the rate is paid over received to four places."""
    return [
        {"source": a.source, "year": a.year, "received_yuan": a.amount_fen // 100, "paid_yuan": a.paid_fen // 100,
         "left_yuan": (a.amount_fen - a.paid_fen) // 100, "execution_rate": round(a.paid_fen / a.amount_fen, 4)}
        for a in Appropriation.objects.filter(bureau=player.actors.bureau).order_by("pk")
    ]  # fmt: skip


def city_outcome(player: Player) -> list[dict[str, Any]]:
    """Answers per file."""
    keys = _batches(player)
    return [
        {
            "file": _file_of(player, a.upload_id),
            "batch": keys[a.batch_id],
            "accepted": a.accepted,
            "returned": a.returned,
        }
        for a in CityAnswer.objects.filter(batch__in=keys).order_by("pk")
    ]


def bank_returns_outcome(player: Player) -> list[dict[str, Any]]:
    """What the bank answered, per file."""
    keys, found = _batches(player), []
    uploads = {u.scope: u.pk for u in Upload.objects.filter(sheet_kind="bank_returns", status="applied")}
    for file in PaymentFile.objects.filter(batch__in=keys, status="returned").order_by("returned_on", "pk"):
        sums = dict(file.disbursements.values("status").annotate(fen=Sum("amount_fen")).values_list("status", "fen"))
        row = {
            "file": _file_of(player, uploads.get(f"payment_file:{file.pk}")), "batch": keys[file.batch_id],
            "payment_file": file.number, "payments": file.lines, "succeeded_yuan": sums.get("paid", 0) // 100,
            "failed_yuan": sums.get("bounced", 0) // 100,
        }  # fmt: skip
        if file.repeats_id:
            row["uscc"] = (
                file.disbursements.select_related("organisation", "worker").order_by("line_number")[0].owner_key
            )
        found.append(row)
    return found
