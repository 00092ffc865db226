"""Whose business a person looks at: the own bureau's, or for the city that of the bureaus beneath it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from park_workers.models import Membership, Organisation, Role


def own_bureaus(member: Membership) -> QuerySet[Organisation]:
    """The bureaus in whose rows this person has business."""
    if member.role == Role.CITY_REVIEWER:
        return Organisation.objects.filter(parent_id=member.organisation_id)
    return Organisation.objects.filter(pk=member.organisation_id)


def of_own_bureau(rows: QuerySet[Any], member: Membership, path: str = "bureau") -> QuerySet[Any]:
    """Rows whose `path` leads to one of them; any other row does not exist for this person."""
    return rows.filter(**{f"{path}__in": own_bureaus(member)})
