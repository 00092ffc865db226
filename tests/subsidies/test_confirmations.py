"""Claims put before the firms: seen only when asked, confirmed as seen, stale when the lines change, no gate unless the terms say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import ContractSpan, Membership, PayeeAccount
from park_workers.services.accounts import account_in_force, approve_account_change, propose_account_change
from subsidies.models import Claim, ClaimConfirmation, ConfirmationRound
from subsidies.rules.pack_writer import write_pack
from subsidies.rules.terms import load_packs
from subsidies.services.batches import compute_batch, submit_batch
from subsidies.services.confirmations import (
    COMMITMENT,
    CONFIRMED,
    NOTHING,
    STALE,
    WAITING,
    ask_confirmation,
    check_confirmed,
    confirm_claim,
    states_of,
)
from subsidies.services.decisions import hold_line, release_line
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.rules.frames import terms_of
from tests.subsidies.stage import Day, Stage, set_stage, take_to

TERMS = terms_of("HIRE")
GATED = replace(TERMS, more={"needs_confirmation": True})


@standing
def stage(cast: Cast) -> Stage:
    stage = take_to(set_stage(cast), "computed")
    ask_confirmation(actor=cast.clerk, batch=stage.batch, working_days=5, day=Day.APPLIED)
    return stage


def claim_of(stage: Stage, enterprise: str = "alpha") -> Claim:
    stage.batch.refresh_from_db()
    firm = getattr(stage.cast, enterprise)
    return Claim.objects.select_related("batch").get(calculation=stage.batch.current_id, organisation=firm.pk)


def state_of(stage: Stage, enterprise: str = "alpha") -> str:
    return states_of([claim_of(stage, enterprise)])[0].state


def confirm(
    stage: Stage, enterprise: str = "alpha", actor: Membership | None = None, **more: object
) -> ClaimConfirmation:
    claim = claim_of(stage, enterprise)
    assert claim.organisation is not None
    account = account_in_force(organisation=claim.organisation, day=Day.APPLIED)
    arguments = {
        "actor": actor or (stage.cast.hr if enterprise == "alpha" else stage.cast.hr_beta), "claim": claim,
        "seen_digest": states_of([claim])[0].digest, "account_seen": account.pk if account else 0,
        "commitment": COMMITMENT, "day": Day.APPLIED,
    }  # fmt: skip
    return confirm_claim(**(arguments | more))  # type: ignore[arg-type]


def compute(stage: Stage) -> None:
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)


def test_the_last_day_is_counted_in_working_days(stage: Stage) -> None:
    (asked,) = ConfirmationRound.objects.all()
    assert (asked.asked_on, asked.last_day) == (date(2023, 5, 4), date(2023, 5, 10))  # Saturday 6 May was worked


def test_asked_again_it_is_the_same_round_or_a_later_day(stage: Stage) -> None:
    ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=5, day=Day.APPLIED)
    assert ConfirmationRound.objects.count() == 1
    assert ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=8, day=Day.APPLIED).number == 2


@pytest.mark.parametrize("days", [0, -1, 31])
def test_a_term_of_no_working_day_or_too_many_is_refused(stage: Stage, days: int) -> None:
    with pytest.raises(RuleViolation, match="期限"):
        ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=days, day=Day.APPLIED)


def test_only_the_clerk_asks_and_only_while_the_batch_is_computed(stage: Stage) -> None:
    for actor in (stage.cast.reviewer, stage.cast.hr):
        with pytest.raises(PermissionRefused):
            ask_confirmation(actor=actor, batch=stage.batch, working_days=5, day=Day.APPLIED)
    take_to(stage, "submitted")
    with pytest.raises(TransitionRefused):
        ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=5, day=Day.APPLIED)


def test_a_confirmation_keeps_what_was_seen_with_commitment_and_account(stage: Stage) -> None:
    made = confirm(stage)
    assert (made.people, made.amount_fen, made.commitment, made.last_four) == (2, 400_000, COMMITMENT, "0001")
    assert (
        made.confirmed_by == stage.cast.hr.user and state_of(stage) == CONFIRMED and state_of(stage, "beta") == WAITING
    )
    event = AuditEvent.objects.get(code="claim.confirmed")
    assert event.changes["digest"] == made.lines_digest and event.changes["account"] == "****0001"


def test_confirmed_twice_it_is_one_confirmation(stage: Stage) -> None:
    assert confirm(stage) == confirm(stage)
    assert ClaimConfirmation.objects.count() == 1


def test_nobody_else_confirms(stage: Stage) -> None:
    for actor in (stage.cast.hr_beta, stage.cast.clerk, stage.cast.finance):
        with pytest.raises(PermissionRefused):
            confirm(stage, actor=actor)


def test_without_commitment_or_account_nothing_is_confirmed(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="承诺"):
        confirm(stage, commitment="")
    PayeeAccount.objects.all().update(valid_to=Day.BEGIN)
    with pytest.raises(RuleViolation) as refusal:
        confirm(stage)
    assert refusal.value.code == "ACCOUNT_MISSING"


def test_another_list_or_account_than_the_one_seen_is_not_confirmed(stage: Stage) -> None:
    for seen, code in (({"seen_digest": "0" * 64}, "LINES_CHANGED"), ({"account_seen": 0}, "ACCOUNT_CHANGED")):
        with pytest.raises(TransitionRefused) as refusal:
            confirm(stage, **seen)
        assert refusal.value.code == code


def test_a_recomputation_that_changes_nothing_leaves_it_confirmed(stage: Stage) -> None:
    confirm(stage)
    compute(stage)
    assert state_of(stage) == CONFIRMED and claim_of(stage).confirmations.count() == 0


def test_a_recomputation_that_changes_a_line_makes_it_stale_for_that_firm_alone(stage: Stage) -> None:
    confirm(stage)
    confirm(stage, "beta")
    ContractSpan.objects.filter(employment=stage.hires[0]).update(ends_on=date(2023, 6, 1))
    compute(stage)
    assert (state_of(stage), state_of(stage, "beta")) == (STALE, CONFIRMED)
    assert confirm(stage).people == 1 and state_of(stage) == CONFIRMED


def test_a_held_line_makes_it_stale_and_its_release_good_again(stage: Stage) -> None:
    confirm(stage)
    line = stage.line_of(stage.hires[0])
    hold_line(actor=stage.cast.clerk, line=line, reason="材料需核实", day=Day.APPLIED)
    assert state_of(stage) == STALE
    release_line(actor=stage.cast.clerk, line=line, reason="已核实", day=Day.APPLIED)
    assert state_of(stage) == CONFIRMED


def test_a_claim_with_nothing_to_pay_needs_no_confirmation(stage: Stage) -> None:
    for hired in stage.hires[:2]:
        hold_line(actor=stage.cast.clerk, line=stage.line_of(hired), reason="材料需核实", day=Day.APPLIED)
    assert state_of(stage) == NOTHING
    with pytest.raises(RuleViolation) as refusal:
        confirm(stage)
    assert refusal.value.code == "NOTHING_TO_CONFIRM"


def test_after_submission_nothing_is_confirmed_any_more(stage: Stage) -> None:
    submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)  # nobody has confirmed: no gate by itself
    with pytest.raises(TransitionRefused):
        confirm(stage)


def test_a_batch_nobody_was_asked_about_is_not_confirmed(cast: Cast) -> None:
    stage = take_to(set_stage(cast), "computed")
    with pytest.raises(TransitionRefused) as refusal:
        confirm(stage)
    assert refusal.value.code == "NOT_ASKED"


def test_terms_may_ask_that_everybody_confirms_before_submission(stage: Stage) -> None:
    confirm(stage)
    version = stage.batch.policy_version
    check_confirmed(stage.batch, version.parsed_terms)  # off unless written
    with pytest.raises(RuleViolation) as refusal:
        check_confirmed(stage.batch, GATED)
    assert refusal.value.code == "CLAIMS_UNCONFIRMED" and "示例乙服饰有限公司" in refusal.value.message
    confirm(stage, "beta")
    check_confirmed(stage.batch, GATED)


def test_the_gate_stands_at_the_submission(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subsidies.models.PolicyVersion.parsed_terms", GATED)
    with pytest.raises(RuleViolation) as refusal:
        submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert refusal.value.code == "CLAIMS_UNCONFIRMED" and stage.money == (0, 0)
    for enterprise in ("alpha", "beta"):
        confirm(stage, enterprise)
    assert submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED).status == "submitted"


def test_the_gate_is_a_word_of_the_pack_and_no_word_changes_no_digest() -> None:
    (pack,) = load_packs(write_pack(GATED))
    assert pack.policies[0].more == {"needs_confirmation": True}
    assert "needs_confirmation" not in write_pack(TERMS)


@pytest.mark.parametrize("model", [ClaimConfirmation, ConfirmationRound])
def test_what_was_confirmed_and_asked_never_changes(stage: Stage, model: type) -> None:
    confirm(stage)
    for attack in (lambda rows: rows.update(recorded_at=None), lambda rows: rows._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack(model.objects.all())  # type: ignore[attr-defined]


def test_a_firm_proposes_its_own_account_and_the_bureau_approves(stage: Stage) -> None:
    change = {"account": "6222020000000000018", "bank_name": "示例银行", "effective_on": Day.APPLIED, "reason": "销户",
              "evidence": "开户许可证", "day": Day.APPLIED}  # fmt: skip
    with pytest.raises(PermissionRefused):
        propose_account_change(actor=stage.cast.hr_beta, organisation=stage.cast.alpha.organisation, **change)  # type: ignore[arg-type]
    made = propose_account_change(actor=stage.cast.hr, organisation=stage.cast.alpha.organisation, **change)  # type: ignore[arg-type]
    for actor in (stage.cast.hr, stage.cast.clerk):
        with pytest.raises(PermissionRefused):
            approve_account_change(actor=actor, account=made, day=Day.APPLIED)
    approve_account_change(actor=stage.cast.approver_1, account=made, day=Day.APPLIED)
    assert confirm(stage).last_four == "0018"
