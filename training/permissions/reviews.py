"""Who may do what with reviews: `check_can_x` raises PermissionRefused, `can_x` answers."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused, TransitionRefused
from park_workers.foundation.workflow import check_can_move
from park_workers.models import Enterprise, Membership, Role
from park_workers.permissions import answers, check_own_organisation, check_role, check_second_person
from training.models import (
    Expert,
    GradeRevocation,
    PanelSeat,
    ReviewApplication,
    ReviewGrade,
    ReviewObjection,
    ReviewRound,
    RubricVersion,
)
from training.permissions.roles import CLERKS, READERS

# --- expert review (技术评审) ---------------------------------------------------------------------


def check_can_keep_experts(actor: Membership, expert: Expert | None = None) -> None:
    """A clerk of the bureau that keeps the pool, for anybody but themselves."""
    check_role(actor, CLERKS, "评审专家库")
    if expert is not None:
        check_own_organisation(actor, expert.bureau_id, "评审专家库")
        if expert.membership.user_id == actor.person_id:
            raise PermissionRefused("NOT_FOR_YOURSELF", "不能办理本人的专家资料", "请由另一位经办办理")


def check_can_confirm_expert(actor: Membership, expert: Expert) -> None:
    """A second person, neither who proposed nor the expert."""
    check_can_move(expert, "confirm", actor=actor)
    check_own_organisation(actor, expert.bureau_id, "确认专家入库")
    first = {expert.proposed_by_id, expert.membership.user_id}
    check_second_person(actor, first, "专家入库须由另一人确认", "请由提出人和专家本人以外的人确认")


def check_can_draft_rubrics(actor: Membership) -> None:
    """A clerk."""
    check_role(actor, CLERKS, "起草评分标准")


def check_can_publish_rubric(actor: Membership, version: RubricVersion) -> None:
    """A reviewer or approver who did not draft it."""
    check_can_move(version, "publish", actor=actor)
    check_own_organisation(actor, version.rubric.bureau_id, "发布评分标准")
    check_second_person(actor, {version.drafted_by_id}, "评分标准不能由起草人本人发布", "请由另一位复核或审批人员发布")


def check_can_retire_rubric(actor: Membership, version: RubricVersion) -> None:
    """A reviewer or approver of the bureau."""
    check_can_move(version, "retire", actor=actor)
    check_own_organisation(actor, version.rubric.bureau_id, "停用评分标准")


def check_can_keep_rounds(actor: Membership, bureau_id: int | None = None) -> None:
    """A clerk of the bureau."""
    check_role(actor, CLERKS, "评审批")
    if bureau_id is not None:
        check_own_organisation(actor, bureau_id, "评审批")


def check_can_move_round(actor: Membership, round_: ReviewRound, action: str) -> None:
    """Role and state of the move, and the own bureau."""
    check_can_move(round_, action, actor=actor)
    check_own_organisation(actor, round_.bureau_id, ReviewRound.TRANSITIONS[action].label)


def check_can_apply(actor: Membership, enterprise: Enterprise) -> None:
    """HR for the own enterprise, a clerk for every one of the bureau."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR, Role.CLERK}), "申报评审")
    own = actor.organisation_id == (enterprise.pk if actor.role == Role.ENTERPRISE_HR else enterprise.bureau_id)
    if not own:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能为其他企业办理“申报评审”", "请切换到本企业岗位")


def check_can_decide_application(actor: Membership, application: ReviewApplication) -> None:
    """A clerk of the bureau."""
    check_role(actor, CLERKS, "受理评审申报")
    check_own_organisation(actor, application.round.bureau_id, "受理评审申报")


def check_can_withdraw_application(actor: Membership, application: ReviewApplication) -> None:
    """Whoever may apply for the enterprise."""
    check_can_apply(actor, application.enterprise)


def check_can_decline_seat(actor: Membership, seat: PanelSeat) -> None:
    """The expert, or a clerk who was told; until the scores are opened."""
    check_can_move(seat, "decline", actor=actor)
    if actor.role == Role.EXPERT and seat.expert.membership_id != actor.pk:
        raise PermissionRefused("NOT_FOR_YOU", "该席位不是您的", "请由专家本人办理")
    if actor.role == Role.CLERK:
        check_own_organisation(actor, seat.round.bureau_id, "递补评委")
    if seat.round.status not in ("drawn", "scoring"):
        raise TransitionRefused("ROUND_NOT_RUNNING", "评审已开封或已结束，评委不能再变动", "请刷新页面查看最新状态")


