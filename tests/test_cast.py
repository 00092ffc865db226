"""The cast itself: roles fit organisations, administrators exclude business."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role, User
from park_workers.services.memberships import grant_membership
from tests.conftest import INSTALLER, Cast


def test_everybody_has_one_role(cast: Cast) -> None:
    assert cast.clerk.role == Role.CLERK
    assert cast.hr.organisation == cast.alpha.organisation


def test_an_enterprise_has_no_approver(cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="没有“审批”岗位"):
        grant_membership(
            actor=INSTALLER, user=cast.hr.user, organisation=cast.alpha.organisation, role=Role.APPROVER,
            day=date(2023, 1, 1),
        )  # fmt: skip


def test_an_administrator_holds_no_business_role(cast: Cast) -> None:
    user = User.objects.create_user("three")
    day = date(2023, 1, 1)
    grant_membership(actor=INSTALLER, user=user, organisation=cast.bureau, role=Role.SECURITY_ADMIN, day=day)
    for role in (Role.CLERK, Role.LOG_ADMIN):
        with pytest.raises(RuleViolation, match="互斥"):
            grant_membership(actor=INSTALLER, user=user, organisation=cast.bureau, role=role, day=day)
