"""An expert's own days away: whoever is away on the review day is not drawn, and the published draw says so."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from tests.attacks.threads import database_refuses
from tests.conftest import Cast
from tests.standing import standing
from tests.training.reviews import Day, Review, set_review, take_review_to
from training import panel_draw
from training.models import Expert, ExpertAbsence
from training.services.expert_absences import absences_of, enter_absence, withdraw_absence
from training.services.experts import retire_expert
from training.services.panels import decline_seat, proof_of

pytestmark = pytest.mark.django_db


@standing
def review(cast: Cast) -> Review:
    """A round that takes applications, and five experts."""
    return take_review_to(set_review(cast, candidates=1, experts=5, size=3), "open")


def own(expert: Expert) -> Membership:
    return Membership.objects.select_related("user", "organisation").get(pk=expert.membership_id)


def away(expert: Expert, first: date, last: date, day: date = Day.PLANNED) -> ExpertAbsence:
    return enter_absence(actor=own(expert), expert=expert, starts_on=first, ends_on=last, note="出差", day=day)


def codes(wrong: pytest.ExceptionInfo[FieldsInvalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in wrong.value.problems]


def test_whoever_is_away_on_the_review_day_is_not_drawn_and_the_proof_says_why(review: Review) -> None:
    there, before, back, *_ = review.experts
    away(there, Day.REVIEW, Day.REVIEW)
    away(before, Day.PLANNED, Day.CLOSED)
    withdraw_absence(actor=own(back), absence=away(back, Day.CLOSED, Day.FINISHED), day=Day.PLANNED)
    take_review_to(review, "drawn")
    proof = json.loads(json.dumps(proof_of(review.round)))
    rows = {row["reference"]: row for row in proof["pool"]["experts"]}
    assert rows[there.reference]["away"] == [["2023-05-16", "2023-05-16"]]
    assert rows[before.reference]["away"] == [] == rows[back.reference]["away"], "other days are nobody's business"
    assert panel_draw.refusals_of(rows[there.reference], proof["pool"]) == ("AWAY",)
    assert set(proof["order"]) == set(rows) - {there.reference} and panel_draw.differences(proof) == []
    rows[there.reference]["away"] = []
    assert {"pool_digest", "order"} <= set(panel_draw.differences(proof)), "who takes the days out is told"


def test_whoever_has_become_away_since_the_draw_does_not_follow_on(review: Review) -> None:
    take_review_to(review, "drawn")
    order = review.round.draw.order
    reserve = Expert.objects.get(reference=order[3])
    away(reserve, Day.REVIEW, Day.REVIEW, Day.CLOSED)
    fresh = decline_seat(actor=review.cast.clerk, seat=review.seats()[0], reason="生病", day=Day.CLOSED)
    assert (fresh.place, fresh.expert.reference) == (5, order[4])


def test_whoever_sits_on_a_panel_that_day_declines_there_first(review: Review) -> None:
    take_review_to(review, "drawn")
    with pytest.raises(FieldsInvalid) as wrong:
        away(review.seats()[0].expert, Day.CLOSED, Day.REVIEW, Day.CLOSED)
    assert codes(wrong) == [("starts_on", "CALLED_THAT_DAY")]


def test_wrong_days_are_named_together(review: Review) -> None:
    with pytest.raises(FieldsInvalid) as wrong:
        away(review.experts[0], date(2026, 5, 4), date(2023, 5, 1))
    assert codes(wrong) == [("ends_on", "SPAN_REVERSED"), ("ends_on", "DATE_TOO_FAR")]
    with pytest.raises(FieldsInvalid) as wrong:
        away(review.experts[0], date(2023, 5, 1), Day.REVIEW)
    assert codes(wrong) == [("starts_on", "DATE_IN_PAST")]


def test_the_expert_alone_says_so_and_a_second_tap_is_the_same_row(review: Review) -> None:
    one, other = review.experts[:2]
    assert away(one, Day.REVIEW, Day.REVIEW) == away(one, Day.REVIEW, Day.REVIEW)
    for somebody in (review.cast.clerk, own(other)):
        with pytest.raises(PermissionRefused):
            enter_absence(
                actor=somebody, expert=one, starts_on=Day.REVIEW, ends_on=Day.REVIEW, note="", day=Day.PLANNED
            )
    (kept,) = absences_of(one)
    withdraw_absence(actor=own(one), absence=kept, day=Day.PLANNED)
    with pytest.raises(RuleViolation, match="已撤回"):
        withdraw_absence(actor=own(one), absence=kept, day=Day.PLANNED)
    retire_expert(actor=review.cast.clerk, expert=one, reason="退休", day=Day.PLANNED)
    with pytest.raises(RuleViolation, match="已出库"):
        away(one, Day.REVIEW, Day.REVIEW)


def test_what_was_entered_is_not_changed_behind_anybodys_back(review: Review) -> None:
    kept = away(review.experts[0], Day.REVIEW, Day.REVIEW)
    database_refuses(
        "absence_frozen", "UPDATE training_expertabsence SET ends_on = '2023-05-20' WHERE id = %s", kept.pk
    )
    database_refuses("absence_kept", "DELETE FROM training_expertabsence WHERE id = %s", kept.pk)
    withdraw_absence(actor=own(review.experts[0]), absence=kept, day=Day.PLANNED)
    database_refuses("absence_frozen", "UPDATE training_expertabsence SET withdrawn_on = NULL WHERE id = %s", kept.pk)


def test_a_proof_of_the_draws_before_is_recomputed_as_it_was_made() -> None:
    """Made when the algorithm knew no days away; it stands as a file and must stay right."""
    proof = json.loads((Path(__file__).parent / "proof-yxt-panel-1.json").read_text(encoding="utf-8"))
    assert proof["pool"]["algorithm"] == "yxt-panel-1" and panel_draw.differences(proof) == []
