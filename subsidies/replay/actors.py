"""The people of a plan, each acting in their own role at their own organisation."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.actors import SystemActor
from park_workers.models import Enterprise, Membership, Organisation, Role, User
from park_workers.services.memberships import grant_membership, install_bureau
from park_workers.services.organisations import ensure_training_base
from subsidies.replay.plan import Plan

INSTALLER = SystemActor("资料回放")
#: invented names for the people of a plan; others are called by role and name
NAMES = {
    "clerk": "何敏", "reviewer": "罗志强", "approver_1": "邓国华", "approver_2": "冯丽娟", "finance": "曾慧", "city": "梁永健",
}  # fmt: skip


class Actors:
    """Memberships by the plan's names; created when first needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.first_day = min(date(plan.year, 1, 1), plan.steps[0].day) if plan.steps else date(plan.year, 1, 1)
        self.bureau = install_bureau(actor=INSTALLER, name=plan.bureau, city_name=plan.city_bureau)
        self._known: dict[tuple[str, int], Membership] = {}

    def _member(self, username: str, display_name: str, organisation: Organisation, role: Role) -> Membership:
        key = (username, organisation.pk)
        if key not in self._known:
            user = User.objects.filter(username=username).first() or User.objects.create_user(
                username, display_name=display_name
            )
            self._known[key] = grant_membership(
                actor=INSTALLER, user=user, organisation=organisation, role=role, day=self.first_day,
                is_owner=role == Role.ENTERPRISE_HR,
            )  # fmt: skip
        return self._known[key]

    def staff(self, name: str) -> Membership:
        """A person of the bureau or the city bureau, by the plan's name."""
        role = Role(self.plan.actors[name])
        organisation = self.bureau
        if role == Role.CITY_REVIEWER and self.bureau.parent is not None:
            organisation = self.bureau.parent
        username = name if self.bureau.pk == Organisation.objects.order_by("pk").filter(
            kind=Organisation.Kind.DISTRICT_BUREAU).values_list("pk", flat=True)[0] else f"{name}-{self.bureau.pk}"  # fmt: skip
        return self._member(username, NAMES.get(name, f"{role.label}·{name}"), organisation, role)

    def of_enterprise(self, enterprise: Enterprise) -> Membership:
        """The HR person of an enterprise; the log-in name is the credit code."""
        organisation = enterprise.organisation
        return self._member(str(organisation.credit_code), f"{organisation.name}人事", organisation, Role.ENTERPRISE_HR)

    def of_base(self, name: str) -> Membership:
        """The clerk of a training base, by the base's name."""
        base = ensure_training_base(actor=INSTALLER, bureau=self.bureau, name=name)
        return self._member(f"base-{base.pk}", f"{name}经办", base.organisation, Role.BASE_CLERK)
