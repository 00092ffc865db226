"""Several people for one enterprise: the owner asks colleagues in, ends their access, and hands the owner's place over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import clean_name
from park_workers.foundation.jobs import JobRun, enqueue, job_kind
from park_workers.foundation.masking import mask_phone
from park_workers.foundation.workflow import move
from park_workers.models import ColleagueInvitation, Membership, Organisation, OwnerHandover, Role, User
from park_workers.permissions import check_can_appoint_owner, check_can_look_after_colleagues, check_can_take_over
from park_workers.services.account_requests import new_person
from park_workers.services.acting import PersonActor
from park_workers.services.memberships import check_role_fits
from park_workers.services.own_phones import STRANGER, bind_phone
from park_workers.services.phone_codes import Purpose, cleaned_phone, hand_over, phone_key, use_code
from park_workers.services.reasons import stated_reason
from park_workers.services.sign_ins import end_sessions

TELL = "texts.tell_colleague"
VALID_FOR = timedelta(hours=72)


def people_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who acts for the enterprise, the owner first."""
    live = Membership.objects.filter(organisation=organisation, role=Role.ENTERPRISE_HR, valid_to__isnull=True)
    return live.select_related("user", "organisation").order_by("-is_owner", "pk")


@transaction.atomic
def invite_colleague(*, actor: Membership, name: str, phone: str, now: datetime) -> ColleagueInvitation:
    """The owner asks somebody in: a text with a link, good for 72 hours, that opens with a code to the same telephone.

    Raises PermissionRefused, RuleViolation PHONE_INVALID, NAME_MISSING, TOO_MANY_INVITATIONS.
    """
    check_can_look_after_colleagues(actor)
    phone, name = cleaned_phone(phone), clean_name(name)[:60]
    if len(name) < 2:
        raise RuleViolation("NAME_MISSING", "没有填写姓名", "请填写同事的姓名")
    sent = ColleagueInvitation.objects.filter(organisation=actor.organisation, status="sent", expires_at__gt=now)
    same = sent.filter(phone_hash=phone_key(phone)).first()
    if same is not None:
        return same
    if sent.count() >= 20:
        raise RuleViolation("TOO_MANY_INVITATIONS", "待接受的邀请已有 20 个", "请先撤回不再需要的邀请")
    invitation = ColleagueInvitation(
        status=ColleagueInvitation.Status.SENT, organisation=actor.organisation, invited_by=actor, name=name,
        phone_hash=phone_key(phone), expires_at=now + VALID_FOR,
    )  # fmt: skip
    invitation.seal_phone(phone)  # type: ignore[attr-defined]
    invitation.save()
    record_event(
        actor=actor, code="colleague_invitation.sent", subject=invitation, changes={"contact_phone": mask_phone(phone)}
    )
    enqueue(actor=actor, kind=TELL, subject=invitation, parameters={"invitation": invitation.pk})
    return invitation


def invitation_with(reference: str, *, now: datetime) -> ColleagueInvitation:
    """An invitation that still opens; raises RuleViolation, without saying why, for every other one."""
    found = ColleagueInvitation.objects.filter(reference=reference, status="sent", expires_at__gt=now)
    invitation = found.select_related("organisation", "invited_by__user").first()
    still_owner = invitation and Membership.objects.in_force().filter(pk=invitation.invited_by_id, is_owner=True)
    if invitation is None or not still_owner:
        raise RuleViolation("INVITATION_INVALID", "邀请无效、已使用或已过期", "请联系邀请您的同事重新发送")
    return invitation


def accept_colleague(*, reference: str, code_reference: str, code: str, day: date, now: datetime) -> User:  # noqa: D417
    """The colleague shows the telephone and is in: two people, the owner and the colleague, stand behind the role."""
    invitation = invitation_with(reference, now=now)
    row = use_code(actor=STRANGER, purpose=Purpose.COLLEAGUE, reference=code_reference, code=code, now=now)
    if row.phone_hash != invitation.phone_hash:
        raise RuleViolation("CODE_ENDED", "验证码已失效", "请重新获取验证码")
    return _enter(invitation=invitation, phone=row.open_phone(), day=day, now=now)  # type: ignore[attr-defined]


@transaction.atomic
def _enter(*, invitation: ColleagueInvitation, phone: str, day: date, now: datetime) -> User:
    owner = invitation.invited_by
    user = User.objects.filter(phone_hash=invitation.phone_hash).first()
    if user is None:
        user = bind_phone(actor=owner, user=new_person(actor=owner, name=invitation.name), phone=phone, now=now)
    if not user.is_active or user.memberships.filter(valid_to__isnull=True).exclude(role=Role.ENTERPRISE_HR).exists():
        raise RuleViolation("STAFF_KEEP_PASSWORD", "该手机号不能用于企业账号", "请联系区人社局")
    check_role_fits(user=user, organisation=invitation.organisation, role=Role.ENTERPRISE_HR)
    membership, is_new = Membership.objects.get_or_create(
        user=user, organisation=invitation.organisation, role=Role.ENTERPRISE_HR, valid_to=None,
        defaults={"valid_from": day, "granted_by": owner.user, "confirmed_by": user},
    )  # fmt: skip
    if not is_new:
        raise RuleViolation("MEMBERSHIP_EXISTS", "您已是该企业的人员", "请直接登录")
    move(invitation, "accept", actor=PersonActor(user), day=day, with_fields={"membership": membership})
    changes = {"user": user.username, "role": membership.role, "organisation": membership.organisation.name}
    record_event(actor=owner, code="membership.granted", subject=membership, day=day, changes=changes)
    return user


