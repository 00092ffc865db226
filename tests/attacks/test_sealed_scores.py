"""No score is to be had before the opening, by any door; a sealed one never changes; nobody opens early, and all open once."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.urls import get_resolver

from api.client_keys import issue_client_key
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.models import Membership, Role
from tests.api.doors import Door
from tests.api.test_openapi import operations
from tests.attacks.test_tenant_pages import PART
from tests.attacks.threads import at_once, database_refuses
from tests.conftest import FIRST_DAY, Cast, make_member
from tests.pages.clients import as_person
from tests.standing import standing
from tests.training.reviews import Day, Review, seal, set_review, take_review_to
from training.models import OpenedScore, PanelSeat, ReviewApplication, ScoreSheet
from training.services.panels import decline_seat
from training.services.review_minutes import minutes_pdf
from training.services.review_results import score_table
from training.services.score_sheets import OPENER, open_scores

ROOT = Path(__file__).resolve().parents[2]
#: marks and a total that stand nowhere else
MARKS: dict[str, int | None] = {"item-1": 77, "item-2": 47}
#: 77 × 60 % + 47/50 × 40 %
TOTAL = "83.80"


@standing
def sealed(cast: Cast) -> Review:
    """Every sheet but the very last is sealed, the first with marks that can be looked for."""
    review = take_review_to(set_review(cast, candidates=2, experts=4, size=3), "scoring")
    seal(review, review.seats()[0], 1, MARKS)
    seats = review.seats()
    for seat, number in ((seats[0], 2), (seats[1], 1), (seats[1], 2), (seats[2], 1)):
        seal(review, seat, number)
    return review


RESOURCES = {
    "review-rounds", "review-applications", "score-sheets", "opened-scores", "review-results", "review-grades", "audit-events",
    "experts", "rubric-versions", "panel-seats", "review-evidence", "review-objections", "grade-revocations",
}  # fmt: skip
GRADE = """
INSERT INTO training_reviewgrade (recorded_at, result_id, worker_id, trade, grade, valid_from)
SELECT CURRENT_TIMESTAMP, r.id, a.worker_id, '平车', '甲等', '2023-05-25'
FROM training_reviewresult r JOIN training_reviewapplication a ON a.id = r.application_id
"""
#: a sheet of a seat that has left, for a candidate it has none of
LATE = """
INSERT INTO training_scoresheet
    (recorded_at, reference, seat_id, application_id, sealed_marks, digest, sealed_on, recorded_by_id)
SELECT CURRENT_TIMESTAMP, 'r', s.id, a.id, 'k1:x', '', '2023-05-16', s.recorded_by_id
FROM training_panelseat s JOIN training_reviewapplication a ON a.round_id = s.round_id
WHERE s.status = 'declined'
"""


def everybody(review: Review) -> list[Membership]:
    """All of the cast, administrators, the experts themselves."""
    cast = review.cast
    staff = [getattr(cast, name) for name in vars(cast) if isinstance(getattr(cast, name), Membership)]
    more = [
        make_member(f"a-{role}", cast.bureau, role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.LOG_ADMIN)
    ]
    return [*staff, *more, *(review.member(seat) for seat in review.seats())]


def review_addresses(review: Review) -> list[str]:
    """Every address of pages about reviews, with this round's rows in it, and the log."""
    rows = {
        "expert_pk": review.experts[0].pk, "rubric_pk": review.round.rubric_version_id, "round_pk": review.round.pk,
        "application_pk": review.applications()[0].pk, "evidence_pk": review.applications()[0].evidence.get().pk,
        "seat_pk": review.seats()[0].pk, "score_pk": 1, "objection_pk": 1, "grade_pk": 1, "table": "scores",
        "review": review.round.reference, "number": 1, "place": 1,
        "application": review.applications()[0].reference, "reference": review.round.reference, "action": "decide",
    }  # fmt: skip
    found = ["/audit/", "/audit/?q=score", "/"]

    def walk(patterns: list[Any], before: str) -> None:
        for pattern in patterns:
            text = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, text)
            elif text.startswith(("/training/", "/m/reviews", "/m/expert", "/reviews")) and "<int:pk>" not in text:
                parts = {match[2] for match in PART.finditer(text)}
                if parts <= set(rows):
                    found.append(PART.sub(lambda match: str(rows[match[2]]), text))

    walk(get_resolver().url_patterns, "/")
    tabs = [
        f"/training/reviews/{review.round.pk}/?tab={tab}"
        for tab in ("applications", "panel", "scores", "results", "history")
    ]
    return [*found, *tabs]


