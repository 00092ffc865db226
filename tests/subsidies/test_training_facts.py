"""Facts of training and placement: as of the cut-off date, of the person whichever record they hang on, and only where asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from park_workers.models import Employment, Worker
from park_workers.services.people import merge_workers
from subsidies import training_facts
from subsidies.fact_tables import OneFirm, tables_of
from subsidies.facts import collect_facts, facts_of, facts_schema, read_tables
from subsidies.models import LineItem
from subsidies.rules.facts import HIRE_FACTS, TRAINING_FACTS
from subsidies.services.batches import compute_batch, open_batch
from subsidies.services.policies import load_policy_packs, publish_policy_version
from tests.api.lessons import teach
from tests.subsidies.rules.test_training_conditions import training_pack
from tests.subsidies.stage import CUTOFF, Day, Stage, hire
from training.models import Certificate, Enrolment
from training.services.amendments import confirm_amendment, propose_revocation
from training.services.placement_links import link_hires
from training.services.referrals import refer_trainee

pytestmark = pytest.mark.django_db


def publish(stage: Stage) -> Stage:
    """The policy of the worked examples, and a batch of everybody under it."""
    (version,) = load_policy_packs(actor=stage.cast.clerk, text=training_pack(), day=Day.BEGIN)
    publish_policy_version(actor=stage.cast.approver_1, version=version, day=Day.BEGIN)
    batch = open_batch(
        actor=stage.cast.clerk,
        policy=version.policy,
        name="培训第一批",
        cutoff_on=CUTOFF,
        day=Day.APPLIED,
        candidates="all",
    )
    return Stage(stage.cast, version.policy, batch, stage.hires)


def place(stage: Stage, order: int = 955) -> Employment:
    """Somebody who passed at the base, was referred to alpha and hired there: two certificates, a third after the cut-off."""
    cast = stage.cast
    known = hire(cast, cast.beta, order, hired_on=date(2023, 2, 1), months=())
    teach(cast.base, known.worker, trade="平车")
    teach(cast.base, known.worker, "2023-02", trade="裁床", level=4, issued_on=CUTOFF)
    later = {"ends_on": date(2023, 5, 20), "issued_on": date(2023, 5, 21)}
    teach(cast.base, known.worker, "2023-03", trade="平车", level=3, **later)
    seat = Enrolment.objects.filter(worker=known.worker).first()
    assert seat is not None
    refer_trainee(actor=cast.base_clerk, enrolment=seat, enterprise=cast.alpha, day=date(2023, 2, 21))
    hired = hire(cast, cast.alpha, order, hired_on=date(2023, 3, 1), months=())
    assert len(link_hires(day=CUTOFF)) == 1
    return hired


def test_facts_stand_as_of_the_cut_off_date_and_lines_keep_them(stage: Stage) -> None:
    hired, stage = place(stage), publish(stage)
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    stage.batch.refresh_from_db()
    line = stage.line_of(hired)
    assert (line.certificate_level, line.certificate_levels, line.passed_hours) == (4, "平车五级|裁床四级", 112)
    assert (line.placement_source, line.placed_base, line.is_eligible) == ("基地推荐", "一号基地", True)
    other = stage.line_of(stage.hires[0])
    assert (other.certificate_level, other.passed_hours, other.placement_source) == (None, 0, "自行应聘")
    assert not other.is_eligible and line.trained_hours is None


def test_a_merged_record_brings_its_certificates_along(stage: Stage) -> None:
    place(stage)
    duplicate = Worker.objects.get(certificates__number="S2023-01")
    merge_workers(actor=stage.cast.clerk, duplicate=duplicate, into=stage.hires[0].worker, reason="同一人")
    stage = publish(stage)
    facts = collect_facts(stage.batch, stage.policy.versions.get().parsed_terms)
    mine = facts.filter(facts["employment_id"] == stage.hires[0].pk).row(0, named=True)
    assert (mine["certificate_level"], mine["passed_hours"]) == (4, 112)


def test_a_revoked_certificate_counts_until_the_day_it_is_revoked(stage: Stage) -> None:
    hired, stage = place(stage), publish(stage)
    best = Certificate.objects.get(number="S2023-02")
    asked = propose_revocation(actor=stage.cast.base_clerk, certificate=best, reason="打印有误", day=CUTOFF)
    confirm_amendment(actor=stage.cast.clerk, amendment=asked, day=CUTOFF)
    terms = stage.policy.versions.get().parsed_terms
    for cutoff in (CUTOFF, CUTOFF - timedelta(days=1)):  # issued on the very day it was revoked
        asked_for = OneFirm(stage.cast.bureau.pk, stage.cast.alpha.pk, cutoff)
        facts = facts_of(read_tables(asked_for, terms), asked_for, terms)
        mine = facts.filter(facts["employment_id"] == hired.pk).row(0, named=True)
        assert (mine["certificate_level"], mine["certificate_levels"]) == (5, "平车五级"), cutoff


def test_what_a_policy_does_not_look_at_is_neither_read_nor_kept(stage: Stage) -> None:
    place(stage)
    terms = stage.policy.versions.get().parsed_terms
    assert facts_schema(terms) == HIRE_FACTS
    assert not TRAINING_FACTS.keys() & set(collect_facts(stage.batch, terms).columns)
    assert not training_facts.TABLES.keys() & tables_of(stage.batch, terms).keys()
    assert not LineItem.objects.exclude(placement_source=None).exists()
