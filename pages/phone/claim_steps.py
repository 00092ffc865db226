"""A claim's way as dated steps, as the enterprise sees it: names of officials stay at the bureau."""

from __future__ import annotations

from datetime import date

from pages.desk.steps import PLAN, Step, notice_note
from park_workers.foundation.business_day import business_day
from park_workers.models import Role
from subsidies.models import Batch, Claim, Disbursement
from subsidies.services.confirmations import CONFIRMED, NOTHING, STALE, ClaimState, latest_round

CONFIRMING, ARRIVING = "企业确认", "到账"
#: the bureau's own last two steps are one for whoever is paid
STEPS = tuple((name, states, role) for name, states, _, role in PLAN[:-2])
PAYING = ("answered", "paying", "closed")


def claim_steps(claim: Claim, state: ClaimState, payments: list[Disbursement]) -> list[Step]:
    """The step bar of a claim."""
    batch, found = claim.batch, []
    at = next((i for i, step in enumerate(STEPS) if batch.status in step[1]), len(STEPS))
    for i, (name, _, role) in enumerate(STEPS):
        if i == 1 and (confirming := _confirming(batch, state)):
            found.append(confirming)
        if i < at:
            found.append(Step(name, "done", _day(batch, i)))
        elif i == at:
            is_ours = any(step.state == "now" for step in found)  # the bureau waits for the enterprise
            found.append(
                Step(name, "next") if is_ours else Step(name, "now", None, f"{Role(role).label}办理", _until(batch))
            )
        else:
            found.append(Step(name, "next"))
    return [*found, _arriving(batch, state, payments)]


def _day(batch: Batch, place: int) -> date | None:
    days = (batch.computed_on, batch.submitted_on, batch.reviewed_on, batch.approved_on, batch.notice_ended_on,
            batch.sent_on, batch.answered_on)  # fmt: skip
    return days[place]


def _until(batch: Batch) -> str:
    notice = batch.notices.filter(status="open").first() if batch.status == "in_notice" else None
    return notice_note(notice, business_day()) if notice else ""


def _confirming(batch: Batch, state: ClaimState) -> Step | None:
    """The enterprise's own step; none when nobody was asked or there is nothing to confirm."""
    asked = latest_round(batch)
    if asked is None or state.state == NOTHING:
        return None
    if state.state == CONFIRMED and state.confirmation is not None:
        return Step(CONFIRMING, "done", state.confirmation.confirmed_on, state.confirmation.confirmed_by.display_name)
    if batch.status != Batch.Status.COMPUTED:
        return Step(CONFIRMING, "stopped", asked.last_day, "", "未确认")
    note = "名单有变动，请再确认" if state.state == STALE else f"请于 {asked.last_day:%m-%d} 前确认"
    return Step(CONFIRMING, "now", None, "贵企业办理", note)


def _arriving(batch: Batch, state: ClaimState, payments: list[Disbursement]) -> Step:
    """Whether the money has come: what the bank said of the newest payment counts."""
    if not payments:
        if batch.status in PAYING and state.state == NOTHING:
            return Step(ARRIVING, "stopped", None, "", "没有应拨付的明细")
        return Step(
            ARRIVING, "now" if batch.status in PAYING else "next", None, "待拨付" if batch.status in PAYING else ""
        )
    last = payments[-1]
    if last.status == Disbursement.Status.PAID:
        return Step(ARRIVING, "done", last.traded_on)
    if last.status == Disbursement.Status.BOUNCED:
        return Step(ARRIVING, "stopped", last.traded_on, "", f"退票：{last.failure_reason}")
    return Step(ARRIVING, "now", None, "银行办理")
