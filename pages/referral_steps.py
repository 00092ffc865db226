"""A referral as dated steps, the same for the enterprise's phone and the desk."""

from __future__ import annotations

from datetime import date

from pages.desk.steps import AUTOMATIC, Step
from park_workers.foundation.audit import AuditEvent
from training.models import Referral
from training.services.stays import Stay, stays_of

#: step -> (name, day of it, audit action that ends it, states in which it is the next one to come, who has it then)
PLAN = (
    ("推荐", "referred_on", "made", (), ""),
    ("约面试", "agreed_on", "agree", ("referred",), "待企业约面试"),
    ("面试", "interviewed_on", "interview", ("interview_agreed",), "待面试结果"),
    ("录用", "offered_on", "offer", ("interviewed",), "待企业决定"),
)


def referral_steps(referral: Referral, day: date) -> list[Step]:
    """Done with day and person, what is next, and after the hire the third and sixth month; steps left out are not shown."""
    whose = _people(referral)
    found: list[Step] = []
    is_over = not referral.is_live
    last_done = max(n for n, (_, column, *_) in enumerate(PLAN) if getattr(referral, column))
    for n, (name, column, action, states, who) in enumerate(PLAN):
        done: date | None = getattr(referral, column)
        note = f"约在 {referral.interview_on}" if action == "agree" and referral.interview_on else ""
        if done is not None:
            found.append(Step(name, "done", done, whose.get(action, ""), note))
        elif referral.status in states:
            found.append(Step(name, "now", None, who))
        elif n > last_done and not is_over:
            found.append(Step(name, "next"))
    return [*found, *_end(referral, whose, day)]


def _end(referral: Referral, whose: dict[str, str], day: date) -> list[Step]:
    if referral.status == Referral.Status.HIRED:
        hired = referral.hire.employment.hired_on
        return [Step("入职", "done", hired, "花名册"), *(_stay(stay) for stay in stays_of(referral, day))]
    if not referral.is_live:
        action = "refuse" if referral.status == Referral.Status.REFUSED else "withdraw"
        return [Step(referral.status_label(), "stopped", referral.ended_on, whose.get(action, ""), reason_of(referral))]
    return [Step("入职", "now" if referral.status == Referral.Status.OFFERED else "next", None,
                 "待企业登记入职" if referral.status == Referral.Status.OFFERED else "")]  # fmt: skip


def _stay(stay: Stay) -> Step:
    name = f"满 {stay.months} 个月"
    if stay.was_there is None:
        return Step(name, "next", None, "", f"{stay.mark} 满")
    return Step(name, "done", stay.mark, "在岗") if stay.was_there else Step(name, "stopped", stay.mark, "不在岗")


def reason_of(referral: Referral) -> str:
    """Why it ended without a hire."""
    label = referral.get_refusal_display() if referral.refusal else ""
    last = AuditEvent.objects.filter(
        subject_kind=Referral._meta.label, subject_id=referral.pk, code__in=("referral.refuse", "referral.withdraw")
    ).first()  # fmt: skip
    return "；".join(filter(None, (label, last.note if last else "")))


def _people(referral: Referral) -> dict[str, str]:
    """Who took each step last; for a list of a base that was read in, whoever gave it."""
    events = AuditEvent.objects.filter(subject_kind=Referral._meta.label, subject_id=referral.pk).order_by("pk")
    found = {
        e.code.rpartition(".")[2]: AUTOMATIC if e.role == "system" else e.actor_label.partition("（")[0] for e in events
    }
    if referral.upload_id and referral.recorded_by:
        given = f"{referral.recorded_by.user.display_name}（名单）"
        found = dict.fromkeys(("made", "agree", "interview", "offer", "refuse", "withdraw"), given) | found
    return found
