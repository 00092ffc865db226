"""Who may plan sessions and keep attendance, and while the class is in which states."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership
from park_workers.permissions import answers, check_own_organisation, check_role
from training.models import TrainingClass
from training.permissions.roles import BASE_CLERKS

#: states in which attendance is taken: the bureau has accepted the class, and it is not over
HELD = ("accepted", "running")


def check_can_plan_sessions(actor: Membership, training_class: TrainingClass) -> None:
    """The clerk of the base that holds the class, until the class is over."""
    check_role(actor, BASE_CLERKS, "排课")
    check_own_organisation(actor, training_class.base_id, "排课")
    if training_class.status in ("completed", "cancelled"):
        raise PermissionRefused(
            "CLASS_IS_OVER", f"班次{training_class.status_label()}，节次不再变更", "如有错误请联系区人社局"
        )


def check_can_keep_attendance(actor: Membership, training_class: TrainingClass) -> None:
    """The clerk of the base that holds the class, from the bureau's acceptance of the class to its completion."""
    check_role(actor, BASE_CLERKS, "考勤")
    check_own_organisation(actor, training_class.base_id, "考勤")
    check_attendance_is_open(training_class)


def check_attendance_is_open(training_class: TrainingClass) -> None:
    """The state alone, for whoever signs in without an account too."""
    if training_class.status not in HELD:
        is_over = training_class.status in ("completed", "cancelled")
        fix = "考勤不再改变；确有错误的，请联系区人社局" if is_over else "请在区人社局受理备案之后登记考勤"
        raise PermissionRefused("CLASS_NOT_HELD", f"班次状态为“{training_class.status_label()}”，不能登记考勤", fix)


can_plan_sessions = answers(check_can_plan_sessions)
can_keep_attendance = answers(check_can_keep_attendance)
