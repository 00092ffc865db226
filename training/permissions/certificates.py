"""Who may do what with certificates: `check_can_x` raises PermissionRefused, `can_x` answers."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership, Role
from park_workers.permissions import answers, check_role, check_second_person
from training.models import Amendment
from training.permissions.roles import READERS

#: who looks into certificates at the desk
CERTIFICATE_READERS = READERS | {Role.BASE_CLERK}
CERTIFIERS = frozenset({Role.BASE_CLERK, Role.CLERK})


def _check_own_base(actor: Membership, base_id: int, action: str) -> None:
    """Staff of a base act for their own base only, a bureau clerk for every one."""
    check_role(actor, CERTIFIERS, action)
    if actor.role == Role.BASE_CLERK and actor.organisation_id != base_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他基地办理“{action}”", "请切换到本基地岗位")


def check_can_issue_completions(actor: Membership, base_id: int) -> None:
    """The base whose class it was, or a bureau clerk: issue, print, add a photo."""
    _check_own_base(actor, base_id, "结业证")


def check_can_propose_amendment(actor: Membership, base_id: int) -> None:
    """The base that reported it, or a bureau clerk."""
    _check_own_base(actor, base_id, "更正与作废")


def check_can_decide_amendment(actor: Membership, amendment: Amendment) -> None:
    """Another person: for results and certificates of the assessors a bureau clerk, for the base's own paper also a colleague."""
    _check_own_base(actor, amendment.base_id, "确认更正与作废")
    if actor.role != Role.CLERK and amendment.kind != Amendment.Kind.COMPLETION:
        raise PermissionRefused(
            "ROLE_NOT_ALLOWED", f"“{amendment.get_kind_display()}”须由人社局经办确认", "请等待人社局办理"
        )
    check_second_person(actor, {amendment.proposed_by_id}, "须由提出人以外的人确认", "请另一位有权的同事登录后办理")


def check_can_withdraw_amendment(actor: Membership, amendment: Amendment) -> None:
    """Whoever proposed it, or a colleague of the same place."""
    _check_own_base(actor, amendment.base_id, "撤回更正与作废")
    by = amendment.recorded_by
    if by is None or by.organisation_id != actor.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "该申请不是您的单位提出的", "请由提出的单位撤回")


def check_can_keep_pass_rules(actor: Membership) -> None:
    """A bureau clerk: what pass lists are judged by, and whose assessors' codes are known."""
    check_role(actor, frozenset({Role.CLERK}), "考核规则")


can_issue_completions = answers(check_can_issue_completions)
can_propose_amendment = answers(check_can_propose_amendment)
can_decide_amendment = answers(check_can_decide_amendment)
can_withdraw_amendment = answers(check_can_withdraw_amendment)
can_keep_pass_rules = answers(check_can_keep_pass_rules)
