"""Who may act in which role: organisations and memberships."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Organisation, Role, User
from park_workers.models.users import ADMINISTRATORS

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
    held = {Role(r) for r in user.memberships.in_force().values_list("role", flat=True)}
    clash = held - {role} if role in ADMINISTRATORS else held & ADMINISTRATORS
    if clash:
        names = "、".join(sorted(r.label for r in clash))
        raise RuleViolation("ADMINISTRATORS_EXCLUSIVE", f"该用户已任“{names}”，三员与业务岗位互斥", "请另设用户")


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
    """Put a person into a role from `day` on; raises RuleViolation when the role does not fit."""
    check_role_fits(user=user, organisation=organisation, role=role)
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
