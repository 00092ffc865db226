"""Who may act in which role: organisations and memberships."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import AccountRequest, Membership, Organisation, Role, User
from park_workers.models.organisations import OrganisationQuerySet
from park_workers.models.users import ADMINISTRATORS
from park_workers.permissions import check_can_confirm_membership, check_can_look_after_people
from park_workers.services.reasons import stated_reason
from park_workers.services.sign_ins import end_sessions

ROLES_BY_KIND: dict[str, frozenset[Role]] = {
    Organisation.Kind.DISTRICT_BUREAU: frozenset(
        {Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.EXPERT} | ADMINISTRATORS
    ),
    Organisation.Kind.CITY_BUREAU: frozenset({Role.CITY_REVIEWER}),
    Organisation.Kind.ENTERPRISE: frozenset({Role.ENTERPRISE_HR}),
    Organisation.Kind.TRAINING_BASE: frozenset({Role.BASE_CLERK}),
    Organisation.Kind.AGENCY: frozenset({Role.AGENCY_CLERK}),
}


@transaction.atomic
def install_bureau(*, actor: Actor, name: str, city_name: str) -> Organisation:
    """The district bureau and the city bureau above it; the same names again are the same bodies."""
    city, _ = Organisation.objects.get_or_create(kind=Organisation.Kind.CITY_BUREAU, name=city_name)
    bureau, is_new = Organisation.objects.get_or_create(
        kind=Organisation.Kind.DISTRICT_BUREAU, name=name, defaults={"parent": city}
    )
    if is_new:
        record_event(actor=actor, code="bureau.installed", subject=bureau, changes={"name": name, "city": city_name})
    return bureau


def check_role_fits(*, user: User, organisation: Organisation, role: Role) -> None:
    """A role belongs to a kind of organisation; the three administrators exclude each other and all business roles."""
    if role not in ROLES_BY_KIND[organisation.kind]:
        raise RuleViolation(
            "ROLE_DOES_NOT_FIT", f"“{organisation.get_kind_display()}”没有“{role.label}”岗位", "请选择该类单位的岗位"
        )
    held = {Role(r) for r in user.memberships.filter(valid_to__isnull=True).values_list("role", flat=True)}
    clash = held - {role} if role in ADMINISTRATORS else held & ADMINISTRATORS
    if clash:
        names = "、".join(sorted(r.label for r in clash))
        raise RuleViolation("ADMINISTRATORS_EXCLUSIVE", f"该用户已任“{names}”，三员与业务岗位互斥", "请另设用户")


def may_be_owner(organisation: Organisation, role: Role) -> bool:
    """Whether the first of an enterprise's people comes in; asked inside the transaction that enters them."""
    if role != Role.ENTERPRISE_HR:
        return False
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    return not Membership.objects.filter(organisation=organisation, is_owner=True, valid_to__isnull=True).exists()


@transaction.atomic
def grant_membership(
    *,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: Role,
    day: date,
    granted_by: User | None = None,
    confirmed_by: User | None = None,
    is_owner: bool = False,
) -> Membership:
    """Put a person into a role from `day` on; raises RuleViolation when the role does not fit.

    With `is_owner` the person is the enterprise's owner if it has none yet.
    """
    check_role_fits(user=user, organisation=organisation, role=role)
    is_owner = is_owner and may_be_owner(organisation, role)
    membership, is_new = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, valid_to=None,
        defaults={
            "valid_from": day, "granted_by": granted_by, "confirmed_by": confirmed_by, "is_owner": is_owner,
        },
    )  # fmt: skip
    if is_new:
        changes = {"user": user.username, "role": role.value, "organisation": organisation.name}
        record_event(actor=actor, code="membership.granted", subject=membership, day=day, changes=changes)
    return membership


def organisations_looked_after_by(actor: Membership) -> OrganisationQuerySet:
    """The administrator's own bureau, the city above it, and the enterprises, bases and agencies that belong to it."""
    bureau = actor.organisation
    return Organisation.objects.filter(
        Q(pk=bureau.pk) | Q(pk=bureau.parent_id) | Q(parent=bureau)
        | Q(enterprise__bureau=bureau) | Q(training_base__bureau=bureau)
    )  # fmt: skip


