"""Operations of the technical review, each in fifty copies."""

from __future__ import annotations

from typing import Any

from park_workers.models import Role
from tests.api.test_whole_batch import on
from tests.attacks.fifty import Copies
from tests.conftest import Cast, make_member
from tests.park_workers.numbers import id_number
from tests.training.reviews import Day, apply, employee, objected, picture, seal, set_review, take_review_to
from training.models import (
    Expert,
    ExpertAbsence,
    ExpertAvailability,
    ExpertTie,
    GradeRevocation,
    OpenedScore,
    PanelSeat,
    ReviewApplication,
    ReviewGrade,
    ReviewNotice,
    ReviewRound,
    RubricVersion,
    ScoreSheet,
)
from training.services.grade_revocations import propose_grade_revocation
from training.services.review_applications import accept_application

APPLICATIONS = (
    "review_applications_create", "review_applications_accept_create", "review_applications_refuse_create",
    "review_applications_withdraw_create",
)  # fmt: skip
SHEETS = ("score_sheets_create",)
POOL = (
    "experts_create", "experts_confirm_create", "experts_change_trades_create", "experts_add_tie_create", "experts_end_tie_create",
    "experts_add_availability_create", "experts_add_absence_create", "experts_withdraw_absence_create", "experts_retire_create",
    "rubric_versions_create", "rubric_versions_publish_create", "rubric_versions_retire_create",
)  # fmt: skip
ROUNDS = (
    "review_rounds_create", "review_rounds_open_create", "review_rounds_cancel_create", "review_rounds_close_create",
    "review_rounds_draw_create", "panel_seats_decline_create", "review_rounds_start_create", "opened_scores_note_create",
    "review_rounds_decide_create",
)  # fmt: skip
GRADES = (
    "review_rounds_publish_create", "review_objections_decide_create", "review_rounds_finish_create", "review_grades_revoke_create",
    "grade_revocations_withdraw_create", "grade_revocations_refuse_create", "grade_revocations_confirm_create",
)  # fmt: skip
RUBRIC: dict[str, Any] = {
    "trade": "裁床", "items": [{"label": "裁片质量", "max_marks": 100, "weight": 100}],
    "grades": [{"name": "甲等", "pass_line": "85.00"}], "outlier_allowance": "15.00",
}  # fmt: skip


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


def the_pool_is_kept(copies: Copies, cast: Cast) -> None:
    """An expert comes, changes, is away, comes after all, goes; a rubric is drafted, published, retired."""
    account = make_member("expert-401", cast.bureau, Role.EXPERT)
    entry = {"membership": account.pk, "id_number": id_number(401), "trades": ["平车"], "available_from": "2023-01-01"}
    with on(Day.PLANNED):
        expert = copies.fifty("experts_create", cast.clerk, body=entry, makes=Expert)["id"]
        copies.fifty("experts_confirm_create", cast.clerk_2, expert, seen=1)
        copies.fifty("experts_change_trades_create", cast.clerk, expert, {"trades": ["裁床"]}, seen=2)
        tie = {"kind": "employer", "organisation": cast.beta.pk, "starts_on": "2020-01-01"}
        copies.fifty("experts_add_tie_create", cast.clerk, expert, tie, seen=3, makes=ExpertTie)
        over = {"tie": ExpertTie.objects.get().pk, "ends_on": "2022-01-01"}
        copies.fifty("experts_end_tie_create", cast.clerk, expert, over, seen=3)
        span = {"starts_on": "2023-03-01"}
        copies.fifty("experts_add_availability_create", cast.clerk, expert, span, seen=3, makes=ExpertAvailability)
        away = {"starts_on": "2023-06-01", "ends_on": "2023-06-09"}
        copies.fifty("experts_add_absence_create", account, expert, away, makes=ExpertAbsence)
        back = {"absence": ExpertAbsence.objects.get().reference}
        copies.fifty("experts_withdraw_absence_create", account, expert, back)
        copies.fifty("experts_retire_create", cast.clerk, expert, {"reason": "退休"}, seen=3)
        drafted = copies.fifty("rubric_versions_create", cast.clerk, body=RUBRIC, makes=RubricVersion)["id"]
        copies.fifty("rubric_versions_publish_create", cast.reviewer, drafted, seen=1)
        copies.fifty("rubric_versions_retire_create", cast.reviewer, drafted, seen=2)


