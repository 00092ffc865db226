"""A version tried on real rows before it is published: a trial batch under it, and one under the version in force.

Both are computed by one background job from the same rows.  Trials stop at computed: nobody and nothing is reserved.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import Job, JobRun, enqueue, job_kind
from park_workers.models import Membership
from subsidies.models import Batch, PolicyVersion, Simulation
from subsidies.permissions import check_can_simulate
from subsidies.services.batches import open_batch
from subsidies.services.calculations import Judged, judge_batch, write_judged
from subsidies.services.policies import version_in_force

SIMULATE = "subsidies.simulate_version"


@transaction.atomic
def simulate_version(
    *, actor: Membership, version: PolicyVersion, cutoff_on: date, is_from_start: bool, day: date, number: int = 0
) -> Simulation:
    """Start a simulation of everybody registered on `cutoff_on`, against the version in force then (if there is one).

    `number` is the one the asker was offered: asked twice with it, it is one simulation.  `is_from_start` judges as if
    nothing had been paid under the family yet.  Raises PermissionRefused, RuleViolation CUTOFF_IN_FUTURE.
    """
    check_can_simulate(actor, version)
    PolicyVersion.objects.select_for_update().get(pk=version.pk)  # one number at a time
    known = version.simulations.filter(number=number).first()
    if known is not None:
        return known
    if cutoff_on > day:
        raise RuleViolation("CUTOFF_IN_FUTURE", f"截止日 {cutoff_on} 未到，没有可测算的资料", "请选择今日或更早的日期")
    next_number = (version.simulations.aggregate(last=Max("number"))["last"] or 0) + 1
    baseline = version_in_force(version.policy, cutoff_on)
    if baseline is not None and baseline.pk == version.pk:
        baseline = None
    name = f"模拟 第{version.number}版 第{next_number}次"
    trials = [_trial(actor, version, name, cutoff_on, day)]
    if baseline is not None:
        trials.append(_trial(actor, baseline, f"{name}（对照 第{baseline.number}版）", cutoff_on, day))
    made = Simulation.objects.create(
        version=version, number=next_number, baseline=baseline, cutoff_on=cutoff_on, is_from_start=is_from_start,
        batch=trials[0], baseline_batch=trials[1] if baseline is not None else None, recorded_by=actor,
    )  # fmt: skip
    changes = {"number": next_number, "cutoff_on": cutoff_on.isoformat(), "from_start": is_from_start,
               "baseline": baseline.number if baseline else None}  # fmt: skip
    record_event(actor=actor, code="policy_version.simulated", subject=version, day=day, changes=changes)
    job = enqueue(actor=actor, kind=SIMULATE, subject=made, parameters={"day": day.isoformat()})
    Simulation.objects.filter(pk=made.pk).update(job=job)
    Batch.objects.filter(pk__in=[trial.pk for trial in trials]).update(compute_job=job)
    made.refresh_from_db()
    return made


def _trial(actor: Membership, version: PolicyVersion, name: str, cutoff_on: date, day: date) -> Batch:
    return open_batch(
        actor=actor, policy=version.policy, name=name, cutoff_on=cutoff_on, day=day, candidates=Batch.Candidates.ALL,
        is_trial=True, version=version,
    )  # fmt: skip


@job_kind(SIMULATE)
def simulate(run: JobRun) -> None:
    """Judge both trials from the same rows, then write both in one load."""
    found = Simulation.objects.select_related("batch", "baseline_batch").get(pk=run.job.subject_id)
    actor = Membership.objects.select_related("user", "organisation").get(pk=run.job.actor_id)
    keys = [found.batch_id, *([found.baseline_batch_id] if found.baseline_batch_id else [])]
    trials = {one.pk: one for one in Batch.objects.select_related("policy_version", "policy").filter(pk__in=keys)}
    steps = len(keys) + 1
    run.progress(0, steps)
    day, result = date.fromisoformat(run.parameters["day"]), dict[str, Any]()
    with ExitStack() as shelves:
        judged: list[tuple[Batch, Judged]] = []
        for done, key in enumerate(keys, 1):
            trial = trials[key]
            terms = trial.policy_version.parsed_terms
            one = shelves.enter_context(judge_batch(trial, terms, is_from_start=found.is_from_start))
            judged.append((trial, one))
            run.progress(done, steps)
        with run.load(result):
            for trial, one in judged:
                terms = trial.policy_version.parsed_terms
                result[str(trial.pk)] = write_judged(actor=actor, batch=trial, terms=terms, judged=one, day=day)


def is_running(simulation: Simulation) -> bool:
    """Whether its job has not ended."""
    job: Job | None = simulation.job
    return job is not None and job.is_live
