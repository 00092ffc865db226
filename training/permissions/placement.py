"""Who may do what with placement: `check_can_x` raises PermissionRefused, `can_x` answers."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership, Role, TrainingBase
from park_workers.permissions import REVEALERS, answers, check_role
from training.models import Referral
from training.models.placements import ANSWERERS, REFERRERS
from training.permissions.roles import READERS


def _check_place(actor: Membership, base: TrainingBase, action: str) -> None:
    """A base acts for its own people only, the bureau's clerk for the bureau's bases."""
    is_own = base.pk if actor.role == Role.BASE_CLERK else base.bureau_id
    if actor.organisation_id != is_own:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", f"不能为其他单位的学员办理“{action}”", "请切换到有权的岗位")


def check_can_read_placements(actor: Membership) -> None:
    """Bureau staff and the bases."""
    check_role(actor, READERS | {Role.BASE_CLERK}, "查看就业推荐")


def check_can_refer(actor: Membership, base: TrainingBase | None = None) -> None:
    """The base whose class it was, or the bureau's clerk."""
    check_role(actor, frozenset(REFERRERS), "推荐就业")
    if base is not None:
        _check_place(actor, base, "推荐就业")


def check_can_answer_referral(actor: Membership, referral: Referral) -> None:
    """The enterprise; its base or the bureau's clerk write down what they were told."""
    check_role(actor, frozenset(ANSWERERS), "答复推荐")
    if actor.role != Role.ENTERPRISE_HR:
        _check_place(actor, referral.base, "答复推荐")
    elif actor.organisation_id != referral.enterprise_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能答复推荐给其他企业的人员", "请切换到本企业岗位")


def check_can_withdraw_referral(actor: Membership, referral: Referral) -> None:
    """The base that referred, or the bureau's clerk."""
    check_role(actor, frozenset(REFERRERS), "撤回推荐")
    _check_place(actor, referral.base, "撤回推荐")


def check_can_call_referred(actor: Membership, referral: Referral) -> None:
    """The telephone of a person referred: the enterprise while it has to answer or has hired, the base, the bureau's staff."""
    check_role(actor, REVEALERS | {Role.BASE_CLERK}, "查看联系电话")
    if actor.role == Role.ENTERPRISE_HR:
        check_can_answer_referral(actor, referral)
        if referral.status in (Referral.Status.REFUSED, Referral.Status.WITHDRAWN):
            raise PermissionRefused(
                "REFERRAL_ENDED", "推荐已结束，不再提供联系电话", "如需再联系，请与培训基地商量重新推荐"
            )
    else:
        _check_place(actor, referral.base, "查看联系电话")


can_read_placements = answers(check_can_read_placements)
can_refer = answers(check_can_refer)
can_answer_referral = answers(check_can_answer_referral)
can_withdraw_referral = answers(check_can_withdraw_referral)
can_call_referred = answers(check_can_call_referred)
