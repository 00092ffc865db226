"""The grade of the technical review is a fact of the rules: as of the cut-off date, with its reason, and only where it is asked for."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from subsidies.models import Batch, Policy
from subsidies.rules.explain import explain
from subsidies.rules.facts import EXPERT_FACTS, FACTS_BY_NAME
from subsidies.services.batches import compute_batch, open_batch
from subsidies.services.policies import load_policy_packs, publish_policy_version
from tests.conftest import Cast
from tests.subsidies.stage import Day, hire_pack, set_stage, take_to
from tests.training.reviews import Day as ReviewDay
from tests.training.reviews import set_review, take_review_to

pytestmark = pytest.mark.django_db
ASKED = {
    "code": "NO_EXPERT_GRADE", "clause": "待核定", "needs": "截止日已取得甲等技术评审等次", "field": "expert.grade",
    "test": "expert_grade_in", "value": ["甲等"],
}  # fmt: skip


def policy_that_asks(cast: Cast) -> Policy:
    packs = yaml.safe_load(hire_pack())
    packs["packs"][0]["policies"][0]["conditions"].append(ASKED)
    (version,) = load_policy_packs(actor=cast.clerk, text=yaml.safe_dump(packs, allow_unicode=True), day=Day.BEGIN)
    publish_policy_version(actor=cast.approver_1, version=version, day=Day.BEGIN)
    return version.policy


def computed(cast: Cast, policy: Policy, cutoff_on: date) -> Batch:
    batch = open_batch(
        actor=cast.clerk, policy=policy, name=f"{cutoff_on}", cutoff_on=cutoff_on, day=cutoff_on, candidates=Batch.Candidates.ALL
    )  # fmt: skip
    compute_batch(actor=cast.clerk, batch=batch, day=cutoff_on)
    batch.refresh_from_db()
    return batch


def test_a_grade_counts_from_its_day_on_and_the_line_says_which(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1), "finished")
    policy = policy_that_asks(cast)
    for cutoff_on, grade in ((date(2023, 5, 24), ""), (ReviewDay.FINISHED, "甲等")):
        batch = computed(cast, policy, cutoff_on)
        line = batch.current.line_items.get(employment=review.hires[0])  # type: ignore[union-attr]
        assert (line.expert_grade, line.expert_grade_on) == (grade, ReviewDay.FINISHED if grade else None)
        facts = {name: getattr(line, name, None) for name in FACTS_BY_NAME}
        told = explain(batch.policy_version.parsed_terms, facts, line.fail_mask, cutoff_on=cutoff_on)
        item = next(one for one in told if one.code == ASKED["code"])
        assert item.passed is bool(grade) and ("没有技术评审等次" in item.sentence) is not bool(grade)


def test_a_policy_that_does_not_ask_keeps_nothing_of_it(cast: Cast) -> None:
    stage = take_to(set_stage(cast), "computed")
    line = stage.line_of(stage.hires[0])
    assert [getattr(line, name) for name in EXPERT_FACTS] == [None, None]
