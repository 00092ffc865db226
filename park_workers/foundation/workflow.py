"""The only writer of any status.

A stateful model declares `Status` and `TRANSITIONS` (action -> sources, target, roles).  `move()` is one guarded UPDATE on
status and version (compare-and-set) with the audit event in the same transaction: of two people who act at once, one
wins and the other is told so.  No isolation level is relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import models, transaction

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, TransitionRefused


@dataclass(frozen=True)
class Transition:
    """One action: from which states, to which, by which roles ("system" for a named job)."""

    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    label: str = ""


class StatefulModel(models.Model):
    """A model with a life.  `version` grows by one with every move and is quoted by whoever acts on what they saw."""

    TRANSITIONS: ClassVar[dict[str, Transition]] = {}
    #: past-tense code of the audit event by action, `<name>.<past>`
    EVENT_NAME: ClassVar[str] = ""

    status = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        abstract = True

    def status_label(self) -> str:
        """Chinese word of the state."""
        labels = getattr(type(self), "Status").choices  # noqa: B009 - each model declares its own
        return str(dict(labels).get(self.status, self.status))


def can_move(subject: StatefulModel, action: str, *, actor: Actor) -> bool:
    """Whether the state and the role allow the action now."""
    step = subject.TRANSITIONS.get(action)
    return step is not None and subject.status in step.sources and actor.role in step.roles


def check_can_move(subject: StatefulModel, action: str, *, actor: Actor) -> Transition:
    """The transition; raises PermissionRefused or TransitionRefused with what to do."""
    step = subject.TRANSITIONS[action]
    name = step.label or action
    if actor.role not in step.roles:
        raise PermissionRefused("ROLE_NOT_ALLOWED", f"您的岗位不能办理“{name}”", "请由有权岗位办理")
    if subject.status not in step.sources:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", f"当前状态为“{subject.status_label()}”，不能办理“{name}”", "请刷新页面查看最新状态"
        )
    return step


@transaction.atomic
def move(
    subject: StatefulModel,
    action: str,
    *,
    actor: Actor,
    note: str = "",
    day: date | None = None,
    seen_version: int | None = None,
    changes: dict[str, Any] | None = None,
    with_fields: dict[str, Any] | None = None,
    request_id: str = "",
) -> None:
    """Take one action on one object; `with_fields` are written by the same UPDATE.

    `seen_version` is the version the actor looked at; an older one is refused.  Raises PermissionRefused when the role may
    not, TransitionRefused when the state or version is no longer what the actor saw.
    """
    step = check_can_move(subject, action, actor=actor)
    seen = subject.version if seen_version is None else seen_version
    before = subject.status
    fields = dict(with_fields or {})
    changed = (
        type(subject)
        ._base_manager.filter(pk=subject.pk, status=before, version=seen)
        .update(status=step.target, version=seen + 1, **fields)
    )
    if changed != 1:
        raise TransitionRefused("VERSION_CHANGED", "该记录刚被他人办理过，本次操作未生效", "请刷新页面后再办理")
    subject.refresh_from_db()
    record_event(
        actor=actor,
        code=f"{subject.EVENT_NAME or subject._meta.model_name}.{action}",
        subject=subject,
        note=note,
        changes=changes,
        from_state=before,
        to_state=step.target,
        day=day,
        request_id=request_id,
    )


def compare_and_set(subject: StatefulModel, action: str, *, where: dict[str, Any], with_fields: dict[str, Any]) -> bool:
    """Move background work (a Job), whose rows are their own log: no actor, no event.  False when somebody was faster."""
    step = subject.TRANSITIONS[action]
    changed = (
        type(subject)
        ._base_manager.filter(pk=subject.pk, status__in=step.sources, **where)
        .update(status=step.target, version=models.F("version") + 1, **with_fields)
    )
    return changed == 1


@transaction.atomic
def move_all(
    queryset: models.QuerySet[Any], action: str, *, actor: Actor, note: str = "", day: date | None = None
) -> int:
    """Take one action on every object of a set that stands in a source state; one event with the count."""
    model = queryset.model
    step: Transition = model.TRANSITIONS[action]
    if actor.role not in step.roles:
        raise PermissionRefused("ROLE_NOT_ALLOWED", f"您的岗位不能办理“{step.label or action}”", "请由有权岗位办理")
    changed = queryset.filter(status__in=step.sources).update(status=step.target, version=models.F("version") + 1)
    if changed:
        record_event(
            actor=actor,
            code=f"{model.EVENT_NAME or model._meta.model_name}.{action}",
            subject=None,
            note=note,
            changes={"model": model._meta.label, "count": changed},
            to_state=step.target,
            day=day,
        )
    return int(changed)
