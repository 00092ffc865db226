"""Who may do what on the second floor: `check_can_x` raises PermissionRefused, `can_x` answers; one rule for both."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership, Role
from park_workers.permissions import answers, check_role
from training.models import TrainingClass

#: bureau staff who read what bases, assessors and experts did; the city bureau sees batches only
READERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})


def check_can_keep_attendance(actor: Membership, training_class: TrainingClass) -> None:
    """The clerk of the base that holds the class."""
    check_role(actor, frozenset({Role.BASE_CLERK}), "考勤")
    if actor.organisation_id != training_class.base_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能为其他基地办理“考勤”", "请切换到本基地岗位")


can_keep_attendance = answers(check_can_keep_attendance)
