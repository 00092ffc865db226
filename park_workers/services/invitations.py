"""People and the links with which they set their password; who may come in at all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Invitation, Membership, User
from park_workers.permissions import check_can_look_after_people
from park_workers.services.acting import PersonActor
from park_workers.services.memberships import organisations_looked_after_by
from park_workers.services.reasons import stated_reason
from park_workers.services.second_factors import remove_second_factor
from park_workers.services.sign_ins import check_password_is_good, end_sessions

VALID_FOR = timedelta(hours=72)
SALT = "park_workers.invitation"
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,59}")


def _invalid() -> RuleViolation:
    return RuleViolation("INVITATION_INVALID", "链接无效、已使用或已过期", "请联系安全管理员重新发送")


def people_looked_after_by(actor: Membership) -> QuerySet[User]:
    """Everybody with a role, now or before, in the administrator's organisations, and people who have none yet."""
    ours = User.objects.filter(memberships__organisation__in=organisations_looked_after_by(actor))
    invited = User.objects.filter(
        memberships__isnull=True, invitations__made_by__memberships__organisation=actor.organisation
    )
    return (ours | invited).distinct().order_by("username")


@transaction.atomic
def invite_person(*, actor: Membership, username: str, display_name: str, now: datetime) -> tuple[User, str]:
    """A new person without a password, and the link to set it (shown once).  Raises RuleViolation."""
    check_can_look_after_people(actor)
    username, display_name = username.strip(), display_name.strip()
    if not USERNAME.fullmatch(username):
        raise RuleViolation("USERNAME_FORM", "登录名须为 3 至 60 位字母、数字、点或横线", "请换一个登录名")
    if not 2 <= len(display_name) <= 60:
        raise RuleViolation("NAME_MISSING", "请填写姓名", "填写 2 至 60 字的姓名")
    if User.objects.filter(username__iexact=username).exists():
        raise RuleViolation("USERNAME_TAKEN", f"登录名“{username}”已被使用", "请换一个登录名")
    user = User.objects.create_user(username, None, display_name)
    record_event(actor=actor, code="person.invited", subject=user, changes={"username": username})
    return user, _new_link(actor, user, now)


@transaction.atomic
def renew_invitation(*, actor: Membership, user: User, now: datetime) -> str:
    """Another link (the password is forgotten, the first one ran out); links before it are void.  Raises RuleViolation."""
    _check_ours(actor, user)
    return _new_link(actor, user, now)


def _check_ours(actor: Membership, user: User) -> None:
    check_can_look_after_people(actor)
    if user.pk == actor.person_id:
        raise RuleViolation("NOT_FOR_YOURSELF", "不能为自己办理", "请由另一位安全管理员办理")
    if not people_looked_after_by(actor).filter(pk=user.pk).exists():
        raise RuleViolation("NOT_YOUR_ORGANISATION", "该用户不归本局管理", "请由所属人社局办理")


def _new_link(actor: Membership, user: User, now: datetime) -> str:
    Invitation.objects.filter(user=user, used_at__isnull=True, replaced_at__isnull=True).update(replaced_at=now)
    invitation = Invitation.objects.create(user=user, made_by=actor.user, expires_at=now + VALID_FOR)
    record_event(actor=actor, code="invitation.made", subject=user)
    return signing.dumps([invitation.pk, user.pk], salt=SALT)


def invitation_of(link: str, *, now: datetime) -> Invitation:
    """The invitation of a link that still opens; raises RuleViolation for every other one, without saying why."""
    try:
        number, person = signing.loads(link, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise _invalid() from None
    alive = Invitation.objects.filter(
        pk=number, user_id=person, user__is_active=True,
        used_at__isnull=True, replaced_at__isnull=True, expires_at__gt=now,
    )  # fmt: skip
    found = alive.select_related("user").first()
    if found is None:
        raise _invalid()
    return found


@transaction.atomic
def accept_invitation(*, actor: PersonActor, link: str, password: str, now: datetime) -> User:
    """Set the password with a link, once; every session of the person ends.  Raises RuleViolation."""
    invitation = invitation_of(link, now=now)
    user = invitation.user
    check_password_is_good(user, password)
    if not Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=now):
        raise _invalid()
    user.set_password(password)
    user.save(update_fields=["password", "password_set_at"])
    record_event(actor=actor, code="invitation.accepted", subject=user)
    return end_sessions(actor=actor, user=user, now=now, reason="密码已设置")


@transaction.atomic
def set_active(*, actor: Membership, user: User, is_active: bool, reason: str, now: datetime) -> User:
    """Close or open a person's account; closing ends every session.  Raises RuleViolation."""
    _check_ours(actor, user)
    reason = stated_reason(reason, "请填写原因", "用几个字写明原因")
    if not User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active):
        raise RuleViolation("NOTHING_TO_CHANGE", "该账号已是此状态", "请刷新页面查看最新情况")
    user.refresh_from_db()
    code = "person.activated" if is_active else "person.deactivated"
    record_event(actor=actor, code=code, subject=user, note=reason)
    return end_sessions(actor=actor, user=user, now=now, reason="账号状态已变更")


@transaction.atomic
def reset_second_factor(*, actor: Membership, user: User) -> None:
    """The person's phone is lost and so are the recovery codes.  Raises RuleViolation."""
    _check_ours(actor, user)
    remove_second_factor(actor=actor, user=user)
