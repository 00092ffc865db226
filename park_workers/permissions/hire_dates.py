"""Who corrects a hire date, who asks for it, who decides on it."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Employment, HireDateRequest, Membership, Role
from park_workers.permissions.roles import CLERKS, answers, check_own_enterprise, check_role, check_second_person


def check_can_correct_hire_date(actor: Membership, employment: Employment, *, is_judged: bool = True) -> None:
    """A bureau clerk; HR of the enterprise as long as no batch has judged it, which only the floor of the money knows.

    The hire date decides about money: once it has been judged the enterprise asks and the bureau corrects.
    """
    check_own_enterprise(actor, employment.enterprise_id, "更正入职日期")
    if is_judged and actor.role == Role.ENTERPRISE_HR:
        raise PermissionRefused(
            "JUDGED_ALREADY", "该入职日期已用于补贴测算，不能由企业直接更正", "请提交更正申请，由区人社局核对后更正"
        )


def check_can_ask_hire_date(actor: Membership, employment: Employment) -> None:
    """HR of the enterprise."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "申请更正入职日期")
    check_own_enterprise(actor, employment.enterprise_id, "申请更正入职日期")


def check_can_decide_hire_date(actor: Membership, asked: HireDateRequest) -> None:
    """A clerk of the enterprise's bureau who did not ask for it."""
    check_role(actor, CLERKS, "核对入职日期更正")
    if asked.employment.enterprise.bureau_id != actor.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能办理其他单位企业的更正申请", "请切换到本单位岗位")
    check_second_person(actor, {asked.asked_by_id}, "更正申请不能由申请人本人决定", "请由另一位经办办理")


can_correct_hire_date = answers(check_can_correct_hire_date)
can_ask_hire_date = answers(check_can_ask_hire_date)
can_decide_hire_date = answers(check_can_decide_hire_date)
