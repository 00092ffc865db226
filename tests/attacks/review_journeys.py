"""Operations of the technical review, each in fifty copies."""

from __future__ import annotations

from tests.api.test_whole_batch import on
from tests.attacks.fifty import Copies
from tests.conftest import Cast
from tests.training.reviews import Day, apply, employee, picture, set_review, take_review_to
from training.models import ReviewApplication, ScoreSheet

APPLICATIONS = (
    "review_applications_create", "review_applications_accept_create", "review_applications_refuse_create",
    "review_applications_withdraw_create",
)  # fmt: skip
SHEETS = ("score_sheets_create",)


def workers_are_put_forward(copies: Copies, cast: Cast) -> None:
    """Applied for, taken in, refused, withdrawn."""
    review = take_review_to(set_review(cast, candidates=2, experts=3, size=3), "open")
    first, second = review.hires
    third = employee(cast, 108)
    with on(Day.PLANNED):
        order = {"round": review.round.pk, "worker": third.worker_id, "kind": "work"}
        copies.fifty("review_applications_create", cast.hr, body=order, makes=ReviewApplication, file=picture())
        taken, other = apply(review, first), apply(review, second)
        blind = {"blind": list(taken.evidence.values_list("reference", flat=True))}
        copies.fifty("review_applications_accept_create", cast.clerk, taken.pk, blind, seen=1)
        copies.fifty("review_applications_refuse_create", cast.clerk, other.pk, {"reason": "不清楚"}, seen=1)
        copies.fifty("review_applications_withdraw_create", cast.hr, taken.pk, {"reason": "本人放弃"}, seen=2)


def a_score_is_sealed(copies: Copies, cast: Cast) -> None:
    """One sheet of one expert."""
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "scoring")
    with on(Day.REVIEW):
        body = {"round": review.round.pk, "number": 1, "marks": {"item-1": 80, "item-2": 40}}
        copies.fifty("score_sheets_create", review.member(review.seats()[0]), body=body, makes=ScoreSheet)
