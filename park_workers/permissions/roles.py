"""Roles, and what every check begins with; beneath `check_can_x` of people's floor."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Membership, Role

CLERKS = frozenset({Role.CLERK})
#: roles that may see a document number or a phone in plain, each time with a reason; the auditor sees masked values only
REVEALERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.ENTERPRISE_HR})
FIGURE_KEEPERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER})


def check_role(actor: Membership, roles: frozenset[Role], action: str) -> None:
    """The actor's role is one of `roles`; `action` is the Chinese name of what is refused otherwise."""
    if actor.role not in roles:
        raise PermissionRefused("ROLE_NOT_ALLOWED", f"您的岗位不能办理“{action}”", "请由有权岗位办理")


def check_own_organisation(actor: Membership, organisation_id: int, action: str) -> None:
    """What belongs to another bureau, base or firm is not this one's to act on; `action` as of `check_role`."""
    if actor.organisation_id != organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他单位办理“{action}”", "请切换到本单位岗位")


def check_second_person(actor: Membership, first: Collection[int | None], message: str, fix: str) -> None:
    """Four eyes (I3): the person who acts is none of the `first` ones, who made it or whom it concerns."""
    if actor.person_id in first:
        raise PermissionRefused("SECOND_PERSON_NEEDED", message, fix)


def check_own_enterprise(actor: Membership, enterprise_id: int, action: str) -> None:
    """Enterprise staff act for their own enterprise only, a bureau clerk for every one."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR, Role.CLERK}), action)
    if actor.role == Role.ENTERPRISE_HR and actor.organisation_id != enterprise_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他企业办理“{action}”", "请切换到本企业岗位")


def answers(check: Callable[..., None]) -> Callable[..., bool]:
    """The question that belongs to a check."""

    @wraps(check)
    def can(*args: Any, **kwargs: Any) -> bool:
        try:
            check(*args, **kwargs)
        except RuleViolation:
            return False
        return True

    can.__name__ = check.__name__.removeprefix("check_")
    return can