def tells(content: str) -> bool:
    """Whether marks or total of the sheet looked for stand in an answer."""
    return TOTAL in content or (
        '"item-1": 77' in content or '"item-1":77' in content or ">77<" in content or 'value="77"' in content
    )


@pytest.mark.django_db
def test_no_page_shows_a_score_before_the_opening(sealed: Review) -> None:
    addresses = review_addresses(sealed)
    assert len(addresses) > 25
    seen = 0
    for member in everybody(sealed):
        client = as_person(member)
        for address in addresses:
            answer = client.get(address)
            seen += answer.status_code == 200
            if answer["Content-Type"].startswith("text/html"):
                assert not tells(answer.content.decode()), (member.role, address)
    assert seen > 100
    export = f"/training/reviews/{sealed.round.pk}/export/scores/"
    workbooks = [as_person(member).post(export).status_code for member in (sealed.cast.clerk, sealed.cast.auditor)]
    seal(sealed, sealed.seats()[2], 2)  # and now it does, to whoever may read it
    scores = f"/training/reviews/{sealed.round.pk}/?tab=scores"
    assert workbooks == [302] * len(workbooks)
    assert tells(as_person(sealed.cast.auditor).get(scores).content.decode())
    assert as_person(sealed.cast.hr).get(scores).status_code == 403


@pytest.mark.django_db
def test_no_operation_of_the_api_shows_a_score_before_the_opening(sealed: Review) -> None:
    for member in everybody(sealed):
        door = Door(member, issue_client_key(actor=member, name="k", day=FIRST_DAY)[1])
        for method, path, _ in operations():
            if method == "get" and path.split("/")[3] in RESOURCES:
                sheets = ScoreSheet.objects.values_list("pk", flat=True)[:1]
                for number in (sealed.round.pk, *sheets) if "{" in path else (0,):
                    address = "/".join(str(number) if part.startswith("{") else part for part in path.split("/")[3:])
                    answer = door.get(address)
                    assert not tells(answer.content.decode()) and b"sealed_marks" not in answer.content, (
                        member.role,
                        path,
                    )
                    if path.split("/")[3] == "opened-scores" and answer.status_code == 200:
                        assert answer.json()["results"] == []


@pytest.mark.django_db
def test_no_service_table_log_or_bundle_holds_a_score_before_the_opening(sealed: Review) -> None:
    for reader in (sealed.cast.clerk, sealed.cast.auditor, sealed.cast.approver_1):
        for ask in (score_table, minutes_pdf):
            more = {"day": Day.REVIEW} if ask is minutes_pdf else {}
            with pytest.raises(TransitionRefused, match="尚未开封"):
                ask(reader=reader, round_=sealed.round, **more)
    for model in apps.get_models():
        if model._meta.app_label in ("training", "foundation", "api", "park_workers"):
            for row in model._base_manager.values():
                plain = {name: value for name, value in row.items() if name not in ("items", "grades")}
                assert not tells(json.dumps(plain, default=str)) or model is ReviewApplication, model
    assert not OpenedScore.objects.exists()
    events = AuditEvent.objects.filter(code="score_sheet.sealed")
    assert events.count() == 5 and all(set(one.changes) == {"number", "digest"} for one in events)


