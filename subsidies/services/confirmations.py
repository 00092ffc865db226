"""Claims of a computed batch, put before the enterprises and confirmed by them, with commitment and account.

A confirmation blocks nothing by itself and freezes nothing: the judgement is frozen at submission.  It quotes what was seen;
when the lines change afterwards it is stale and the enterprise is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from park_workers.foundation.audit import record_event
from park_workers.foundation.calendar import days_after
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.models import Membership, PayeeAccount
from park_workers.services.accounts import account_in_force, mask_account
from subsidies.models import Batch, Claim, ClaimConfirmation, ConfirmationRound, LineItem
from subsidies.permissions import check_can_ask_confirmation, check_can_confirm_claim
from subsidies.rules.terms import PolicyTerms

#: versions of the commitment, newest last; a confirmation keeps the version it was given under
COMMITMENTS = {
    "2026-01": (
        "本企业承诺：以上人员均为本企业实际招用、在岗的员工，劳动合同、岗位、参保等情况真实，未重复或虚假申报；"
        "所列收款账户为本企业账户。如有不实，愿退回已领补贴并承担相应责任。"
    )
}
COMMITMENT = "2026-01"
CONFIRMED, STALE, WAITING, NOTHING = "confirmed", "stale", "waiting", "nothing"
MOST_DAYS = 30


@dataclass(frozen=True)
class ClaimState:
    """Where the confirmation of one claim stands: confirmed, stale (its lines changed since), waiting, or nothing to confirm.

    `people` and `amount_fen` (fen) are those of the lines to be paid now.
    """

    claim: Claim
    state: str
    digest: str
    people: int
    amount_fen: int
    confirmation: ClaimConfirmation | None = None


def needs_confirmation(terms: PolicyTerms) -> bool:
    """Whether a batch of these terms may only be submitted when every claim to be paid is confirmed; off unless written."""
    return terms.more.get("needs_confirmation") is True


def latest_round(batch: Batch) -> ConfirmationRound | None:
    """The newest round; None while the enterprises see nothing."""
    return batch.confirmation_rounds.order_by("-number").first()


@transaction.atomic
def ask_confirmation(*, actor: Membership, batch: Batch, working_days: int, day: date) -> ConfirmationRound:
    """Put the claims before the enterprises until so many working days after `day`; asked again it is a new last day.

    The same question on the same day is the same round.  Raises PermissionRefused, TransitionRefused, RuleViolation
    (DAYS_OUT_OF_RANGE).
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("policy").get(pk=batch.pk)
    check_can_ask_confirmation(actor, batch)
    if not 1 <= working_days <= MOST_DAYS:
        raise RuleViolation(
            "DAYS_OUT_OF_RANGE", f"期限 {working_days} 个工作日不合适", f"请填写 1 至 {MOST_DAYS} 之间的整数"
        )
    last_day = days_after(start=day, length=working_days, unit="working_days").last_day
    known = latest_round(batch)
    if known is not None and (known.asked_on, known.last_day) == (day, last_day):
        return known
    number = (batch.confirmation_rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    made = ConfirmationRound.objects.create(
        batch=batch, number=number, asked_on=day, last_day=last_day, recorded_by=actor
    )
    claims = Claim.objects.filter(calculation=batch.current_id, organisation__isnull=False).count()
    changes = {"number": number, "last_day": last_day.isoformat(), "count": claims}
    record_event(actor=actor, code="batch.confirmation_asked", subject=batch, day=day, changes=changes)
    return made


@transaction.atomic
def confirm_claim(
    *, actor: Membership, claim: Claim, seen_digest: str, account_seen: int, commitment: str, day: date
) -> ClaimConfirmation:  # fmt: skip
    """The enterprise confirms the lines it saw, the account it saw, and gives its commitment; twice is once.

    Raises PermissionRefused, TransitionRefused (not asked, submitted, computed anew, LINES_CHANGED, ACCOUNT_CHANGED),
    RuleViolation (ACCOUNT_MISSING, COMMITMENT_MISSING, NOTHING_TO_CONFIRM).
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=claim.batch_id)  # no computation or decision meanwhile
    claim = Claim.objects.select_related("organisation").get(pk=claim.pk)
    claim.batch = batch
    check_can_confirm_claim(actor, claim)
    if latest_round(batch) is None:
        raise TransitionRefused("NOT_ASKED", "区人社局尚未请企业确认", "请等区人社局通知后再确认")
    if commitment != COMMITMENT:
        raise RuleViolation("COMMITMENT_MISSING", "请先阅读并勾选承诺", "勾选承诺后再确认")
    (found,) = states_of([claim])
    if found.digest != seen_digest:
        raise TransitionRefused("LINES_CHANGED", "名单刚有变动，本次确认未生效", "请核对最新名单后再确认")
    if found.state == NOTHING:
        raise RuleViolation("NOTHING_TO_CONFIRM", "本批次没有需要确认的明细", "请查看每人不合格的原因")
    account = _account_seen(claim, account_seen, day)
    if found.confirmation is not None and found.confirmation.claim_id == claim.pk:
        return found.confirmation
    try:
        with transaction.atomic():
            made = ClaimConfirmation.objects.create(
                claim=claim, lines_digest=found.digest, people=found.people, amount_fen=found.amount_fen,
                commitment=commitment, account=account, bank_name=account.bank_name, last_four=account.last_four,
                confirmed_on=day, confirmed_by=actor.user, recorded_by=actor,
            )  # fmt: skip
    except IntegrityError:
        return ClaimConfirmation.objects.get(claim=claim, lines_digest=found.digest)
    changes = {"people": made.people, "amount_fen": made.amount_fen, "digest": made.lines_digest,
               "account": mask_account(made.last_four)}  # fmt: skip
    record_event(
        actor=actor, code="claim.confirmed", subject=claim, day=day, note=f"承诺书 {commitment}", changes=changes
    )
    return made


def _account_seen(claim: Claim, seen: int, day: date) -> PayeeAccount:
    """The payee's account in force, if it is the one that was seen."""
    assert claim.organisation is not None
    account = account_in_force(organisation=claim.organisation, day=day)
    if account is None:
        raise RuleViolation("ACCOUNT_MISSING", "贵企业没有有效的收款账户", "请先申请登记收款账户，批准后再确认")
    if account.pk != seen:
        raise TransitionRefused("ACCOUNT_CHANGED", "收款账户刚有变动，本次确认未生效", "请核对账户后再确认")
    return account


def states_of(claims: Iterable[Claim]) -> list[ClaimState]:
    """Where each claim stands, in the order given; three queries, however many claims."""
    claims = list(claims)
    digests = {claim.pk: hashlib.sha256() for claim in claims}
    people: dict[int, set[int | None]] = {claim.pk: set() for claim in claims}
    fen = dict.fromkeys(digests, 0)
    lines = LineItem.objects.filter(claim__in=digests, corrects__isnull=True).order_by("claim", "position", "pk")
    paid = set(lines.included().order_by().values_list("pk", flat=True))
    rows = lines.values_list("pk", "claim", "line_digest", "worker", "amount_fen")
    for key, claim_key, digest, worker, amount in rows.iterator(chunk_size=20_000):
        digests[claim_key].update(f"{digest}{int(key in paid)}".encode())
        if key in paid:
            people[claim_key].add(worker)
            fen[claim_key] += amount
    given = _given(claims)
    found = []
    for claim in claims:
        digest, mine = digests[claim.pk].hexdigest(), given.get((claim.batch_id, claim.organisation_id), [])
        held = next((one for one in mine if one.lines_digest == digest), None)
        state = NOTHING if not people[claim.pk] else CONFIRMED if held else STALE if mine else WAITING
        found.append(ClaimState(claim, state, digest, len(people[claim.pk]), fen[claim.pk], held))
    return found


def _given(claims: list[Claim]) -> dict[tuple[int, int | None], list[ClaimConfirmation]]:
    """Confirmations of the same payees in any computation of the same batches, the newest first."""
    rows = ClaimConfirmation.objects.filter(
        claim__batch__in={claim.batch_id for claim in claims},
        claim__organisation__in={claim.organisation_id for claim in claims if claim.organisation_id},
    ).select_related("claim", "confirmed_by")  # fmt: skip
    found: dict[tuple[int, int | None], list[ClaimConfirmation]] = {}
    for one in rows.order_by("-pk"):
        found.setdefault((one.claim.batch_id, one.claim.organisation_id), []).append(one)
    return found


def claims_to_confirm(batch: Batch) -> QuerySet[Claim]:
    """The enterprises' claims of the current computation, in order."""
    claims = Claim.objects.filter(calculation=batch.current_id, organisation__isnull=False, eligible__gt=0)
    return claims.select_related("organisation").order_by("position", "pk")


def check_confirmed(batch: Batch, terms: PolicyTerms) -> None:
    """Every claim with lines to be paid is confirmed, where the terms ask for it; raises RuleViolation CLAIMS_UNCONFIRMED."""
    if not needs_confirmation(terms):
        return
    open_ones = [one for one in states_of(claims_to_confirm(batch)) if one.state in (STALE, WAITING)]
    if open_ones:
        names = "、".join(one.claim.payee_name for one in open_ones[:5]) + ("等" if len(open_ones) > 5 else "")
        raise RuleViolation(
            "CLAIMS_UNCONFIRMED", f"{len(open_ones)} 家企业尚未确认申报：{names}",
            "本政策要求企业确认后提交：请等企业确认，或暂缓其明细后再提交",
        )  # fmt: skip
