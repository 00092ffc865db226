"""Who may do what with policies, batches and lines: `check_can_x` raises PermissionRefused, `can_x` answers.

Roles of the moves themselves stand in the TRANSITIONS of the models; here is what a role table cannot say.
"""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused, TransitionRefused
from park_workers.foundation.workflow import check_can_move
from park_workers.models import Enterprise, Membership, Role
from park_workers.permissions import CLERKS, answers, check_own_organisation, check_role, check_second_person
from subsidies.models import (
    Batch,
    Claim,
    Clawback,
    CorrectionRequest,
    LineItem,
    Objection,
    PaymentFile,
    Policy,
    PolicyVersion,
    WriteOff,
)

FINANCE = frozenset({Role.FINANCE})


def check_can_draft_policies(actor: Membership) -> None:
    """A clerk drafts versions."""
    check_role(actor, CLERKS, "起草政策")


def check_can_publish_policy_version(actor: Membership, version: PolicyVersion) -> None:
    """An approver of the bureau, and another person than the one who drafted it (I3)."""
    check_role(actor, frozenset({Role.APPROVER}), "发布政策版本")
    check_own_organisation(actor, version.policy.bureau_id, "发布政策版本")
    check_second_person(actor, {version.drafted_by_id}, "政策版本不能由起草人本人发布", "请由另一位审批人员发布")


def check_can_retire_policy_version(actor: Membership, version: PolicyVersion) -> None:
    """An approver of the bureau, while the version is published."""
    check_can_move(version, "retire", actor=actor)
    check_own_organisation(actor, version.policy.bureau_id, "停用政策版本")


def check_can_simulate(actor: Membership, version: PolicyVersion) -> None:
    """A clerk of the policy's bureau."""
    check_role(actor, CLERKS, "模拟测算")
    check_own_organisation(actor, version.policy.bureau_id, "模拟测算")


def check_can_receive_appropriation(actor: Membership) -> None:
    """Finance books money that came in."""
    check_role(actor, FINANCE, "登记到位资金")


def check_can_open_batches(actor: Membership) -> None:
    """A clerk."""
    check_role(actor, CLERKS, "新建批次")


def check_can_open_batch(actor: Membership, policy: Policy) -> None:
    """A clerk of the policy's bureau."""
    check_can_open_batches(actor)
    check_own_organisation(actor, policy.bureau_id, "新建批次")