@transaction.atomic
def propose_membership(
    *, actor: Membership, user: User, organisation: Organisation, role: Role, day: date
) -> Membership:
    """The security administrator proposes a role; nothing is in force until a second person confirms.  Raises RuleViolation."""
    check_can_look_after_people(actor)
    if not organisations_looked_after_by(actor).filter(pk=organisation.pk).exists():
        raise RuleViolation("NOT_YOUR_ORGANISATION", "该单位不归本局管理", "请选择本局、市局或本局所辖的单位")
    if user.pk == actor.person_id:
        raise RuleViolation("NOT_FOR_YOURSELF", "不能给自己授予岗位", "请由另一位安全管理员办理")
    check_role_fits(user=user, organisation=organisation, role=role)
    membership, is_new = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, valid_to=None,
        defaults={"valid_from": day, "granted_by": actor.user, "is_owner": may_be_owner(organisation, role)},
    )  # fmt: skip
    if not is_new:
        raise RuleViolation("MEMBERSHIP_EXISTS", "该用户已有此岗位或正在等待确认", "无需重复授予")
    _record(actor, "membership.proposed", membership, day)
    return membership


@transaction.atomic
def confirm_membership(*, actor: Membership, membership: Membership, day: date, now: datetime) -> Membership:
    """A second person says yes: the role is in force, and the person signs in anew to act in it."""
    check_can_confirm_membership(actor, membership)
    _check_looked_after(actor, membership)
    if AccountRequest.objects.filter(membership=membership, status="agreed").exists():
        raise RuleViolation("CONFIRMED_AT_THE_DESK", "该岗位来自开户申请", "请由另一位经办在“开户申请”中确认")
    changed = Membership.objects.waiting().filter(pk=membership.pk).exclude(granted_by=actor.user)
    if not changed.update(confirmed_by=actor.user):
        raise RuleViolation("NOT_WAITING", "该岗位不在等待确认", "请刷新页面查看最新情况")
    membership.refresh_from_db()
    _record(actor, "membership.confirmed", membership, day)
    end_sessions(actor=actor, user=membership.user, now=now, reason="岗位已变更")
    return membership


@transaction.atomic
def end_membership(*, actor: Membership, membership: Membership, reason: str, day: date, now: datetime) -> Membership:
    """Refuse what waits or revoke what is in force; every session of the person ends.  Raises RuleViolation."""
    check_can_look_after_people(actor)
    _check_looked_after(actor, membership)
    if membership.user_id == actor.person_id:
        raise RuleViolation("NOT_FOR_YOURSELF", "不能撤销自己的岗位", "请由另一位安全管理员办理")
    reason = stated_reason(reason, "请填写原因", "用几个字写明原因")
    was_waiting = membership.is_waiting
    last_day = max(day, membership.valid_from)
    if not Membership.objects.filter(pk=membership.pk, valid_to__isnull=True).update(valid_to=last_day):
        raise RuleViolation("MEMBERSHIP_ENDED", "该岗位已失效", "请刷新页面查看最新情况")
    membership.refresh_from_db()
    _record(actor, "membership.refused" if was_waiting else "membership.revoked", membership, day, reason)
    end_sessions(actor=actor, user=membership.user, now=now, reason="岗位已变更")
    return membership


@transaction.atomic
def end_waiting_membership(*, actor: Membership, membership: Membership, reason: str, day: date) -> None:
    """A role that nobody has confirmed yet is not to be; the caller has asked whether the actor may say so."""
    last_day = max(day, membership.valid_from)
    if Membership.objects.waiting().filter(pk=membership.pk).update(valid_to=last_day):
        membership.refresh_from_db()
        _record(actor, "membership.refused", membership, day, reason)


def _check_looked_after(actor: Membership, membership: Membership) -> None:
    if not organisations_looked_after_by(actor).filter(pk=membership.organisation_id).exists():
        raise RuleViolation("NOT_YOUR_ORGANISATION", "该单位不归本局管理", "请由所属人社局办理")


def _record(actor: Membership, code: str, membership: Membership, day: date, note: str = "") -> None:
    changes = {
        "user": membership.user.username, "role": membership.role, "organisation": membership.organisation.name,
    }  # fmt: skip
    record_event(actor=actor, code=code, subject=membership, day=day, changes=changes, note=note)
