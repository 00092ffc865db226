"""Who may post demand, open and file classes, and change what stands: `check_can_x` raises PermissionRefused, `can_x` answers."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.foundation.workflow import check_can_move
from park_workers.models import Enterprise, Membership, Role
from park_workers.permissions import answers, check_own_organisation, check_role, check_second_person
from training.models import ClassChangeRequest, LabourDemand, TrainingClass
from training.permissions.roles import BASE_CLERKS, CLERKS

#: states of a class in which its frozen roster may still change, by request
CHANGEABLE = ("filed", "accepted", "running")


def check_can_post_demand(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise, or a clerk of its bureau."""
    check_role(actor, CLERKS | {Role.ENTERPRISE_HR}, "发布用工需求")
    own = enterprise.pk if actor.role == Role.ENTERPRISE_HR else enterprise.bureau_id
    check_own_organisation(actor, own, "发布用工需求")


def check_can_end_demand(actor: Membership, demand: LabourDemand, action: str) -> None:
    """Withdraw, fill: whoever may post for the enterprise; close: a clerk of the bureau."""
    step = check_can_move(demand, action, actor=actor)
    is_hr = actor.role == Role.ENTERPRISE_HR
    own = demand.enterprise_id if is_hr else demand.enterprise.bureau_id
    check_own_organisation(actor, own, step.label)


def check_can_open_class(actor: Membership) -> None:
    """A clerk of a base."""
    check_role(actor, BASE_CLERKS, "新建班次")


def check_can_write_class(actor: Membership, training_class: TrainingClass) -> None:
    """A clerk of the base, until the class is filed: plan and roster then stand."""
    check_role(actor, BASE_CLERKS, "修改班次")
    check_own_organisation(actor, training_class.base_id, "修改班次")
    if not training_class.is_being_written:
        raise PermissionRefused(
            "ROSTER_FROZEN", f"班次“{training_class.status_label()}”，计划与名册已固定", "请在班次页提交名册变更申请"
        )


def check_can_move_class(actor: Membership, training_class: TrainingClass, action: str) -> None:
    """The base's own steps by its clerk; accepting and returning by a clerk of the base's bureau who has not filed it."""
    step = check_can_move(training_class, action, actor=actor)
    is_base = actor.role == Role.BASE_CLERK
    own = training_class.base_id if is_base else training_class.base.bureau_id
    check_own_organisation(actor, own, step.label)
    if not is_base:
        check_second_person(actor, {training_class.filed_by_id}, "备案不能由报备人本人受理", "请由另一位经办办理")


def check_can_ask_change(actor: Membership, training_class: TrainingClass) -> None:
    """A clerk of the base, while the class is filed and not yet over."""
    check_role(actor, BASE_CLERKS, "名册变更")
    check_own_organisation(actor, training_class.base_id, "名册变更")
    if training_class.is_being_written:
        raise PermissionRefused("ROSTER_NOT_FROZEN", "班次尚未报备，名册可以直接修改", "请直接增减学员")
    if training_class.status not in CHANGEABLE:
        raise PermissionRefused(
            "CLASS_IS_OVER", f"班次“{training_class.status_label()}”，名册不再变更", "如有错误请联系区人社局"
        )


def check_can_decide_change(actor: Membership, change: ClassChangeRequest) -> None:
    """A clerk of the base's bureau, who is not the person that asked."""
    check_role(actor, CLERKS, "名册变更审批")
    check_own_organisation(actor, change.training_class.base.bureau_id, "名册变更审批")
    check_second_person(actor, {change.asked_by_id}, "变更不能由申请人本人决定", "请由另一位经办办理")


def check_can_withdraw_change(actor: Membership, change: ClassChangeRequest) -> None:
    """A clerk of the base, as long as nobody has decided."""
    check_can_move(change, "withdraw", actor=actor)
    check_own_organisation(actor, change.training_class.base_id, "撤回变更")


can_post_demand = answers(check_can_post_demand)
can_end_demand = answers(check_can_end_demand)
can_open_class = answers(check_can_open_class)
can_write_class = answers(check_can_write_class)
can_move_class = answers(check_can_move_class)
can_ask_change = answers(check_can_ask_change)
can_decide_change = answers(check_can_decide_change)
can_withdraw_change = answers(check_can_withdraw_change)
