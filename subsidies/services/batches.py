"""A batch until it is submitted: opened, computed in the background, submitted with its people and money reserved."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.jobs import Job, enqueue
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from subsidies.models import Application, Batch, LineItem, Policy, PolicyVersion, Simulation
from subsidies.permissions import check_can_compute, check_can_open_batch, check_can_submit
from subsidies.rules.terms import PolicyTerms
from subsidies.services.annual_caps import check_annual_caps
from subsidies.services.calculations import COMPUTE
from subsidies.services.confirmations import check_confirmed
from subsidies.services.conflicts import refuse_lines_paid_elsewhere
from subsidies.services.dispositions import check_not_before
from subsidies.services.entitlements import reserve_money, reserve_people
from subsidies.services.included_lines import check_totals, included_figures
from subsidies.services.policies import version_in_force

#: a batch is opened about now; a cut-off date farther off is a slip of the keyboard
FARTHEST_CUTOFF = timedelta(days=366)


@transaction.atomic
def open_batch(
    *,
    actor: Membership,
    policy: Policy,
    name: str,
    cutoff_on: date,
    day: date,
    candidates: str = Batch.Candidates.APPLICATIONS,
    is_trial: bool = False,
    version: PolicyVersion | None = None,
) -> Batch:
    """Open a batch of a policy on a cut-off date, under the version in force then; a trial may name any version, drafts too.

    Raises PermissionRefused, RuleViolation (NAME_MISSING, CUTOFF_TOO_FAR, NO_VERSION_IN_FORCE, VERSION_NOT_PUBLISHED, BATCH_EXISTS).
    """
    check_can_open_batch(actor, policy)
    if not name.strip():
        raise RuleViolation("NAME_MISSING", "没有填写批次名称", "请填写批次名称，如“第一批”")
    if cutoff_on > day + FARTHEST_CUTOFF:
        raise RuleViolation("CUTOFF_TOO_FAR", f"截止日 {cutoff_on} 在一年以后", "请核对年份")
    chosen = _version_for(policy, cutoff_on, is_trial, version)
    fields = {"bureau": policy.bureau, "policy": policy, "name": name.strip()[:80], "cutoff_on": cutoff_on}
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                status=Batch.Status.DRAFT, policy_version=chosen, is_trial=is_trial,
                candidates=Batch.Candidates(candidates), recorded_by=actor, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation(
            "BATCH_EXISTS", f"该政策已有同名、同截止日的批次“{name.strip()}”", "请打开已有批次，或更换名称"
        ) from error
    changes = {"policy": policy.code, "version": chosen.number, "cutoff_on": cutoff_on.isoformat(), "trial": is_trial}
    record_event(actor=actor, code="batch.opened", subject=batch, day=day, to_state=batch.status, changes=changes)
    return batch


def _version_for(policy: Policy, cutoff_on: date, is_trial: bool, version: PolicyVersion | None) -> PolicyVersion:
    if version is not None and version.policy_id != policy.pk:
        raise RuleViolation("VERSION_OF_OTHER_POLICY", "所选版本不属于该政策", "请重新选择政策版本")
    chosen = version or version_in_force(policy, cutoff_on)
    if chosen is None:
        raise RuleViolation(
            "NO_VERSION_IN_FORCE", f"{cutoff_on} 没有已发布的“{policy.title}”版本", "请先发布政策版本，或新建试算批次"
        )
    if not is_trial and chosen.status != PolicyVersion.Status.PUBLISHED:
        raise RuleViolation(
            "VERSION_NOT_PUBLISHED", f"{chosen} 尚未发布，只能用于试算", "请由审批人员发布后再新建正式批次"
        )
    return chosen


@transaction.atomic
def compute_batch(*, actor: Membership, batch: Batch, day: date) -> Job:
    """Start a computation in the background; a second click while one is under way gets the same job.

    Raises PermissionRefused, TransitionRefused, RuleViolation (CUTOFF_NOT_REACHED, SIMULATION_STAYS).
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("compute_job").get(pk=batch.pk)
    check_can_compute(actor, batch)
    if not batch.is_trial and day < batch.cutoff_on:
        raise RuleViolation(
            "CUTOFF_NOT_REACHED", f"截止日 {batch.cutoff_on} 未到，尚不能测算", "请在截止日当天或之后测算"
        )
    if batch.is_trial and Simulation.objects.of_batch(batch).exists():
        raise RuleViolation("SIMULATION_STAYS", "本试算属于一次模拟测算，不能单独重算", "请在政策版本页面再模拟一次")
    running = batch.compute_job
    if running is not None and running.is_live:
        return running
    job = enqueue(actor=actor, kind=COMPUTE, subject=batch, parameters={"day": day.isoformat()})
    Batch.objects.filter(pk=batch.pk).update(compute_job=job)
    return job


