"""Who may do what with policies, batches and lines: `check_can_x` raises PermissionRefused, `can_x` answers.

Roles of the moves themselves stand in the TRANSITIONS of the models; here is what a role table cannot say.
"""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused, TransitionRefused
from park_workers.foundation.workflow import check_can_move
from park_workers.models import Enterprise, Membership, Role
from park_workers.permissions import CLERKS, answers, check_role
from subsidies.models import Batch, Claim, CorrectionRequest, LineItem, Policy, PolicyVersion


def check_own_bureau(actor: Membership, bureau_id: int, action: str) -> None:
    """Policies, batches and money belong to one bureau; staff of another have no business with them."""
    if actor.organisation_id != bureau_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他单位办理“{action}”", "请切换到本单位岗位")


def check_can_draft_policies(actor: Membership) -> None:
    """A clerk drafts versions."""
    check_role(actor, CLERKS, "起草政策")


def check_can_publish_policy_version(actor: Membership, version: PolicyVersion) -> None:
    """An approver of the bureau, and another person than the one who drafted it (I3)."""
    check_role(actor, frozenset({Role.APPROVER}), "发布政策版本")
    check_own_bureau(actor, version.policy.bureau_id, "发布政策版本")
    if actor.person_id == version.drafted_by_id:
        raise PermissionRefused("SECOND_PERSON_NEEDED", "政策版本不能由起草人本人发布", "请由另一位审批人员发布")


def check_can_retire_policy_version(actor: Membership, version: PolicyVersion) -> None:
    """An approver of the bureau, while the version is published."""
    check_can_move(version, "retire", actor=actor)
    check_own_bureau(actor, version.policy.bureau_id, "停用政策版本")


def check_can_simulate(actor: Membership, version: PolicyVersion) -> None:
    """A clerk of the policy's bureau."""
    check_role(actor, CLERKS, "模拟测算")
    check_own_bureau(actor, version.policy.bureau_id, "模拟测算")


def check_can_receive_appropriation(actor: Membership) -> None:
    """Finance books money that came in."""
    check_role(actor, frozenset({Role.FINANCE}), "登记到位资金")


def check_can_open_batch(actor: Membership, policy: Policy) -> None:
    """A clerk of the policy's bureau."""
    check_role(actor, CLERKS, "新建批次")
    check_own_bureau(actor, policy.bureau_id, "新建批次")


def check_can_compute(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, while the batch is a draft or computed."""
    check_can_move(batch, "compute", actor=actor)
    check_own_bureau(actor, batch.bureau_id, "测算")


def check_can_submit(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, once it is computed; a trial is never submitted."""
    check_can_move(batch, "submit", actor=actor)
    check_own_bureau(actor, batch.bureau_id, "提交复核")
    if batch.is_trial:
        raise TransitionRefused("TRIAL_NOT_SUBMITTED", "试算批次只供测算，不能提交", "请新建正式批次后测算并提交")


def check_can_decide_line(actor: Membership, line: LineItem) -> None:
    """A clerk of the batch's bureau, while the batch is computed and the line is of its current computation."""
    batch = line.calculation.batch
    check_role(actor, CLERKS, "处理明细")
    check_own_bureau(actor, batch.bureau_id, "处理明细")
    if batch.status != Batch.Status.COMPUTED or batch.current_id != line.calculation_id:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED",
            f"批次当前状态为“{batch.status_label()}”，只有已测算的批次可以处理当前明细",
            "请刷新页面查看最新状态",
        )


def check_can_ask_confirmation(actor: Membership, batch: Batch) -> None:
    """A clerk of the batch's bureau, while a batch that pays enterprises is computed."""
    check_role(actor, CLERKS, "请企业确认")
    check_own_bureau(actor, batch.bureau_id, "请企业确认")
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
    check_own_bureau(actor, enterprise.bureau_id, "请企业更正")


def check_can_answer_correction(actor: Membership, correction: CorrectionRequest) -> None:
    """HR of the enterprise asked, while the request is open."""
    check_can_move(correction, "answer", actor=actor)
    if actor.organisation_id != correction.enterprise_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能答复其他企业的更正要求", "请切换到本企业岗位")


def check_can_settle_correction(actor: Membership, correction: CorrectionRequest, action: str) -> None:
    """A clerk of the enterprise's bureau: close, reopen or withdraw."""
    check_can_move(correction, action, actor=actor)
    check_own_bureau(actor, correction.enterprise.bureau_id, "更正要求")


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
can_open_batch = answers(check_can_open_batch)
can_compute = answers(check_can_compute)
can_submit = answers(check_can_submit)
can_decide_line = answers(check_can_decide_line)
