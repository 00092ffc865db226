"""A class's life as dated steps: done with who and when, current with who has it and until when, next greyed."""

from __future__ import annotations

from datetime import date

from pages.desk.steps import Step
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Role
from training.models import TrainingClass

#: step -> (name, states in which it is current, action that ends it, whose turn it is)
PLAN = (
    ("编制名册", ("draft", "returned"), "file", Role.BASE_CLERK),
    ("受理备案", ("filed",), "accept", Role.CLERK),
    ("开班", ("accepted",), "start", Role.BASE_CLERK),
    ("培训", ("running",), "complete", Role.BASE_CLERK),
    ("结业", ("completed",), "complete", Role.BASE_CLERK),
)


def class_steps(training_class: TrainingClass) -> list[Step]:
    """The step bar; a class that only a pass list told of has one step."""
    c = training_class
    if c.is_reported:
        return [Step("补报", "done", c.ends_on, note="由培训合格名单补报，未经开班备案")]
    ends = _last_events(c)
    days = {"file": c.filed_on, "accept": c.decided_on, "start": c.started_on, "complete": c.completed_on}
    if c.status == TrainingClass.Status.CANCELLED:
        done = [
            Step(name, "done", ends[action].business_day, _who(ends[action]))
            for name, _, action, _ in PLAN[:3]
            if action in ends
        ]
        return [*done, Step("已取消", "stopped", c.cancelled_on, _who(ends.get("cancel")), c.cancel_reason)]
    at = next(i for i, step in enumerate(PLAN) if c.status in step[1])
    steps = []
    for i, (name, _, action, role) in enumerate(PLAN):
        if i < at or c.status == "completed":
            steps.append(Step(name, "done", days[action], _who(ends.get(action))))
        elif i == at:
            steps.append(Step(name, "now", None, f"待{role.label}办理", _until(c)))
        else:
            steps.append(Step(name, "next"))
    return steps


def _until(c: TrainingClass) -> str:
    """Until when the current step is due."""
    due: dict[str, tuple[date, str]] = {
        "draft": (c.starts_on, "开班前"), "returned": (c.starts_on, "开班前"), "filed": (c.starts_on, "开班前"),
        "accepted": (c.starts_on, "开班日"), "running": (c.ends_on, "结业日"),
    }  # fmt: skip
    day, word = due[c.status]
    return f"{word} {day:%m-%d}"


def _last_events(c: TrainingClass) -> dict[str, AuditEvent]:
    events = AuditEvent.objects.filter(subject_kind=c._meta.label, subject_id=c.pk).order_by("pk")
    return {event.code.rpartition(".")[2]: event for event in events}


def _who(event: AuditEvent | None) -> str:
    return event.actor_label.split("（")[0] if event else ""