def check_can_compute(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, while the batch is a draft or computed."""
    check_can_move(batch, "compute", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "测算")


def check_can_submit(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, once it is computed; a trial is never submitted."""
    check_can_move(batch, "submit", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "提交复核")
    if batch.is_trial:
        raise TransitionRefused("TRIAL_NOT_SUBMITTED", "试算批次只供测算，不能提交", "请新建正式批次后测算并提交")


def check_can_decide_lines_of(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, while the batch is computed."""
    check_role(actor, CLERKS, "处理明细")
    check_own_organisation(actor, batch.bureau_id, "处理明细")
    if batch.status != Batch.Status.COMPUTED:
        raise _only_current_lines(batch)


def check_can_decide_line(actor: Membership, line: LineItem) -> None:
    """As for the lines of its batch, and the line is of the current computation."""
    batch = line.calculation.batch
    check_can_decide_lines_of(actor, batch)
    if batch.current_id != line.calculation_id:
        raise _only_current_lines(batch)


def _only_current_lines(batch: Batch) -> TransitionRefused:
    return TransitionRefused(
        "STATE_NOT_ALLOWED",
        f"批次当前状态为“{batch.status_label()}”，只有已测算的批次可以处理当前明细",
        "请刷新页面查看最新状态",
    )


def check_can_propose_cancellation(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau."""
    check_role(actor, CLERKS, "申请撤销批次")
    check_own_organisation(actor, batch.bureau_id, "申请撤销批次")


def check_can_decide_cancellation(actor: Membership, batch: Batch) -> None:
    """An approver of the batch's bureau who did not ask for it, while the batch may be given up."""
    check_can_move(batch, "cancel", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "审批撤销")
    check_second_person(actor, {batch.cancel_proposed_by_id}, "撤销不能由申请人本人审批", "请由另一位审批人员办理")


def check_can_deal_with_returned_lines(actor: Membership, batch: Batch, action: str = "办理市局退回明细") -> None:
    """A clerk of the batch's bureau."""
    check_role(actor, CLERKS, action)
    check_own_organisation(actor, batch.bureau_id, action)


def check_can_decide_objection(actor: Membership, objection: Objection) -> None:
    """A reviewer of the notice's bureau, while the objection waits (who made the batch is refused by the service)."""
    check_can_move(objection, "reject", actor=actor)
    check_own_organisation(actor, objection.notice.batch.bureau_id, "处理异议")


def check_can_reveal_contact(actor: Membership, objection: Objection) -> None:
    """A reviewer of the notice's bureau: whoever looks into the matter."""
    check_role(actor, frozenset({Role.REVIEWER}), "查看异议人联系方式")
    check_own_organisation(actor, objection.notice.batch.bureau_id, "查看异议人联系方式")


def check_can_take_down_objection(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, for a visitor at the counter."""
    check_role(actor, CLERKS, "登记来访异议")
    check_own_organisation(actor, batch.bureau_id, "登记来访异议")


def check_can_pay(actor: Membership, batch: Batch, action: str = "制作付款文件") -> None:
    """Finance of the batch's bureau: files made, made again, fetched and sent, returns imported."""
    check_role(actor, FINANCE, action)
    check_own_organisation(actor, batch.bureau_id, action)


def check_can_send_payment_file(actor: Membership, payment_file: PaymentFile) -> None:
    """Finance of the batch's bureau, once the file is made."""
    check_can_move(payment_file, "send", actor=actor)
    check_own_organisation(actor, payment_file.batch.bureau_id, "送银行支付")


def check_can_propose_clawback(actor: Membership, batch: Batch) -> None:
    """Finance of the batch's bureau."""
    check_can_pay(actor, batch, "提出追回")


def check_can_decide_clawback(actor: Membership, clawback: Clawback) -> None:
    """An approver of the batch's bureau who did not propose it, while it waits (I3)."""
    check_can_move(clawback, "approve", actor=actor)
    check_own_organisation(actor, clawback.line.calculation.batch.bureau_id, "审批追回")
    check_second_person(actor, {clawback.proposed_by_id}, "追回不能由提出人本人审批", "请由另一位审批人员办理")


def check_can_propose_write_off(actor: Membership, batch: Batch) -> None:
    """Finance of the batch's bureau."""
    check_can_pay(actor, batch, "提出不再补付")


def check_can_decide_write_off(actor: Membership, write_off: WriteOff) -> None:
    """An approver of the batch's bureau who did not propose it, while it waits (I3)."""
    check_can_move(write_off, "approve", actor=actor)
    check_own_organisation(actor, write_off.disbursement.payment_file.batch.bureau_id, "审批不再补付")
    check_second_person(actor, {write_off.proposed_by_id}, "不再补付不能由提出人本人审批", "请由另一位审批人员办理")


can_propose_cancellation = answers(check_can_propose_cancellation)
can_decide_cancellation = answers(check_can_decide_cancellation)
can_deal_with_returned_lines = answers(check_can_deal_with_returned_lines)
can_decide_objection = answers(check_can_decide_objection)
can_reveal_contact = answers(check_can_reveal_contact)
can_take_down_objection = answers(check_can_take_down_objection)
can_pay = answers(check_can_pay)
can_send_payment_file = answers(check_can_send_payment_file)
can_propose_clawback = answers(check_can_propose_clawback)
can_decide_clawback = answers(check_can_decide_clawback)
can_propose_write_off = answers(check_can_propose_write_off)
can_decide_write_off = answers(check_can_decide_write_off)


def check_can_ask_confirmation(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, while a batch that pays enterprises is computed."""
    check_role(actor, CLERKS, "请企业确认")
    check_own_organisation(actor, batch.bureau_id, "请企业确认")
    if batch.status != Batch.Status.COMPUTED or batch.is_trial or batch.policy.payee_kind != Policy.Payee.ENTERPRISE:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", "只有已测算、尚未提交的企业补贴批次可以请企业确认", "请刷新页面查看最新状态"
        )


def check_can_confirm_claim(actor: Membership, claim: Claim) -> None:
    """HR of the enterprise the claim is of, while the batch is computed and the claim is of its current computation."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "确认申报")
    if actor.organisation_id != claim.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能确认其他企业的申报", "请切换到本企业岗位")
    batch = claim.batch
    if batch.status != Batch.Status.COMPUTED or batch.current_id != claim.calculation_id:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", "该申报已提交或已重新测算，本次确认未生效", "请刷新页面查看最新状态"
        )


def check_can_ask_correction(actor: Membership, enterprise: Enterprise) -> None:
    """A clerk of the enterprise's bureau."""
    check_role(actor, CLERKS, "请企业更正")
    check_own_organisation(actor, enterprise.bureau_id, "请企业更正")


def check_can_answer_correction(actor: Membership, correction: CorrectionRequest) -> None:
    """HR of the enterprise asked, while the request is open."""
    check_can_move(correction, "answer", actor=actor)
    if actor.organisation_id != correction.enterprise_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能答复其他企业的更正要求", "请切换到本企业岗位")


def check_can_settle_correction(actor: Membership, correction: CorrectionRequest, action: str) -> None:
    """A clerk of the enterprise's bureau: close, reopen or withdraw."""
    check_can_move(correction, action, actor=actor)
    check_own_organisation(actor, correction.enterprise.bureau_id, "更正要求")


can_ask_confirmation = answers(check_can_ask_confirmation)
can_confirm_claim = answers(check_can_confirm_claim)
can_ask_correction = answers(check_can_ask_correction)
can_answer_correction = answers(check_can_answer_correction)
can_settle_correction = answers(check_can_settle_correction)
can_draft_policies = answers(check_can_draft_policies)
can_publish_policy_version = answers(check_can_publish_policy_version)
can_retire_policy_version = answers(check_can_retire_policy_version)
can_simulate = answers(check_can_simulate)
can_receive_appropriation = answers(check_can_receive_appropriation)
can_open_batches = answers(check_can_open_batches)
can_open_batch = answers(check_can_open_batch)
can_compute = answers(check_can_compute)
can_submit = answers(check_can_submit)
can_decide_lines_of = answers(check_can_decide_lines_of)
can_decide_line = answers(check_can_decide_line)
