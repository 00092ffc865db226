"""What a person may do with a batch now, and doing it: one confirm form per action, one service call behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.accounts.identity import freshly_confirmed
from pages.acting import page_for
from pages.desk.act_pages import Act, ActPage
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import can_move
from park_workers.models import Membership
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, LineDecision, Review, Simulation
from subsidies.permissions import (
    can_deal_with_returned_lines,
    can_decide_cancellation,
    can_pay,
    can_propose_cancellation,
)
from subsidies.services.batches import compute_batch, submit_batch
from subsidies.services.cancellations import CANCELLABLE, cancel_batch, decline_cancellation, propose_cancellation
from subsidies.services.city import reject_returned_lines, resend_to_city, send_to_city
from subsidies.services.notices import close_due_notices, publish_notice
from subsidies.services.payments import make_payment_file, next_file_number, send_payment_file
from subsidies.services.reviews import approve_batch, made_or_edited, review_batch

#: who acts, the batch, what was noted, the day
Run = Callable[[Membership, Batch, str, date], Any]
RETURN_PHRASES = ("名单有误，请核对后重新测算", "个别人员材料需核实", "企业信息需更正", "金额或人数与报送材料不符")
DECLINE_PHRASES = ("理由不充分，请继续办理", "名单有误的请退回修改，不必撤销")
REJECT_PHRASES = ("市局认定不符合条件", "材料无法补正", "企业放弃申报")
CANCEL_PHRASES = ("政策调整，本批次不再办理", "批次设置有误，另行新建")


def _sign(is_passed: bool) -> Run:
    def sign(actor: Membership, batch: Batch, note: str, day: date) -> None:
        service = review_batch if batch.status == Batch.Status.SUBMITTED else approve_batch
        service(actor=actor, batch=batch, is_passed=is_passed, note=note, day=day, seen_version=batch.version)

    return sign


def _plain(service: Callable[..., Any]) -> Run:
    return lambda actor, batch, note, day: service(actor=actor, batch=batch, day=day)


def _with_reason(service: Callable[..., Any]) -> Run:
    return lambda actor, batch, note, day: service(actor=actor, batch=batch, reason=note, day=day)


def _cancel(actor: Membership, batch: Batch, note: str, day: date) -> None:
    cancel_batch(actor=actor, batch=batch, day=day, seen_version=batch.version)


def _make_file(actor: Membership, batch: Batch, note: str, day: date) -> None:
    make_payment_file(actor=actor, batch=batch, number=next_file_number(batch), day=day)


def _send_file(actor: Membership, batch: Batch, note: str, day: date) -> None:
    waiting = batch.payment_files.filter(status="made").order_by("pk").first()
    if waiting is None:
        raise RuleViolation("NO_FILE_TO_SEND", "没有待送银行的付款文件", "请先制作付款文件")
    send_payment_file(actor=actor, payment_file=waiting, day=day)


def _end_notice(actor: Membership, batch: Batch, note: str, day: date) -> None:
    close_due_notices(actor=actor, day=day)
    batch.refresh_from_db()
    if batch.status == Batch.Status.IN_NOTICE:
        raise RuleViolation("OBJECTION_WAITS", "还有未处理的异议，公示不能结束", "请复核人先处理异议")


def _is_other_person(batch: Batch, member: Membership) -> bool:
    """Who made, edited or already signed this round does not sign it."""
    signed = Review.objects.filter(batch=batch, round=batch.round, reviewer_id=member.user_id).exists()
    return not signed and not made_or_edited(person_id=member.user_id, batch=batch)


def _has_made_file(batch: Batch, member: Membership) -> bool:
    return can_pay(member, batch) and batch.status == "paying" and batch.payment_files.filter(status="made").exists()


def _has_returned_lines(batch: Batch, member: Membership) -> bool:
    waiting = LineDecision.objects.filter(line__calculation=batch.current_id, is_standing=True, kind="returned")
    may = can_deal_with_returned_lines(member, batch)
    return may and batch.status == Batch.Status.SENT_TO_CITY and waiting.exists()


def _term_is_over(batch: Batch, member: Membership) -> bool:
    notice = batch.notices.filter(status="open").first()
    return notice is not None and notice.last_day < business_day()


def _may_ask_to_cancel(batch: Batch, member: Membership) -> bool:
    may = can_propose_cancellation(member, batch)
    return may and batch.status in CANCELLABLE and batch.cancel_proposed_by_id is None


def _may_decide_cancel(batch: Batch, member: Membership) -> bool:
    return batch.cancel_proposed_by_id is not None and can_decide_cancellation(member, batch)


def _not_trial(batch: Batch, member: Membership) -> bool:
    return not batch.is_trial


def _stands_alone(batch: Batch, member: Membership) -> bool:
    """A trial of a simulation is not computed by itself."""
    return not (batch.is_trial and Simulation.objects.of_batch(batch).exists())


ACTS: tuple[Act, ...] = (
    Act("compute", "compute", "测算", "按截止日的登记、参保和政策条款重新计算本批次每个人的结果，原结果保留备查。",
        _plain(compute_batch), "测算已开始，完成后本页显示结果。", is_primary=False, extra_check=_stands_alone),
    Act("submit", "submit", "提交复核", "提交后结果冻结，占用资金额度，由复核人办理；如有问题会退回到您这里。",
        _plain(submit_batch), "已提交复核，等待复核人办理。", extra_check=_not_trial),
    Act("pass-review", "pass_review", "复核通过", "您确认已核对名单、金额和不合格原因。通过后转审批人办理。",
        _sign(True), "复核已通过，转审批人办理。", extra_check=_is_other_person),
    Act("approve", "approve", "审批通过", "您确认同意本批次名单与金额。审批人数满足要求后即可公示。",
        _sign(True), "审批意见已签署。", extra_check=_is_other_person),
    Act("return", "return", "退回并说明", "退回后占用的资金释放，由经办修改后重新提交；历史保留。",
        _sign(False), "已退回经办，原因已告知。", is_primary=False, needs_note=True, phrases=RETURN_PHRASES,
        extra_check=_is_other_person),
    Act("publish", "publish", "发布公示", "名单（姓名、证件号码已脱敏）向社会公开，期满前不能上报。发布当日不计入公示期。",
        _plain(publish_notice), "公示已发布。"),
    Act("end-notice", "end_notice", "结束公示", "公示最后一日已过且没有未处理的异议时，可结束公示。",
        _end_notice, "公示已结束，可上报市局。", extra_check=_term_is_over),
    Act("send", "send", "上报市局", "将公示无异议的名单上报市局批复。", _plain(send_to_city), "已上报市局，等待批复。"),
    Act("resend", "", "重新上报退回明细", "将市局退回的明细核实后重新上报。", _plain(resend_to_city),
        "退回明细已重新上报。", extra_check=_has_returned_lines),
    Act("reject-returned", "", "市局终不同意", "退回的明细不再上报，移出本批次，占用的人员资格和资金释放；其余明细照常办理。",
        _with_reason(reject_returned_lines), "已记录市局终不同意，退回的明细移出本批次。", is_primary=False, needs_note=True, is_task=False,
        phrases=REJECT_PHRASES, extra_check=_has_returned_lines, event="rejected"),
    Act("make-payment-file", "pay", "制作付款文件", "按市局同意的明细逐企业汇总，账户取今日有效的账户。",
        _make_file, "付款文件已生成，请核对后送银行。"),
    Act("send-payment-file", "", "送银行支付", "确认付款文件已送银行。银行回盘后请登记结果。", _send_file,
        "已登记送银行。", extra_check=_has_made_file),
    Act("propose-cancel", "", "申请撤销", "写明原因后由审批人决定；同意之前批次照常办理。上报市局之后不能撤销。",
        _with_reason(propose_cancellation), "已申请撤销，等待审批人决定。", is_primary=False, needs_note=True, is_task=False,
        phrases=CANCEL_PHRASES, extra_check=_may_ask_to_cancel, event="cancellation_proposed"),
    Act("decline-cancel", "cancel", "不同意撤销", "批次照常办理，原因告知经办。",
        _with_reason(decline_cancellation), "已答复不同意撤销，批次照常办理。",
        is_primary=False, needs_note=True, phrases=DECLINE_PHRASES, extra_check=_may_decide_cancel,
        event="cancellation_declined"),
    Act("cancel", "cancel", "同意撤销", "撤销后占用的人员和资金全部释放，正在公示的名单撤下；不能恢复。", _cancel, "批次已撤销。",
        is_primary=False, extra_check=_may_decide_cancel),
)  # fmt: skip
#: asked again who one is before these
WEIGHTY = frozenset({"pass-review", "approve", "publish", "send", "make-payment-file", "send-payment-file", "cancel"})
FOR_TRIALS = frozenset({"compute", "propose-cancel", "cancel", "decline-cancel"})


def may(act: Act, batch: Batch, member: Membership) -> bool:
    """Whether state, role and person allow the action now: one rule for the button and for the form."""
    if batch.is_trial and act.key not in FOR_TRIALS:
        return False
    if act.move and not can_move(batch, act.move, actor=member):
        return False
    return act.extra_check is None or act.extra_check(batch, member)


def _form(request: HttpRequest, batch: Batch, chosen: Act, error: str) -> HttpResponse:
    from pages.desk.batch_figures import figures

    context = {
        "here": "batches", "batch": batch, "act": chosen, "error": error, "figures": figures(batch),
        "note": request.POST.get("note", ""), "phrase": request.POST.get("phrase", ""),
    }  # fmt: skip
    return render(request, "desk/act.html", context, status=422 if error else 200)


PAGE = ActPage("批次", ACTS, may, _form, lambda batch: redirect("batch", pk=batch.pk))
acts_for = PAGE.offered


def _is_weighty(request: HttpRequest, action: str, **where: Any) -> bool:
    """A signature, a publication or money: the person confirms themselves when the form is sent."""
    return request.method == "POST" and action in WEIGHTY


@page_for(BUREAU_ROLES)
@freshly_confirmed(when=_is_weighty)
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One action on a batch."""
    from pages.desk.batches import batch_of

    return PAGE.answer(request, batch_of(request, pk), action)
