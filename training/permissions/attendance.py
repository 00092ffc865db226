"""Who may keep attendance."""

from __future__ import annotations

from park_workers.models import Membership
from park_workers.permissions import answers, check_role
from training.models import TrainingClass
from training.permissions.roles import BASE_CLERKS, refuse_elsewhere


def check_can_keep_attendance(actor: Membership, training_class: TrainingClass) -> None:
    """The clerk of the base that holds the class."""
    check_role(actor, BASE_CLERKS, "考勤")
    refuse_elsewhere(actor.organisation_id == training_class.base_id, "考勤")


can_keep_attendance = answers(check_can_keep_attendance)
