"""Which lines may be paid: accepted by the city, noticed, approved (I5), and by which payment they are settled."""

from __future__ import annotations

import hashlib

from django.db.models import Exists, OuterRef, QuerySet

from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, CityAnswerLine, Disbursement, DisbursementLine, LineDecision, LineItem, PublicNotice
from subsidies.models.lines import LineItemQuerySet
from subsidies.services.dispositions import BEFORE_APPROVAL, check_list_unchanged, check_some_line_left
from subsidies.services.included_lines import check_totals, included_lines


def noticed_lines(batch: Batch, notice: PublicNotice) -> QuerySet[LineItem]:
    """The lines of an edition, in order: the approved ones but for those an objection took off before it was published.

    What was decided later (objections to this edition, the city's refusals, money asked back) does not rewrite it.
    """
    decisions = LineDecision.objects.filter(line=OuterRef("pk"), is_standing=True)
    kept_off = decisions.filter(kind__in=BEFORE_APPROVAL)
    objected_before = decisions.filter(kind=LineDecision.Kind.OBJECTED, recorded_at__lt=notice.recorded_at)
    lines = LineItem.objects.filter(calculation_id=batch.current_id, is_eligible=True, corrects__isnull=True)
    return lines.filter(~Exists(kept_off), ~Exists(objected_before)).order_by("position", "pk")


def check_list_as_noticed(batch: Batch) -> None:
    """The newest notice has run and shows the list as it stands, line by line; raises RuleViolation."""
    notice = batch.notices.order_by("-edition").first()
    if notice is None or notice.status != PublicNotice.Status.CLOSED:
        raise RuleViolation("NOTICE_NOT_CLOSED", "名单的公示没有期满记录，不能拨付", "请停止办理并联系系统管理员核查")
    digest = hashlib.sha256()
    for line_digest in noticed_lines(batch, notice).values_list("line_digest", flat=True).iterator(chunk_size=20_000):
        digest.update(line_digest.encode())
    if digest.hexdigest() != notice.list_digest:
        raise RuleViolation(
            "NOTICE_DIFFERS",
            "名单与公示的摘要不一致，不能拨付",
            "请停止办理并联系系统管理员核查；有增加或改动的须重新公示",
        )


def _with_amount(batch: Batch) -> LineItemQuerySet:
    """Included lines that bring money."""
    return included_lines(batch).filter(amount_fen__gt=0)


def check_list_payable(batch: Batch) -> None:
    """Paid ⊆ noticed ⊆ approved, and every line accepted by the city; raises RuleViolation.

    TOTALS_DIFFER, LIST_CHANGED, NOTICE_NOT_CLOSED, NOTICE_DIFFERS, NOTHING_LEFT, LINES_UNANSWERED.
    """
    check_totals(batch)
    check_list_unchanged(batch)
    check_list_as_noticed(batch)
    check_some_line_left(batch)
    accepted = CityAnswerLine.objects.filter(line=OuterRef("pk"), is_accepted=True)
    waiting = included_lines(batch).filter(~Exists(accepted)).count()
    if waiting:
        raise RuleViolation("LINES_UNANSWERED", f"有 {waiting} 条明细市局尚未同意，不能拨付", "请先导入市局批复")


def payable_lines(batch: Batch) -> LineItemQuerySet:
    """Included lines accepted by the city that stand in no live payment."""
    accepted = CityAnswerLine.objects.filter(line=OuterRef("pk"), is_accepted=True)
    in_payment = DisbursementLine.objects.filter(line=OuterRef("pk"), is_live=True)
    return _with_amount(batch).filter(Exists(accepted), ~Exists(in_payment))


def unsettled_lines(batch: Batch) -> LineItemQuerySet:
    """Included lines whose money has not arrived."""
    arrived = DisbursementLine.objects.filter(
        line=OuterRef("pk"), is_live=True, disbursement__status=Disbursement.Status.PAID
    )
    return _with_amount(batch).filter(~Exists(arrived))