@transaction.atomic
def submit_batch(*, actor: Membership, batch: Batch, day: date, seen_version: int | None = None) -> Batch:
    """Sign the first check (初审) and reserve every included person and yuan, in one set; judgements are frozen from here on.

    A person reserved elsewhere since the computation becomes ALREADY_PAID and is not paid here.  Raises PermissionRefused,
    TransitionRefused, RuleViolation (APPLICATIONS_NOT_COMPUTED, CLAIMS_UNCONFIRMED, CAP_EXCEEDED, NOTHING_TO_SUBMIT,
    NO_APPROPRIATION, BUDGET_SHORT, TOTALS_DIFFER); then nothing is reserved.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("compute_job", "policy_version", "current")
        .get(pk=batch.pk)
    )
    if seen_version is not None and seen_version != batch.version:
        raise TransitionRefused("VERSION_CHANGED", "该批次刚被他人办理过，本次操作未生效", "请刷新页面核对后再办理")
    check_can_submit(actor, batch)
    if batch.compute_job is not None and batch.compute_job.is_live:
        raise TransitionRefused("COMPUTATION_RUNNING", "批次正在测算，结果尚未更新", "请等测算完成、核对结果后再提交")
    check_not_before(day, batch.computed_on, "测算日期")
    _check_applications_computed(batch)
    check_totals(batch)
    terms = batch.policy_version.parsed_terms
    check_confirmed(batch, terms)
    reserve_people(actor=actor, batch=batch, group=terms.group)
    conflicts = refuse_lines_paid_elsewhere(actor=actor, batch=batch, terms=terms, day=day)
    check_annual_caps(batch, terms)
    figures = included_figures(batch)
    if not figures["lines"]:
        raise RuleViolation("NOTHING_TO_SUBMIT", "批次中没有应拨付的明细", "请核对申报名单和不合格原因，或撤销本批次")
    reserve_money(batch=batch, terms=terms)
    _move_to_review(actor, batch, terms, day, figures | {"already_paid": conflicts})
    check_totals(batch)
    return batch


def _check_applications_computed(batch: Batch) -> None:
    """Nobody who applied after the computation is forgotten."""
    if batch.candidates != Batch.Candidates.APPLICATIONS:
        return
    judged = LineItem.objects.filter(calculation=batch.current_id).values("employment")
    later = Application.objects.filter(batch=batch, withdrawn_at__isnull=True).exclude(employment__in=judged).count()
    if later:
        raise RuleViolation("APPLICATIONS_NOT_COMPUTED", f"测算之后又有 {later} 条申报，尚未计入", "请重新测算后再提交")


def _move_to_review(actor: Membership, batch: Batch, terms: PolicyTerms, day: date, figures: dict[str, int]) -> None:
    band = terms.band_for(figures["amount_fen"])
    move(
        batch, "submit", actor=actor, day=day, changes=figures,
        with_fields={
            "submitted_on": day, "submitted_by_id": actor.person_id, "round": batch.round + 1,
            "reviews_required": band.reviews, "approvals_required": band.approvals,
        },
    )  # fmt: skip
