"""Who may do what on the second floor: `check_can_x` raises PermissionRefused, `can_x` answers; one rule for both."""

from training.permissions.attendance import (
    HELD,
    can_keep_attendance,
    can_plan_sessions,
    check_attendance_is_open,
    check_can_keep_attendance,
    check_can_plan_sessions,
)
from training.permissions.classes import (
    CHANGEABLE,
    can_ask_change,
    can_decide_change,
    can_end_demand,
    can_move_class,
    can_open_class,
    can_post_demand,
    can_withdraw_change,
    can_write_class,
    check_can_ask_change,
    check_can_decide_change,
    check_can_end_demand,
    check_can_move_class,
    check_can_open_class,
    check_can_post_demand,
    check_can_withdraw_change,
    check_can_write_class,
)
from training.permissions.roles import (
    READERS,
)

__all__ = [
    "CHANGEABLE",
    "HELD",
    "READERS",
    "can_ask_change",
    "can_decide_change",
    "can_end_demand",
    "can_keep_attendance",
    "can_move_class",
    "can_open_class",
    "can_plan_sessions",
    "can_post_demand",
    "can_withdraw_change",
    "can_write_class",
    "check_attendance_is_open",
    "check_can_ask_change",
    "check_can_decide_change",
    "check_can_end_demand",
    "check_can_keep_attendance",
    "check_can_move_class",
    "check_can_open_class",
    "check_can_plan_sessions",
    "check_can_post_demand",
    "check_can_withdraw_change",
    "check_can_write_class",
]