@transaction.atomic
def withdraw_colleague(*, actor: Membership, invitation: ColleagueInvitation) -> None:
    """The owner takes an invitation back; its link opens nothing any more."""
    check_can_look_after_colleagues(actor, invitation.organisation_id)
    move(invitation, "withdraw", actor=actor)


@transaction.atomic
def end_colleague(*, actor: Membership, membership: Membership, reason: str, day: date, now: datetime) -> Membership:
    """The owner ends a colleague's access: at once, and every session of the person.  Raises RuleViolation."""
    check_can_look_after_colleagues(actor, membership.organisation_id)
    if membership.user_id == actor.person_id or membership.is_owner:
        raise RuleViolation("OWNER_STAYS", "主账号不能停用自己", "请先把主账号移交给同事")
    reason = stated_reason(reason, "请填写原因", "用几个字写明原因")
    live = Membership.objects.filter(pk=membership.pk, valid_to__isnull=True, is_owner=False)
    if not live.update(valid_to=max(day, membership.valid_from)):
        raise RuleViolation("MEMBERSHIP_ENDED", "该同事的权限已停用", "请刷新页面查看最新情况")
    for offer in OwnerHandover.objects.filter(to=membership, status="offered"):
        move(offer, "withdraw", actor=actor, note="接任人权限已停用")
    membership.refresh_from_db()
    changes = {"user": membership.user.username, "role": membership.role, "organisation": membership.organisation.name}
    record_event(
        actor=actor, code="membership.revoked", subject=membership, day=day, note=reason[:200], changes=changes
    )
    end_sessions(actor=actor, user=membership.user, now=now, reason="岗位已变更")
    return membership


@transaction.atomic
def offer_ownership(*, actor: Membership, to: Membership, reason: str = "", day: date) -> OwnerHandover:
    """The owner, or a clerk when the owner has left, offers the owner's place to a colleague who is in force.

    Raises PermissionRefused, RuleViolation REASON_MISSING (of a clerk), NOT_A_COLLEAGUE, HANDOVER_OPEN.
    """
    check_can_appoint_owner(actor, to.organisation_id)
    is_bureau = actor.role == Role.CLERK
    if is_bureau and not reason.strip():
        raise RuleViolation("REASON_MISSING", "请填写原因", "例如：原主账号已离职，附企业证明")
    Organisation.objects.select_for_update().get(pk=to.organisation_id)
    live = Membership.objects.in_force().filter(pk=to.pk, role=Role.ENTERPRISE_HR, is_owner=False)
    if not live.exists():
        raise RuleViolation("NOT_A_COLLEAGUE", "该人员不是本企业在用账号", "请刷新页面后重新选择")
    for earlier in OwnerHandover.objects.filter(organisation_id=to.organisation_id, status="offered"):
        if earlier.to_id == to.pk:
            return earlier
        move(earlier, "withdraw", actor=actor, day=day, note="改为移交他人")
    offer = OwnerHandover.objects.create(
        status=OwnerHandover.Status.OFFERED, organisation_id=to.organisation_id, to=to, offered_by=actor,
        reason=reason.strip()[:200],
    )  # fmt: skip
    record_event(
        actor=actor, code="owner_handover.offered", subject=offer, day=day, note=offer.reason,
        changes={"user": to.user.username, "organisation": to.organisation.name},
    )  # fmt: skip
    return offer


@transaction.atomic
def take_ownership(*, actor: Membership, offer: OwnerHandover, day: date) -> None:
    """The colleague accepts: the place changes hands in one step.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_take_over(actor, offer)
    Organisation.objects.select_for_update().get(pk=offer.organisation_id)
    before = Membership.objects.filter(organisation_id=offer.organisation_id, is_owner=True, valid_to__isnull=True)
    offered_by = offer.offered_by
    if offered_by.role == Role.ENTERPRISE_HR and not before.filter(pk=offered_by.pk).exists():
        raise RuleViolation("OWNER_CHANGED", "提出移交的同事已不是主账号", "请联系现在的主账号或区人社局")
    before.update(is_owner=False)
    if not Membership.objects.in_force().filter(pk=actor.pk).update(is_owner=True):
        raise RuleViolation("MEMBERSHIP_ENDED", "您的岗位已失效", "请联系区人社局")
    move(offer, "take", actor=actor, day=day)


@transaction.atomic
def decline_ownership(*, actor: Membership, offer: OwnerHandover, day: date) -> None:
    """The colleague does not want it; the owner stays."""
    check_can_take_over(actor, offer)
    move(offer, "decline", actor=actor, day=day)


@job_kind(TELL)
def tell_colleague(run: JobRun) -> dict[str, bool]:
    """The invitation by a text."""
    invitation = ColleagueInvitation.objects.select_related("organisation").get(pk=run.parameters["invitation"])
    phone = invitation.open_phone()  # type: ignore[attr-defined]
    if invitation.status != "sent" or not phone:
        return {"is_sent": False}
    words = f"{invitation.organisation.name}邀请您办理招工补贴。"
    if settings.PUBLIC_ADDRESS:
        words += f"请打开 {settings.PUBLIC_ADDRESS.rstrip('/')}/invited/{invitation.reference}/ ，72 小时内有效。"
    else:
        words += "请向同事索取邀请链接，72 小时内有效。"
    hand_over(number=f"colleague-{invitation.reference}", phone=phone, words=words)
    return {"is_sent": True}
