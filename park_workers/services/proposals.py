"""Asked by one person, decided by another: what every such proposal has in common.

Who may ask and who may decide stands in the permissions of what is proposed; that the two differ, in its constraints too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.models.proposals import ProposedModel


@transaction.atomic
def record_proposal(
    *, actor: Membership, proposal: ProposedModel, code: str, day: date, changes: dict[str, Any]
) -> None:
    """Write a proposal that waits for its second person; raises IntegrityError where one waits already or was granted."""
    proposal.proposed_on, proposal.proposed_by_id, proposal.recorded_by = day, actor.person_id, actor
    proposal.save(force_insert=True)
    record_event(
        actor=actor, code=code, subject=proposal, day=day, note=proposal.reason, to_state=proposal.status, changes=changes
    )  # fmt: skip


def decide_proposal(
    *, actor: Membership, proposal: ProposedModel, action: str, day: date, note: str = "",
    changes: dict[str, Any] | None = None, seen_version: int | None = None, **fields: Any,
) -> None:  # fmt: skip
    """Take the step, with who decided and when, in the caller's transaction.  Raises PermissionRefused, TransitionRefused."""
    fields |= {"decided_on": day, "decided_by_id": actor.person_id}
    move(
        proposal, action, actor=actor, day=day, note=note, changes=changes, seen_version=seen_version, with_fields=fields
    )  # fmt: skip
