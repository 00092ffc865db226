"""A review from the call to the grades: each step by its rule, worked examples of the arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import FieldsInvalid
from tests.conftest import Cast
from tests.standing import standing
from tests.training.reviews import (
    GRADES,
    ITEMS,
    Day,
    Review,
    apply,
    employee,
    expert,
    publish,
    seal,
    seal_all,
    set_review,
    take_review_to,
)
from training import panel_draw
from training.models import OpenedScore, PanelSeat, ReviewGrade, ReviewResult, ScoreSheet
from training.panel_scores import RubricTerms, grade_of, mean_of, median_of, total_of
from training.services.experts import add_tie, change_trades, confirm_expert, end_tie
from training.services.panels import decline_seat, pool_of, proof_of
from training.services.review_applications import withdraw_application
from training.services.review_notices import decide_review_objection, finish_due_rounds, object_to_result
from training.services.review_results import decide_round, note_outlier, score_table
from training.services.review_rounds import CLOCK, cancel_round, close_due_rounds
from training.services.rubrics import draft_rubric_version, publish_rubric
from training.services.score_sheets import candidates_of, receipt_of

pytestmark = pytest.mark.django_db


@standing
def review(cast: Cast) -> Review:
    """A planned round with a pool of seven and two candidates."""
    return set_review(cast)


def refused(code: str, kind: type[RuleViolation] = RuleViolation) -> object:
    return pytest.raises(kind, check=lambda error: error.code == code)


def test_totals_means_and_grades_by_hand() -> None:
    items = tuple(item | {"key": f"item-{n}"} for n, item in enumerate(ITEMS, start=1))
    terms = RubricTerms(items, GRADES, "trimmed", 1_500)
    # 85/100 × 60 % + 41/50 × 40 % = 51.00 + 32.80
    assert total_of({"item-1": 85, "item-2": 41}, terms) == 8_380
    assert total_of({"item-1": 100, "item-2": 50}, terms) == 10_000
    thirds = RubricTerms(({"key": "a", "max_marks": 3, "weight": 100},), GRADES, "plain", 1_500)
    assert [total_of({"a": n}, thirds) for n in range(4)] == [0, 3_333, 6_667, 10_000]
    assert mean_of([8_000, 9_000, 8_501], "plain") == 8_500 and mean_of([1, 2], "plain") == 2  # 1.5 up
    assert mean_of([1_000, 8_000, 8_200, 8_400, 10_000], "trimmed") == 8_200
    assert median_of([1, 9, 5]) == 5 and median_of([1, 2, 8, 9]) == 5
    assert [grade_of(total, GRADES) for total in (8_500, 8_499, 7_000, 6_999)] == ["甲等", "乙等", "乙等", ""]


def test_weights_that_do_not_make_a_hundred_are_no_rubric(cast: Cast) -> None:
    with pytest.raises(FieldsInvalid) as wrong:
        publish(cast, items=[ITEMS[0]], mean_kind="", grades=[])
    codes = [problem.code for problem in wrong.value.problems]
    assert codes == ["MEAN_UNKNOWN", "WEIGHTS_NOT_100", "GRADES_MISSING"]


def test_a_rubric_is_published_by_another_person_and_retires_the_one_before(cast: Cast) -> None:
    first, second = publish(cast), publish(cast, mean_kind="plain")
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == ("retired", "published", 2)
    terms = {"items": ITEMS, "grades": GRADES, "mean_kind": "plain", "outlier_allowance": 1_000, "basis": ""}
    draft = draft_rubric_version(actor=cast.clerk, trade="裁床", day=Day.PLANNED, **terms)  # type: ignore[arg-type]
    with refused("ROLE_NOT_ALLOWED", PermissionRefused):
        publish_rubric(actor=cast.clerk, version=draft, day=Day.PLANNED)


def test_an_expert_is_confirmed_by_another_and_every_change_waits_again(cast: Cast) -> None:
    one = expert(cast, 301, confirm=False)
    with refused("SECOND_PERSON_NEEDED", PermissionRefused):
        confirm_expert(actor=cast.clerk, expert=one, day=Day.PLANNED)
    confirm_expert(actor=cast.clerk_2, expert=one, day=Day.PLANNED)
    change_trades(actor=cast.clerk_2, expert=one, trades=["裁床"], title="", day=Day.PLANNED)
    assert (one.status, one.confirmed_by, one.proposed_by) == ("proposed", None, cast.clerk_2.user)
    with refused("SECOND_PERSON_NEEDED", PermissionRefused):
        confirm_expert(actor=cast.clerk_2, expert=one, day=Day.PLANNED)


def test_ties_of_the_pool_the_register_and_the_own_accounts_keep_an_expert_away(review: Review) -> None:
    cast, (by_tie, by_work, household, yet, *_) = review.cast, review.experts

    def tie(who: object, **more: object) -> object:
        return add_tie(actor=cast.clerk, expert=who, note="", starts_on=date(2020, 1, 1), day=Day.PLANNED, **more)  # type: ignore[arg-type]

    tie(by_tie, kind="employer", organisation=cast.alpha.organisation, id_number="", ends_on=date(2022, 12, 31))
    employee(cast, 302, cast.alpha)  # the second expert once sewed at alpha
    from tests.park_workers.numbers import id_number

    tie(household, kind="household", organisation=None, id_number=id_number(101), ends_on=None)
    tie(yet, kind="interest", organisation=cast.beta.organisation, id_number="", ends_on=None)  # no candidate's firm
    for one in review.experts:
        one.refresh_from_db()
        if one.status == "proposed":
            confirm_expert(actor=cast.clerk_2, expert=one, day=Day.PLANNED)
    take_review_to(review, "closed")
    document = pool_of(review.round)
    refusals = {row["reference"]: panel_draw.refusals_of(row, document) for row in document["experts"]}
    assert [refusals[one.reference] for one in (by_tie, by_work, household, yet)] == [("TIED",)] * 3 + [()]
    with refused("TOO_FEW_EXPERTS"):
        take_review_to(review, "drawn")


def test_a_tie_that_is_over_waits_for_a_second_person(review: Review) -> None:
    one, cast = review.experts[0], review.cast
    tie = add_tie(
        actor=cast.clerk, expert=one, kind="employer", organisation=cast.alpha.organisation, id_number="", note="",
        starts_on=date(2020, 1, 1), ends_on=None, day=Day.PLANNED,
    )  # fmt: skip
    end_tie(actor=cast.clerk, tie=tie, ends_on=date(2021, 1, 1), day=Day.PLANNED)
    one.refresh_from_db()
    assert one.status == "proposed"


def test_the_seed_is_committed_at_the_opening_and_proves_the_panel(review: Review) -> None:
    take_review_to(review, "open")
    committed = review.round.commitment
    assert len(committed) == 64 and review.round.seed.startswith("k")  # sealed
    take_review_to(review, "drawn")
    proof = proof_of(review.round)
    assert proof["commitment"] == committed and panel_draw.differences(proof) == []
    assert [seat.expert.reference for seat in review.seats()] == proof["panel"]
    names = [one.name for one in review.experts]
    assert not any(name in str(proof) for name in names)


def test_whoever_declines_is_followed_by_the_next_of_the_order(review: Review) -> None:
    take_review_to(review, "drawn")
    first, order = review.seats()[0], review.round.draw.order
    fresh = decline_seat(actor=review.member(first), seat=first, reason="出差", day=Day.CLOSED)
    assert (fresh.place, fresh.expert.reference, fresh.replaces) == (6, order[5], first)
    again = decline_seat(actor=review.cast.clerk, seat=fresh, reason="生病", day=Day.CLOSED)
    assert again.expert.reference == order[6]
    with refused("NO_REPLACEMENT"):
        decline_seat(actor=review.cast.clerk, seat=again, reason="生病", day=Day.CLOSED)
    assert PanelSeat.objects.filter(status="seated").count() == 5


def test_an_application_is_taken_in_time_for_the_own_people_and_once(review: Review) -> None:
    take_review_to(review, "open")
    first = apply(review, review.hires[0], "key-1")
    assert apply(review, review.hires[0], "key-1") == first
    with refused("ALREADY_APPLIED"):
        apply(review, review.hires[0], "key-2")
    with refused("NOT_EMPLOYED_HERE"):
        apply(review, employee(review.cast, 191, review.cast.beta))
    kept = first.evidence.get().picture
    assert kept.read()[:3] == b"\xff\xd8\xff" and b"\xff\xd8\xff" not in kept.path.read_bytes()[:40]
    withdraw_application(actor=review.cast.hr, application=first, reason="本人放弃", day=Day.PLANNED)
    assert apply(review, review.hires[0], "key-3") != first


def test_applications_close_by_the_clock_and_a_waiting_one_stops_the_draw(review: Review) -> None:
    take_review_to(review, "open")
    apply(review, review.hires[0])
    assert close_due_rounds(actor=CLOCK, day=Day.APPLY_TO) == 0
    assert close_due_rounds(actor=CLOCK, day=Day.CLOSED) == 1 == 1 + close_due_rounds(actor=CLOCK, day=Day.CLOSED)
    review.round.refresh_from_db()
    with refused("APPLICATIONS_WAIT"):
        take_review_to(review, "drawn")


def test_an_expert_sees_a_number_and_cleared_pictures_only(review: Review) -> None:
    take_review_to(review, "scoring")
    found = candidates_of(seat=review.seats()[0])
    assert [one.number for one in found] == [1, 2]
    assert all(len(one.pictures) == 1 and one.sheet is None for one in found)


def test_scores_are_opened_by_themselves_with_the_last_sheet_and_the_receipts_hold(review: Review) -> None:
    take_review_to(review, "scoring")
    seal_all(review, but_last=True)
    assert (review.round.status, OpenedScore.objects.count()) == ("scoring", 0)
    with refused("SCORES_SEALED", TransitionRefused):
        score_table(reader=review.cast.clerk, round_=review.round)
    last = review.seats()[-1]
    seal(review, last, 2)
    review.round.refresh_from_db()
    assert (review.round.status, OpenedScore.objects.count()) == ("opened", 10)
    for score in OpenedScore.objects.select_related("sheet__application"):
        number, sheet = score.sheet.application.blind_number, score.sheet
        told = receipt_of(reference=sheet.reference, number=number or 0, marks=score.marks, nonce=score.nonce)
        assert told == sheet.digest
    with refused("ALREADY_SEALED", TransitionRefused):
        seal(review, last, 2)


def test_marks_out_of_range_or_missing_are_named(review: Review) -> None:
    take_review_to(review, "scoring")
    for marks in (
        {"item-1": 101, "item-2": 1},
        {"item-1": 1},
        {"item-1": True, "item-2": 1},
        {"item-1": -1, "item-2": 1},
    ):
        with refused("MARKS_INVALID"):
            seal(review, review.seats()[0], 1, marks)  # type: ignore[arg-type]
    assert not ScoreSheet.objects.exists()


def test_an_outlier_needs_its_note_and_its_marks_stay(review: Review) -> None:
    take_review_to(review, "scoring")
    odd = review.seats()[0]
    seal(review, odd, 1, {"item-1": 10, "item-2": 10})
    for seat in review.seats():
        for number in (1, 2):
            if not ScoreSheet.objects.filter(seat=seat, application__blind_number=number).exists():
                seal(review, seat, number, {"item-1": 90, "item-2": 45})
    review.round.refresh_from_db()
    with refused("OUTLIERS_OPEN"):
        decide_round(actor=review.cast.reviewer, round_=review.round, day=Day.REVIEW)
    first, second = score_table(reader=review.cast.auditor, round_=review.round)
    assert [mark.is_outlier for mark in first.marks] == [True, False, False, False, False]
    with refused("NOT_AN_OUTLIER"):
        note_outlier(actor=review.cast.clerk, score=second.marks[0].score, note="无", day=Day.REVIEW)
    note_outlier(
        actor=review.cast.clerk, score=first.marks[0].score, note="该评委认为线迹不齐，维持评分", day=Day.REVIEW
    )
    with refused("ALREADY_NOTED"):
        note_outlier(actor=review.cast.clerk, score=first.marks[0].score, note="再记", day=Day.REVIEW)
    results = decide_round(actor=review.cast.reviewer, round_=review.round, day=Day.REVIEW)
    assert [(one.total, one.grade) for one in results] == [(9_000, "甲等"), (9_000, "甲等")]


def test_grades_are_given_after_the_term_but_not_where_an_objection_was_upheld(review: Review) -> None:
    take_review_to(review, "in_notice")
    notice = review.round.notice
    assert notice.last_day == Day.LAST and len(notice.counted_days) == 5
    said = {"objector_name": "李四", "contact": "13800005678", "text": "非本人作品"}
    objection = object_to_result(actor=CLOCK, notice=notice, number=1, day=Day.LAST, **said)
    assert object_to_result(actor=CLOCK, notice=notice, number=1, day=Day.LAST, **said) == objection
    assert finish_due_rounds(actor=CLOCK, day=Day.FINISHED) == 0
    decide_review_objection(
        actor=review.cast.reviewer, objection=objection, is_upheld=True, note="属实", day=Day.FINISHED
    )
    assert finish_due_rounds(actor=CLOCK, day=Day.LAST) == 0
    assert finish_due_rounds(actor=CLOCK, day=Day.FINISHED) == 1
    given = ReviewGrade.objects.get()
    assert given.result.application.blind_number == 2 and given.valid_from == Day.FINISHED
    assert ReviewResult.objects.count() == 2
    with refused("NOT_IN_TERM", TransitionRefused):
        object_to_result(actor=CLOCK, notice=notice, number=2, day=Day.FINISHED, **said)


def test_a_drawn_round_is_broken_off_by_an_approver_only(review: Review) -> None:
    take_review_to(review, "scoring")
    with refused("ROLE_NOT_ALLOWED", PermissionRefused):
        cancel_round(actor=review.cast.clerk, round_=review.round, reason="评委不足", day=Day.REVIEW)
    cancel_round(actor=review.cast.approver_1, round_=review.round, reason="评委不足", day=Day.REVIEW)
    assert review.round.status == "cancelled"
