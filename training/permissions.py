"""Who may do what on the second floor: `check_can_x` raises PermissionRefused, `can_x` answers; one rule for both."""

from __future__ import annotations

from park_workers.models import Role

#: bureau staff who read what bases, assessors and experts did; the city bureau sees batches only
READERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
