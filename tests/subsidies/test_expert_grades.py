"""The grade of the technical review is a fact of the rules: as of the cut-off date, with its reason, and only where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import yaml

from park_workers.models import Employment
from subsidies.models import Batch, LineDecision, LineItem, Policy
from subsidies.rules.explain import explain
from subsidies.rules.facts import EXPERT_FACTS, FACTS_BY_NAME
from subsidies.services.batches import compute_batch, open_batch
from subsidies.services.clawbacks import propose_clawback
from subsidies.services.policies import load_policy_packs, publish_policy_version
from subsidies.services.revoked_grades import lines_on_grade, open_findings
from tests.conftest import Cast
from tests.subsidies import stage as road
from tests.subsidies.stage import Day, hire_pack, set_stage, take_to
from tests.training.reviews import Day as ReviewDay
from tests.training.reviews import picture, set_review, take_review_to
from training.models import ReviewGrade
from training.services.grade_revocations import confirm_grade_revocation, propose_grade_revocation
from training.services.review_applications import accept_application, apply_for_review

pytestmark = pytest.mark.django_db
ASKED = {
    "code": "NO_EXPERT_GRADE", "clause": "待核定", "needs": "截止日已取得甲等技术评审等次", "field": "expert.grade",
    "test": "expert_grade_in", "value": ["甲等"],
}  # fmt: skip


def policy_that_asks(cast: Cast, *, only: bool = False) -> Policy:
    packs = yaml.safe_load(hire_pack())
    asked = packs["packs"][0]["policies"][0]
    asked["conditions"] = [ASKED] if only else [*asked["conditions"], ASKED]
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


def test_a_revoked_grade_counts_for_no_cutoff_and_what_rests_on_it_is_found(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1), "finished")
    policy, grade = policy_that_asks(cast, only=True), ReviewGrade.objects.get()
    before = computed(cast, policy, ReviewDay.FINISHED)
    line = before.current.line_items.get(employment=review.hires[0])  # type: ignore[union-attr]
    assert [one.line for one in lines_on_grade(grade)] == [line] and open_findings(ReviewGrade.objects.all()) == []
    asked = propose_grade_revocation(
        actor=cast.clerk, grade=grade, cause="forged", reason="他人作品", day=ReviewDay.FINISHED
    )
    assert computed(cast, policy, date(2023, 5, 26)).current.line_items.get().expert_grade == "甲等"  # type: ignore[union-attr]
    confirm_grade_revocation(actor=cast.reviewer, revocation=asked, day=date(2023, 5, 30))
    again = computed(cast, policy, date(2023, 5, 27))
    assert again.current.line_items.get().expert_grade == ""  # type: ignore[union-attr]
    ((found, lines),) = open_findings(ReviewGrade.objects.all())
    assert found == grade and line in [one.line for one in lines] and not any(one.is_paid for one in lines)
    take_off(cast, line)
    assert line not in [one.line for _, rows in open_findings(ReviewGrade.objects.all()) for one in rows]


def graded(cast: Cast, hires: Sequence[Employment]) -> None:
    """A review in which these people earn 甲等."""
    review = take_review_to(set_review(cast, candidates=0), "open")
    for one in hires:
        application = apply_for_review(
            actor=cast.clerk, round_=review.round, enterprise=one.enterprise, worker=one.worker, pictures=[("work", picture())],
            day=ReviewDay.PLANNED, request_id=f"apply-{one.pk}",
        )  # fmt: skip
        accept_application(actor=cast.clerk, application=application, blind=[], day=ReviewDay.PLANNED)
    take_review_to(review, "finished")


def test_money_paid_on_a_revoked_grade_is_a_finding_until_it_is_asked_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = yaml.safe_load(hire_pack())
    packs["packs"][0]["policies"][0]["conditions"].append(ASKED)
    monkeypatch.setattr(road, "hire_pack", lambda amount_yuan=2000: yaml.safe_dump(packs, allow_unicode=True))
    for name in (
        "PLANNED",
        "APPLY_FROM",
        "APPLY_TO",
        "CLOSED",
        "REVIEW",
        "NOTICED",
        "LAST",
        "FINISHED",
    ):  # before the cut-off date
        monkeypatch.setattr(ReviewDay, name, getattr(ReviewDay, name) - timedelta(days=60))
    stage = set_stage(cast, alpha=1)
    graded(cast, stage.hires)
    take_to(stage, "answered")
    payment_file = road.send_file(stage, road.make_file(stage))
    road.give_return(stage, payment_file, *road.bank_rows(payment_file))
    line = stage.line_of(stage.hires[0])
    grade = ReviewGrade.objects.get(worker=stage.hires[0].worker)
    (resting,) = lines_on_grade(grade)
    assert (resting.line, resting.is_paid, open_findings(ReviewGrade.objects.all())) == (line, True, [])
    asked = propose_grade_revocation(actor=cast.clerk, grade=grade, cause="person", reason="人员有误", day=Day.LATER)
    confirm_grade_revocation(actor=cast.reviewer, revocation=asked, day=Day.LATER)
    ((_, (found,)),) = open_findings(ReviewGrade.objects.all())
    assert (found.line, found.is_paid, found.is_asked_back) == (line, True, False)
    propose_clawback(actor=cast.finance, line=line, reason="等次已撤销", day=Day.LATER)
    assert open_findings(ReviewGrade.objects.all()) == []


def take_off(cast: Cast, line: LineItem) -> None:
    LineDecision.objects.create(
        line=line, kind="removed", decided_on=Day.LATER, reason="等次已撤销", recorded_by=cast.clerk
    )


def test_a_policy_that_does_not_ask_keeps_nothing_of_it(cast: Cast) -> None:
    stage = take_to(set_stage(cast), "computed")
    line = stage.line_of(stage.hires[0])
    assert [getattr(line, name) for name in EXPERT_FACTS] == [None, None]
