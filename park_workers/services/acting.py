"""Whom a signed-in person acts as: one chosen role at a time, for pages and API alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from park_workers.models import Membership, User

#: where the session keeps the number of the chosen membership
SESSION_KEY = "membership"


def live_memberships(user: User) -> list[Membership]:
    """Roles the person may act in today."""
    found = Membership.objects.in_force().filter(user=user).select_related("user", "organisation")
    return list(found.order_by("organisation_id", "role"))


def chosen_membership(live: Sequence[Membership], chosen: object) -> Membership | None:
    """The chosen role, or the only one; None when there is a choice to make or nothing to choose."""
    current = next((membership for membership in live if membership.pk == chosen), None)
    return current or (live[0] if len(live) == 1 else None)


@dataclass(frozen=True)
class PersonActor:
    """A person who acts for themselves, in no role: signing in, changing the password."""

    user: User
    actor_id: int | None = None
    role: str = "person"

    @property
    def person_id(self) -> int | None:
        """The natural person."""
        return self.user.pk

    @property
    def actor_label(self) -> str:
        """Shown in the audit log."""
        return f"{self.user.display_name}（本人）"
