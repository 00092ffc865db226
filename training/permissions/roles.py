"""Whose desk it is: roles of the second floor."""

from __future__ import annotations

from park_workers.models import Role

#: bureau staff who read what bases, assessors and experts did; the city bureau sees batches only
READERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
CLERKS, BASE_CLERKS = frozenset({Role.CLERK}), frozenset({Role.BASE_CLERK})