def test_only_one_function_opens_a_sealed_sheet() -> None:
    """Who else wanted to read marks would have to call it, and stands here."""
    callers = []
    for folder in ("api", "pages", "subsidies", "training", "park_workers"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                names = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
                if "open_sealed_marks" in names:
                    callers.append(f"{path.name}:{function.name}")
    assert callers == ["score_sheets.py:_open_together"]


@pytest.mark.django_db
def test_a_sealed_score_cannot_be_changed_deleted_or_added_to(sealed: Review) -> None:
    sheet = ScoreSheet.objects.first()
    assert sheet is not None
    other = ScoreSheet.objects.exclude(pk=sheet.pk).first()
    assert other is not None
    database_refuses("score_sheet_frozen", "UPDATE training_scoresheet SET digest = 'x' WHERE id = %s", sheet.pk)
    moved = "UPDATE training_scoresheet SET sealed_marks = %s WHERE id = %s"
    database_refuses("score_sheet_frozen", moved, other.sealed_marks, sheet.pk)
    database_refuses("score_sheet_frozen", "DELETE FROM training_scoresheet WHERE id = %s", sheet.pk)
    with pytest.raises(TransitionRefused, match="已封存"):
        seal(sealed, sealed.seats()[0], 1, {"item-1": 100, "item-2": 50})
    assert ScoreSheet.objects.count() == 5


@pytest.mark.django_db
def test_marks_moved_to_another_sheet_do_not_open(sealed: Review) -> None:
    """Had somebody the database and no guard: the value is bound to its own sheet."""
    first, second = ScoreSheet.objects.order_by("pk")[:2]
    first.sealed_marks = second.sealed_marks
    with pytest.raises(Exception, match="密文与所属记录不符"):
        first.open_sealed_marks()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_nobody_opens_early_by_service_or_by_sql(sealed: Review) -> None:
    with pytest.raises(TransitionRefused, match="还有 1 份评分未封存"):
        open_scores(actor=OPENER, round_=sealed.round, day=Day.REVIEW)
    opening = "UPDATE training_reviewround SET status = 'opened', scores_opened_on = '2023-05-16' WHERE id = %s"
    database_refuses("opened_when_all_are_in", opening, sealed.round.pk)
    sheet = ScoreSheet.objects.first()
    plain = "INSERT INTO training_openedscore (sheet_id, marks, total, nonce, recorded_at) VALUES (%s, '{}', 1, '', CURRENT_TIMESTAMP)"
    database_refuses("scores_opened_together", plain, sheet.pk)  # type: ignore[union-attr]


@pytest.mark.django_db
def test_opened_scores_and_results_cannot_be_changed_either(cast: Cast) -> None:
    take_review_to(set_review(cast, candidates=1, experts=3, size=3), "decided")
    database_refuses("opened_score_frozen", "UPDATE training_openedscore SET total = 10000")
    database_refuses("review_result_frozen", "UPDATE training_reviewresult SET grade = '甲等'")
    database_refuses("panel_draw_frozen", "UPDATE training_paneldraw SET seed = 'x'")
    database_refuses("review_round_frozen", "UPDATE training_reviewround SET commitment = 'x'")
    database_refuses("rubric_frozen", "UPDATE training_rubricversion SET outlier_allowance = 1")
    database_refuses("graded_when_finished", GRADE)


@pytest.mark.django_db
def test_nobody_else_seals_in_an_experts_place(sealed: Review) -> None:
    seat, number = sealed.seats()[2], 2
    from training.services.score_sheets import seal_scores

    for member in everybody(sealed):
        if member.pk != seat.expert.membership_id:
            with pytest.raises(RuleViolation):
                seal_scores(actor=member, seat=seat, number=number, marks=MARKS, day=Day.REVIEW)
    declined = sealed.seats()[2]
    decline_seat(actor=sealed.cast.clerk, seat=declined, reason="生病", day=Day.REVIEW)
    with pytest.raises(RuleViolation):
        seal(sealed, declined, 2)
    database_refuses("sealed_by_the_panel", f"{LATE} AND a.blind_number = 2")


def test_twenty_taps_at_once_seal_one_sheet(committed_cast: Cast) -> None:
    review = take_review_to(set_review(committed_cast, candidates=1, experts=3, size=3), "scoring")
    seat = review.seats()[0]
    outcomes = at_once(
        lambda: seal(review, PanelSeat.objects.select_related("round", "expert").get(pk=seat.pk), 1) for _ in range(20)
    )
    assert (len(outcomes.done), ScoreSheet.objects.count()) == (1, 1)
    assert set(outcomes.codes) == {"ALREADY_SEALED"}


def test_the_last_two_sheets_at_once_open_all_of_them_once(committed_cast: Cast) -> None:
    """At READ COMMITTED each would see the other's sheet missing, if they did not take the round first."""
    review = take_review_to(set_review(committed_cast, candidates=1, experts=3, size=3), "scoring")
    first, second, third = review.seats()
    seal(review, first, 1)
    fresh = lambda pk: PanelSeat.objects.select_related("round", "expert").get(pk=pk)  # noqa: E731
    outcomes = at_once([lambda: seal(review, fresh(second.pk), 1), lambda: seal(review, fresh(third.pk), 1)])
    assert len(outcomes.done) == 2
    again = at_once(
        [lambda: open_scores(actor=OPENER, round_=type(review.round).objects.get(pk=review.round.pk), day=Day.REVIEW)]
        * 6
    )
    assert set(again.codes) == {"STATE_NOT_ALLOWED"} and not again.done
    review.round.refresh_from_db()
    assert (review.round.status, OpenedScore.objects.count()) == ("opened", 3)
    assert AuditEvent.objects.filter(code="review_round.open_scores").count() == 1
