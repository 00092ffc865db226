"""A batch's life as dated steps: done with who and when, current with who has it, next greyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.models import Role
from subsidies.models import Batch, PublicNotice, Review

#: step -> (name, states in which it is current, audit action that ends it, who has it meanwhile)
PLAN: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("测算", ("draft",), "compute", Role.CLERK),
    ("初审提交", ("computed",), "submit", Role.CLERK),
    ("复核", ("submitted",), "pass_review", Role.REVIEWER),
    ("审批", ("reviewed",), "approve", Role.APPROVER),
    ("公示", ("approved", "in_notice"), "end_notice", Role.CLERK),
    ("上报市局", ("notice_ended",), "send", Role.CLERK),
    ("市局批复", ("sent_to_city",), "answer", Role.CITY_REVIEWER),
    ("拨付", ("answered", "paying"), "close", Role.FINANCE),
    ("办结", ("closed",), "close", Role.FINANCE),
)
TRIAL_STEPS = 1
#: what stands for a person where the clock acted
AUTOMATIC = "系统自动"


@dataclass(frozen=True)
class Step:
    """One step as the step bar shows it; state is done, now, next or stopped."""

    name: str
    state: str
    day: date | None = None
    who: str = ""
    note: str = ""


def batch_steps(batch: Batch) -> list[Step]:
    """The step bar of a batch."""
    plan = PLAN[:TRIAL_STEPS] if batch.is_trial else PLAN
    ends = _last_events(batch)
    days = _days(batch)
    if batch.status == Batch.Status.CANCELLED:
        return _cancelled(batch, days, ends)
    at = next((i for i, step in enumerate(plan) if batch.status in step[1]), len(plan))
    steps = []
    for i, (name, _, action, role) in enumerate(plan):
        if i < at or batch.status == "closed":
            note = _done_note(batch, name)
            who = _who(ends.get(action), action, batch)
            steps.append(Step(name, "done", days[i], "" if note and who == AUTOMATIC else who, note))
        elif i == at:
            steps.append(Step(name, "now", None, *_current(batch, name, role)))
        else:
            steps.append(Step(name, "next"))
    return steps


def _days(batch: Batch) -> list[date | None]:
    return [
        batch.computed_on, batch.submitted_on, batch.reviewed_on, batch.approved_on, batch.notice_ended_on,
        batch.sent_on, batch.answered_on, batch.closed_on, batch.closed_on,
    ]  # fmt: skip


def _last_events(batch: Batch) -> dict[str, AuditEvent]:
    """The latest event of each action on this batch."""
    events = AuditEvent.objects.filter(subject_kind=batch._meta.label, subject_id=batch.pk).order_by("pk")
    return {event.code.rpartition(".")[2]: event for event in events}


def _short(label: str) -> str:
    """张三（经办，…） -> 张三; a system job keeps its name short."""
    return AUTOMATIC if label.startswith("系统任务") else label.split("（")[0]


def _who(event: AuditEvent | None, action: str, batch: Batch) -> str:
    if action in ("pass_review", "approve"):
        step = Review.Step.REVIEW if action == "pass_review" else Review.Step.APPROVAL
        signed = batch.reviews.filter(round=batch.round, step=step, verdict="passed").select_related("reviewer")
        if names := "、".join(review.reviewer.display_name for review in signed):
            return names
    return _short(event.actor_label) if event else ""


def _done_note(batch: Batch, name: str) -> str:
    if name == "公示" and batch.published_on:
        return f"{batch.published_on:%m-%d} 发布"
    return ""


def _current(batch: Batch, name: str, role: str) -> tuple[str, str]:
    """Who has it, and until when or how far."""
    if batch.status == "in_notice":
        notice = batch.notices.filter(status="open").first()
        until, _, left = notice_note(notice, business_day()).partition("，") if notice else ("公示中", "", "")
        return until, left
    if name == "审批" and batch.approvals_required:
        signed = batch.reviews.filter(round=batch.round, step="approval", verdict="passed").count()
        return f"待{Role(role).label}办理", f"已签 {signed} / {batch.approvals_required}"
    if batch.status == "paying":
        return f"待{Role(role).label}办理", "拨付中"
    return f"待{Role(role).label}办理", ""


def notice_note(notice: PublicNotice, day: date) -> str:
    """至 2023-05-11，还剩 3 个工作日."""
    left = [d for d in notice.counted_days if d >= day.isoformat()]
    text = f"至 {notice.last_day:%m-%d}"
    return f"{text}，还剩 {len(left)} 个工作日" if left else f"{text}，已期满"


def _cancelled(batch: Batch, days: list[date | None], ends: dict[str, AuditEvent]) -> list[Step]:
    done = [
        Step(step[0], "done", day, _who(ends.get(step[2]), step[2], batch))
        for step, day in zip(PLAN, days, strict=True)
        if day
    ]
    event = ends.get("cancel")
    return [
        *done,
        Step("已撤销", "stopped", batch.cancelled_on, _short(event.actor_label) if event else "", batch.cancel_reason),
    ]
