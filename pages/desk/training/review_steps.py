"""A review's life as dated steps: done with who and when, current with who has it, next greyed."""

from __future__ import annotations

from datetime import date

from pages.desk.steps import AUTOMATIC, Step
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import working_days_between
from training.models import ReviewRound
from training.services.score_sheets import missing_sheets

#: name, states in which it is current, action that ends it, day on which it ended, who has it meanwhile
PLAN: tuple[tuple[str, tuple[str, ...], str, str, str], ...] = (
    ("开始申报", ("draft",), "open", "opened_on", "待经办办理"),
    ("申报", ("open",), "close", "closed_on", "企业申报中"),
    ("抽取评委", ("closed",), "draw", "drawn_on", "待经办办理"),
    ("开始评分", ("drawn",), "start", "started_on", "待经办办理"),
    ("评分与开封", ("scoring",), "open_scores", "scores_opened_on", "评委评分中"),
    ("确认结果", ("opened",), "decide", "decided_on", "待复核办理"),
    ("公示", ("decided", "in_notice"), "finish", "finished_on", "待经办办理"),
)


def review_steps(round_: ReviewRound) -> list[Step]:
    """The step bar of a round."""
    events = AuditEvent.objects.filter(subject_kind=round_._meta.label, subject_id=round_.pk).order_by("pk")
    ends = {event.code.rpartition(".")[2]: event.actor_label for event in events}
    if round_.status == ReviewRound.Status.CANCELLED:
        done = [
            Step(name, "done", day, _who(ends.get(action, "")))
            for name, _, action, field, _ in PLAN
            if (day := getattr(round_, field))
        ]
        who = _who(ends.get("cancel") or ends.get("break_off", ""))
        return [*done, Step("已取消", "stopped", round_.cancelled_on, who, round_.cancel_reason)]
    at = next((i for i, step in enumerate(PLAN) if round_.status in step[1]), len(PLAN))
    steps = []
    for i, (name, _, action, field, having) in enumerate(PLAN):
        if i < at:
            steps.append(Step(name, "done", getattr(round_, field), _who(ends.get(action, ""))))
        elif i == at:
            in_notice = round_.status == ReviewRound.Status.IN_NOTICE
            steps.append(Step(name, "now", None, "公示中" if in_notice else having, _until(round_)))
        else:
            steps.append(Step(name, "next"))
    return steps


def _who(label: str) -> str:
    return AUTOMATIC if label.startswith("系统任务") else label.split("（")[0]


def _until(round_: ReviewRound) -> str:
    """Until when, or how far."""
    today = business_day()
    if round_.status == ReviewRound.Status.OPEN:
        return f"至 {round_.apply_to:%m-%d}，{_left(today, round_.apply_to)}"
    if round_.status == ReviewRound.Status.DRAWN:
        return f"评审日 {round_.review_day:%m-%d}"
    if round_.status == ReviewRound.Status.SCORING:
        return f"还差 {missing_sheets(round_)} 份"
    if round_.status == ReviewRound.Status.IN_NOTICE:
        last = round_.notice.last_day
        return f"至 {last:%m-%d}，{_left(today, last)}"
    return ""


def _left(today: date, last: date) -> str:
    return f"还剩 {working_days_between(first=today, last=last)} 个工作日" if today <= last else "已期满"
