"""Knots of money: lines of every batch with verdict, what was decided about them, payments, money asked back, other schemes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F, Q, Sum
from django.urls import reverse

from pages import why
from pages.desk.objections import STAFF as OBJECTION_READERS
from pages.desk.thread.knots import Knot, Sources, who_recorded
from pages.templatetags.look import STATE_ROLES
from park_workers.models import Membership, OtherSubsidy
from subsidies.models import Application, Clawback, DisbursementLine, LineDecision, LineItem, Objection

#: what the payments themselves say already
TOLD_BY_PAYMENTS = (LineDecision.Kind.BOUNCED, LineDecision.Kind.REPAID)


def received_fen(people: Collection[int]) -> int:
    """What has arrived for these people under our own policies, less what was asked back; fen."""
    arrived = DisbursementLine.objects.filter(line__worker__in=people, is_live=True, disbursement__status="paid")
    back = Clawback.objects.filter(line__worker__in=people, status="approved")
    sums = (arrived.aggregate(fen=Sum("line__amount_fen")), back.aggregate(fen=Sum("amount_fen")))
    return sum(one["fen"] or 0 for one in sums)


def other_schemes(people: Collection[int], sources: Sources) -> Iterator[Knot]:
    """Subsidies paid by other schemes."""
    for row in OtherSubsidy.objects.filter(worker__in=people).select_related("upload__file", "recorded_by__user"):
        yield Knot(
            row.month, f"享受其他补贴：{row.name}", "cash", text=row.enterprise_name, amount_fen=row.amount_fen, order=4,
            who=who_recorded(row), **sources.of(row.upload),
        )  # fmt: skip


def applied(people: Collection[int], sources: Sources) -> Iterator[Knot]:
    """Put forward for a batch by an application list."""
    rows = Application.objects.filter(employment__worker__in=people).select_related(
        "batch__policy", "employment__enterprise__organisation", "upload__file", "recorded_by__user"
    )
    for row in rows:
        source = sources.of(row.upload)
        withdrawn = "（已撤回）" if row.withdrawn_at else ""
        yield Knot(
            row.applied_on, f"{row.batch.name} {row.batch.policy.title}：企业申报{withdrawn}", "file-text",
            text=f"{row.employment.enterprise.name}申报名单第 {row.sequence} 号", amount_fen=row.amount_fen, order=7,
            who=who_recorded(row), **source,
        )  # fmt: skip


def lines_of(people: Collection[int]) -> list[LineItem]:
    """Lines of these people in the computations in force, official batches and trials."""
    found = (
        LineItem.objects.filter(Q(worker__in=people), calculation=F("calculation__batch__current"))
        .select_related("calculation__batch__policy", "calculation__policy_version", "claim__organisation", "claim__worker")
        .order_by("pk")
    )  # fmt: skip
    return list(found)


def judged(lines: Collection[LineItem]) -> Iterator[Knot]:
    """The verdict on each line, with the way to why."""
    for line in lines:
        batch = line.calculation.batch
        trial = "（试算，不支付）" if batch.is_trial else ""
        name = f"{batch.name} {batch.policy.title}{trial}"
        reasons = why.reasons_of(line.fail_mask, line.calculation.policy_version.parsed_terms, line.period_key)
        text = "、".join(words for _, words in reasons) if reasons else f"申报单位 {line.claim.payee_name}"
        yield Knot(
            line.calculation.computed_on, f"{name}：{'合格' if line.is_eligible else '不合格'}",
            "circle-check" if line.is_eligible else "circle-x",
            ("calm" if batch.is_trial else "good") if line.is_eligible else "bad", text,
            source=f"第 {line.calculation.number} 次测算第 {line.position} 条，批次{batch.status_label()}",
            amount_fen=line.amount_fen if line.is_eligible else None, order=8,
            href=reverse("line", args=[batch.pk, line.pk]), link="为什么",
        )  # fmt: skip


def decided(lines: Collection[LineItem]) -> Iterator[Knot]:
    """Held, removed, returned, bounced: decisions that took a line off the straight road and back."""
    names = {line.pk: line.calculation.batch.name for line in lines}
    rows = LineDecision.objects.filter(line__in=names).exclude(kind__in=TOLD_BY_PAYMENTS)
    rows = rows.select_related("recorded_by__user").order_by("pk")
    for row in rows:
        yield Knot(
            row.decided_on, f"{names[row.line_id]}：{row.get_kind_display()}", "scale", STATE_ROLES.get(row.kind, "calm"),
            row.reason, who=who_recorded(row), order=9,
        )  # fmt: skip


def objected(lines: Collection[LineItem], viewer: Membership) -> Iterator[Knot]:
    """Objections that name one of the lines, with the way there for those who deal with objections."""
    batches: dict[int | None, Any] = {line.pk: line.calculation.batch for line in lines}
    for row in Objection.objects.filter(line__in=batches).select_related("decided_by"):
        batch = batches[row.line_id]
        href = reverse("objection", args=[batch.pk, row.pk]) if viewer.role in OBJECTION_READERS else ""
        common: dict[str, Any] = {"source": f"异议编号 {row.reference}", "href": href, "link": "查看异议"}
        yield Knot(row.received_on, f"{batch.name}：收到异议", "message-report", "wait", order=9, **common)
        if row.decided_on is not None:
            yield Knot(
                row.decided_on, f"{batch.name}：{row.status_label()}", "scale", STATE_ROLES.get(row.status, "calm"),
                row.decision_note, who=str(row.decided_by or ""), order=9, **common,
            )  # fmt: skip


def paid(lines: Collection[LineItem]) -> Iterator[Knot]:
    """Payments that carry the lines, and money asked back."""
    by_line = {line.pk: line for line in lines}
    rows = DisbursementLine.objects.filter(line__in=by_line).select_related("disbursement__payment_file").order_by("pk")
    for row in rows:
        payment, file, line = row.disbursement, row.disbursement.payment_file, by_line[row.line_id]
        icon = {"paid": "cash", "bounced": "cash-off"}.get(payment.status, "clock")
        text = f"付至{payment.payee_name}，{payment.bank_name} **** {payment.last_four}"
        text += f"；{payment.failure_reason}" if payment.failure_reason else ""
        yield Knot(
            payment.traded_on or file.made_on, f"{line.calculation.batch.name}：{payment.status_label()}", icon,
            STATE_ROLES.get(payment.status, "calm"), text, source=f"付款文件 {file.number} 第 {payment.line_number} 笔",
            amount_fen=line.amount_fen, order=10,
            href=reverse("batch", args=[line.calculation.batch_id]) + "?tab=payments", link="查看拨付",
        )  # fmt: skip
    for back in Clawback.objects.filter(line__in=by_line).select_related("proposed_by", "decided_by"):
        name = by_line[back.line_id].calculation.batch.name
        yield Knot(
            back.decided_on or back.proposed_on, f"{name}：追回{back.status_label()}", "arrow-back-up", "bad", back.reason,
            who=str(back.decided_by or back.proposed_by), amount_fen=back.amount_fen, order=11,
        )  # fmt: skip
