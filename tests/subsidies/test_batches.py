"""A batch until it is submitted: who opens it, what a computation leaves, what a submission reserves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.jobs import Job
from park_workers.models import PostSpan
from subsidies.models import Batch, Entitlement, LineFunding, PolicyVersion
from subsidies.services.batches import compute_batch, open_batch, submit_batch
from subsidies.services.included_lines import included_figures
from subsidies.services.policies import load_policy_packs
from tests.conftest import Cast
from tests.subsidies.stage import (
    AMOUNT,
    CUTOFF,
    HIRED_ON,
    Day,
    Stage,
    application,
    application_list,
    apply_for,
    hire,
    hire_pack,
    set_stage,
    take_to,
)


def another_batch(stage: Stage, name: str = "第二批", **more: object) -> Batch:
    fields = {"policy": stage.policy, "name": name, "cutoff_on": CUTOFF, "day": Day.APPLIED, "actor": stage.cast.clerk}
    return open_batch(**(fields | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["reviewer", "approver_1", "finance", "auditor", "hr", "city_reviewer", "base_clerk"])
def test_only_a_clerk_opens_computes_and_submits(stage: Stage, name: str) -> None:
    actor = getattr(stage.cast, name)
    with pytest.raises(PermissionRefused):
        another_batch(stage, actor=actor)
    with pytest.raises(PermissionRefused):
        compute_batch(actor=actor, batch=stage.batch, day=Day.APPLIED)
    take_to(stage, "computed")
    with pytest.raises(PermissionRefused):
        submit_batch(actor=actor, batch=stage.batch, day=Day.APPLIED)


def test_two_batches_of_a_policy_and_cutoff_do_not_share_a_name(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        another_batch(stage, "第一批")
    assert refusal.value.code == "BATCH_EXISTS"


def test_a_draft_version_serves_trials_only(stage: Stage) -> None:
    (draft,) = load_policy_packs(actor=stage.cast.clerk, text=hire_pack(3000), day=Day.APPLIED)
    assert draft.status == PolicyVersion.Status.DRAFT
    with pytest.raises(RuleViolation) as refusal:
        another_batch(stage, version=draft)
    assert refusal.value.code == "VERSION_NOT_PUBLISHED"
    trial = another_batch(stage, "试算", version=draft, is_trial=True, candidates="all")
    compute_batch(actor=stage.cast.clerk, batch=trial, day=Day.APPLIED)
    trial.refresh_from_db()
    assert included_figures(trial) == {"lines": 3, "people": 3, "amount_fen": 3 * 3000 * 100}
    with pytest.raises(TransitionRefused) as stays:
        submit_batch(actor=stage.cast.clerk, batch=trial, day=Day.APPLIED)
    assert stays.value.code == "TRIAL_NOT_SUBMITTED"
    assert not Entitlement.objects.filter(batch=trial).exists()


def test_a_policy_for_agencies_says_what_is_missing_and_does_not_break(stage: Stage) -> None:
    packs = (Path(settings.BASE_DIR) / "examples" / "year-2023" / "policies.yaml").read_text(encoding="utf-8")
    drafts = load_policy_packs(actor=stage.cast.clerk, text=packs, day=Day.APPLIED)
    agency = next(draft for draft in drafts if draft.policy.code == "AGENCY")
    trial = another_batch(stage, policy=agency.policy, version=agency, is_trial=True, candidates="all")
    compute_batch(actor=stage.cast.clerk, batch=trial, day=Day.APPLIED)
    job = Job.objects.latest("pk")
    assert job.status == "failed" and "所需的机构服务资料尚未采集，不能测算" in job.reason


def test_an_official_batch_is_not_computed_before_its_cutoff(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.BEGIN)
    assert refusal.value.code == "CUTOFF_NOT_REACHED"


def test_a_second_click_while_a_computation_waits_is_the_same_job(stage: Stage, settings: object) -> None:
    settings.JOBS_INLINE = False  # type: ignore[attr-defined]
    settings.CELERY_BROKER_URL = "memory://"  # type: ignore[attr-defined]
    first = compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    second = compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert first.pk == second.pk
    assert Job.objects.filter(kind="subsidies.compute_batch").count() == 1


def test_a_line_keeps_verdict_amount_reasons_and_the_facts_it_was_judged_on(stage: Stage) -> None:
    PostSpan.objects.filter(employment=stage.hires[0]).update(is_front_line=False)
    take_to(stage, "computed")
    refused, paid = stage.line_of(stage.hires[0]), stage.line_of(stage.hires[1])
    terms = stage.batch.policy_version.parsed_terms
    assert (refused.is_eligible, refused.amount_fen) == (False, 0)
    assert refused.fail_mask == 1 << next(i for i, c in enumerate(terms.conditions) if c.code == "NOT_FRONT_LINE")
    assert (paid.is_eligible, paid.amount_fen, paid.fail_mask) == (True, AMOUNT, 0)
    assert (paid.hired_on, paid.insured_run_months, paid.contract_is_open_ended) == (HIRED_ON, 3, True)


def test_computing_again_keeps_the_earlier_outcome_and_the_same_facts_give_the_same_digest(stage: Stage) -> None:
    take_to(stage, "computed")
    first = stage.batch.current
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    stage.batch.refresh_from_db()
    second = stage.batch.current
    assert first is not None and second is not None
    assert (first.number, second.number, first.digest) == (1, 2, second.digest)
    PostSpan.objects.filter(employment=stage.hires[0]).update(is_front_line=False)
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    stage.batch.refresh_from_db()
    assert stage.batch.current is not None
    assert (stage.batch.current.people, first.people) == (2, 3)
    assert stage.batch.current.digest != first.digest


def test_a_submission_reserves_every_person_and_yuan(stage: Stage) -> None:
    take_to(stage, "submitted")
    assert Entitlement.objects.filter(batch=stage.batch, voided_at=None).count() == 3
    assert LineFunding.objects.filter(released_at=None).count() == 3
    assert stage.money == (6000, 0)
    assert (stage.batch.reviews_required, stage.batch.approvals_required) == (1, 1)


def test_a_batch_above_the_band_needs_two_approvals(cast: Cast) -> None:
    stage = set_stage(cast, amount_yuan=150_000, yuan=1_000_000)
    assert take_to(stage, "submitted").batch.approvals_required == 2


def test_who_was_submitted_elsewhere_meanwhile_becomes_already_paid(stage: Stage) -> None:
    other = another_batch(stage)
    apply_for(stage.cast.hr, other, application_list(application(stage.hires[0], 1)))
    take_to(stage, "computed")
    compute_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    take_to(stage, "submitted")
    with pytest.raises(RuleViolation) as refusal:
        submit_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    assert refusal.value.code == "NOTHING_TO_SUBMIT"

    newcomer = hire(stage.cast, stage.cast.alpha, 905)
    apply_for(stage.cast.hr, other, application_list(application(newcomer, 2)))
    stale = Entitlement.objects.filter(batch=stage.batch, line__employment=stage.hires[0])
    assert stale.filter(voided_at=None).count() == 1
    compute_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    submitted = submit_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    assert included_figures(submitted)["people"] == 1
    refused = submitted.current.line_items.get(employment=stage.hires[0])  # type: ignore[union-attr]
    assert (refused.is_eligible, refused.paid_policies) == (False, "HIRE")


def test_a_conflict_that_comes_after_the_computation_is_judged_at_submission(stage: Stage) -> None:
    other = another_batch(stage)
    newcomer = hire(stage.cast, stage.cast.alpha, 905)
    rows = application_list(application(stage.hires[0], 1), application(newcomer, 2))
    apply_for(stage.cast.hr, other, rows)
    compute_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    take_to(stage, "submitted")
    submitted = submit_batch(actor=stage.cast.clerk, batch=other, day=Day.APPLIED)
    assert submitted.current is not None
    assert (submitted.current.people, submitted.current.amount_fen) == (1, AMOUNT)
    line = submitted.current.line_items.get(employment=stage.hires[0])
    assert (line.is_eligible, line.amount_fen, line.paid_policies) == (False, 0, "HIRE")
    assert stage.money == (8000, 0)


def test_a_budget_that_is_short_stops_the_submission_and_reserves_nothing(cast: Cast) -> None:
    stage = take_to(set_stage(cast, yuan=5_000), "computed")
    with pytest.raises(RuleViolation, match=r"差 1000\.00 元") as refusal:
        submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert refusal.value.code == "BUDGET_SHORT"
    assert not Entitlement.objects.exists() and not LineFunding.objects.exists()
    assert stage.money == (0, 0)


def test_an_application_after_the_computation_is_not_forgotten(stage: Stage) -> None:
    take_to(stage, "computed")
    newcomer = hire(stage.cast, stage.cast.alpha, 905)
    apply_for(stage.cast.hr, stage.batch, application_list(application(newcomer, 9)))
    with pytest.raises(RuleViolation, match="又有 1 条申报") as refusal:
        submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert refusal.value.code == "APPLICATIONS_NOT_COMPUTED"
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert included_figures(submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED))["people"] == 4
