"""Keys of machine clients: issued by the person they act for, shown once, taken back for good."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from api.models import ClientKey
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership

MOST_KEYS = 10


@transaction.atomic
def issue_client_key(*, actor: Membership, name: str, day: date) -> tuple[ClientKey, str]:
    """A new key of the actor's own membership, and its text, which is kept nowhere.

    Raises RuleViolation TOO_MANY_KEYS.
    """
    if ClientKey.objects.filter(membership=actor, revoked=False).count() >= MOST_KEYS:
        raise RuleViolation("TOO_MANY_KEYS", f"一个岗位最多有 {MOST_KEYS} 个有效密钥", "请先停用不再使用的密钥")
    made, text = ClientKey.objects.create_key(name=name.strip()[:50], membership=actor)
    key = ClientKey.objects.get(pk=made.pk)
    record_event(
        actor=actor, code="client_key.issued", subject=actor, day=day, changes={"prefix": key.prefix, "name": key.name}
    )
    return key, text


@transaction.atomic
def revoke_client_key(*, actor: Membership, key: ClientKey, day: date) -> ClientKey:
    """Take a key back; a second time changes nothing."""
    if ClientKey.objects.filter(pk=key.pk, revoked=False).update(revoked=True):
        record_event(actor=actor, code="client_key.revoked", subject=actor, day=day, changes={"prefix": key.prefix})
    key.refresh_from_db()
    return key
