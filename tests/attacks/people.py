"""Everybody who can knock at a door: one person for every role there is, and a stranger."""

from __future__ import annotations

from datetime import date

from park_workers.models import Enterprise, Membership, Organisation, Role
from tests.conftest import Cast, make_member


def make_agency(cast: Cast) -> Enterprise:
    """A recruitment agency, which stands in the directory because it also employs people."""
    organisation = Organisation.objects.create(
        kind="agency", name="示例人力资源有限公司", credit_code="91441899000000043E"
    )
    return Enterprise.objects.create(
        organisation=organisation, bureau=cast.bureau, directory_position=9, kind=Enterprise.Kind.DISPATCH,
        park_name="示例园区", admitted_on=date(2021, 1, 1),
    )  # fmt: skip


def one_of_every_role(cast: Cast) -> dict[Role, Membership]:
    """A member for each role; a role that is new and has nobody here gets one at the bureau."""
    known = {
        Role.ENTERPRISE_HR: cast.hr, Role.BASE_CLERK: cast.base_clerk, Role.CLERK: cast.clerk,
        Role.REVIEWER: cast.reviewer, Role.APPROVER: cast.approver_1, Role.FINANCE: cast.finance,
        Role.CITY_REVIEWER: cast.city_reviewer, Role.AUDITOR: cast.auditor,
        Role.AGENCY_CLERK: make_member("agency", make_agency(cast).organisation, Role.AGENCY_CLERK),
    }  # fmt: skip
    return {role: known.get(role) or make_member(f"one-{role}", cast.bureau, role) for role in Role}
