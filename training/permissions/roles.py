"""Whose desk it is: roles of the second floor."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Role

#: bureau staff who read what bases, assessors and experts did; the city bureau sees batches only
READERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
CLERKS, BASE_CLERKS = frozenset({Role.CLERK}), frozenset({Role.BASE_CLERK})


def refuse_elsewhere(is_own: bool, action: str) -> None:
    """What belongs to another organisation is not this one's to act on; `action` is the Chinese name of what is refused."""
    if not is_own:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他单位办理“{action}”", "请切换到本单位岗位")