def check_can_score(actor: Membership, seat: PanelSeat) -> None:
    """The seated expert, on the own account, while the round is being scored."""
    check_role(actor, frozenset({Role.EXPERT}), "评分")
    if seat.expert.membership_id != actor.pk:
        raise PermissionRefused("NOT_FOR_YOU", "该席位不是您的", "请使用您本人的账号评分")
    if seat.status != PanelSeat.Status.SEATED or seat.round.status != ReviewRound.Status.SCORING:
        raise TransitionRefused("NOT_SCORING", "现在不能评分：评审未开始、已开封或您已退出", "请刷新页面查看最新状态")


def check_can_read_scores(actor: Membership, round_: ReviewRound) -> None:
    """Staff of the bureau, and not before the scores are opened: nobody at all."""
    check_role(actor, READERS, "查看评分")
    check_own_organisation(actor, round_.bureau_id, "查看评分")
    if not round_.is_opened:
        raise TransitionRefused("SCORES_SEALED", "评分尚未开封，任何人都不能查看", "全部评委封存后自动同时开封")


def check_can_note_outlier(actor: Membership, round_: ReviewRound) -> None:
    """The clerk who keeps the minutes, while the result is open."""
    check_can_keep_rounds(actor, round_.bureau_id)
    if round_.status != ReviewRound.Status.OPENED:
        raise TransitionRefused("ROUND_NOT_OPENED", "只有开封后、确认结果前可以记录合议", "请刷新页面查看最新状态")


def check_can_decide_round(actor: Membership, round_: ReviewRound) -> None:
    """A reviewer who neither drew the panel nor sits on it."""
    check_can_move_round(actor, round_, "decide")
    panel = round_.seats.values_list("expert__membership__user_id", flat=True)
    first = {round_.drawn_by_id, *panel}
    check_second_person(actor, first, "结果须由抽取人和评委以外的复核确认", "请由另一位复核人员办理")


def check_can_decide_review_objection(actor: Membership, objection: ReviewObjection) -> None:
    """A reviewer of the bureau."""
    check_role(actor, frozenset({Role.REVIEWER}), "处理评审异议")
    check_own_organisation(actor, objection.notice.round.bureau_id, "处理评审异议")


def check_can_enter_absence(actor: Membership, expert: Expert) -> None:
    """The expert, on the own account, while in the pool."""
    check_role(actor, frozenset({Role.EXPERT}), "登记不能参评的日期")
    if expert.membership_id != actor.pk:
        raise PermissionRefused("NOT_FOR_YOU", "这不是您本人的专家资料", "请使用您本人的账号登记")
    if expert.status == Expert.Status.RETIRED:
        raise TransitionRefused("EXPERT_RETIRED", "您已出库，不再参加抽取，无需登记", "如有疑问请联系人社局经办")


def _bureau_of(grade: ReviewGrade) -> int:
    return grade.result.application.round.bureau_id


def check_can_propose_grade_revocation(actor: Membership, grade: ReviewGrade) -> None:
    """A clerk of the bureau that gave the grade."""
    check_role(actor, CLERKS, "撤销评审等次")
    check_own_organisation(actor, _bureau_of(grade), "撤销评审等次")


def check_can_decide_grade_revocation(actor: Membership, revocation: GradeRevocation) -> None:
    """A reviewer or approver of that bureau who did not propose it."""
    check_can_move(revocation, "confirm", actor=actor)
    check_own_organisation(actor, _bureau_of(revocation.grade), "确认撤销等次")
    check_second_person(
        actor, {revocation.proposed_by_id}, "撤销等次须由提出人以外的人确认", "请由另一位复核或审批人员办理"
    )


def check_can_withdraw_grade_revocation(actor: Membership, revocation: GradeRevocation) -> None:
    """A clerk of that bureau."""
    check_can_move(revocation, "withdraw", actor=actor)
    check_own_organisation(actor, _bureau_of(revocation.grade), "撤回")


can_enter_absence = answers(check_can_enter_absence)
can_propose_grade_revocation = answers(check_can_propose_grade_revocation)
can_decide_grade_revocation = answers(check_can_decide_grade_revocation)
can_withdraw_grade_revocation = answers(check_can_withdraw_grade_revocation)
can_keep_experts = answers(check_can_keep_experts)
can_confirm_expert = answers(check_can_confirm_expert)
can_draft_rubrics = answers(check_can_draft_rubrics)
can_publish_rubric = answers(check_can_publish_rubric)
can_retire_rubric = answers(check_can_retire_rubric)
can_keep_rounds = answers(check_can_keep_rounds)
can_move_round = answers(check_can_move_round)
can_apply = answers(check_can_apply)
can_decide_application = answers(check_can_decide_application)
can_withdraw_application = answers(check_can_withdraw_application)
can_decline_seat = answers(check_can_decline_seat)
can_score = answers(check_can_score)
can_read_scores = answers(check_can_read_scores)
can_note_outlier = answers(check_can_note_outlier)
can_decide_round = answers(check_can_decide_round)
can_decide_review_objection = answers(check_can_decide_review_objection)