def a_round_is_held(copies: Copies, cast: Cast) -> None:
    """From the plan to the decided results, with one who declines and one whose marks are far from the others'."""
    review = set_review(cast, candidates=1, experts=4, size=3)
    pk, clerk = review.round.pk, cast.clerk
    plan = {"rubric_version": review.round.rubric_version_id, "title": "第二批", "apply_from": "2023-05-04",
            "apply_to": "2023-05-10", "review_day": "2023-05-16", "panel_size": 3}  # fmt: skip
    with on(Day.PLANNED):
        other = copies.fifty("review_rounds_create", clerk, body=plan, makes=ReviewRound)["id"]
        copies.fifty("review_rounds_cancel_create", clerk, other, {"reason": "合并办理"}, seen=1)
        copies.fifty("review_rounds_open_create", clerk, pk, seen=1)
        review.round.refresh_from_db()
        accept_application(actor=clerk, application=apply(review, review.hires[0]), blind=[], day=Day.PLANNED)
    with on(Day.CLOSED):
        copies.fifty("review_rounds_close_create", clerk, pk, seen=2)
        copies.fifty("review_rounds_draw_create", clerk, pk, seen=3)
        seat = PanelSeat.objects.order_by("place").first()
        copies.fifty("panel_seats_decline_create", clerk, seat.pk, {"reason": "出差"}, seen=1, makes=PanelSeat)  # type: ignore[union-attr]
    with on(Day.REVIEW):
        copies.fifty("review_rounds_start_create", clerk, pk, seen=4)
        review.round.refresh_from_db()
        for seat, marks in zip(review.seats(), (10, 90, 90), strict=True):
            seal(review, seat, 1, {"item-1": marks, "item-2": marks // 2})
        odd = OpenedScore.objects.order_by("total").first()
        copies.fifty("opened_scores_note_create", clerk, odd.pk, {"note": "已讨论，维持"})  # type: ignore[union-attr]
        copies.fifty("review_rounds_decide_create", cast.reviewer, pk, seen=6)


def a_grade_is_given_and_revoked(copies: Copies, cast: Cast) -> None:
    """The notice, an objection to it, the grades, and one of them revoked by two persons."""
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "decided")
    pk, seen = review.round.pk, review.round.version
    with on(Day.NOTICED):
        copies.fifty("review_rounds_publish_create", cast.clerk, pk, seen=seen, makes=ReviewNotice)
        review.round.refresh_from_db()
        verdict = {"is_upheld": False, "note": "不成立"}
        copies.fifty("review_objections_decide_create", cast.reviewer, objected(review).pk, verdict, seen=1)
    with on(Day.FINISHED):
        copies.fifty("review_rounds_finish_create", cast.clerk, pk, seen=seen + 1, makes=ReviewGrade)
        grade, why = ReviewGrade.objects.get(), {"cause": "forged", "reason": "照片为他人作品"}
        asked = copies.fifty("review_grades_revoke_create", cast.clerk, grade.pk, why, makes=GradeRevocation)["id"]
        copies.fifty("grade_revocations_withdraw_create", cast.clerk, asked, seen=1)
        for verb, body in (("refuse", {"reason": "证据不足"}), ("confirm", {})):
            again = propose_grade_revocation(actor=cast.clerk, grade=grade, day=Day.FINISHED, **why)
            copies.fifty(f"grade_revocations_{verb}_create", cast.reviewer, again.pk, body, seen=1)
