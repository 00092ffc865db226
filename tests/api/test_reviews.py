"""A whole review over the API: what the desk does by forms, with the same rules, and refusals that name every bad field."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from park_workers.models import Role
from tests.api.doors import ROOT, Door, Doors, fields_of, refused
from tests.api.test_whole_batch import on
from tests.conftest import Cast, make_member
from tests.foundation.test_pdf_judgement import paper
from tests.park_workers.numbers import id_number
from tests.training.reviews import Day, Review, employee, expert, objected, picture, set_review, take_review_to
from training.models import Expert, ReviewEvidence, ReviewGrade, ReviewRound, ScoreSheet

pytestmark = pytest.mark.django_db
ITEM = {"label": "缝制质量", "max_marks": 100, "weight": 100}
RUBRIC: dict[str, Any] = {
    "trade": "平车", "items": [ITEM], "grades": [{"name": "甲等", "pass_line": "85.00"}], "outlier_allowance": "15.00",
}  # fmt: skip


def done(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def apply(door: Door, body: dict[str, Any], **files: bytes) -> Any:
    """Multipart, as a form with files."""
    named = {name: SimpleUploadedFile("材料", content) for name, content in files.items()}
    return door.client.post(f"{ROOT}review-applications/", body | named, headers=door._headers(None, None))


def drawn(cast: Cast, doors: Doors) -> str:
    """The address of a round whose panel is drawn, one of it replaced, with one candidate."""
    clerk, reviewer, hr = doors(cast.clerk), doors(cast.reviewer), doors(cast.hr)
    for order in range(301, 305):
        expert(cast, order)
    hire = employee(cast, 101)
    with on(Day.PLANNED):
        rubric = done(clerk.post("rubric-versions/", RUBRIC), 201)
        done(reviewer.post(f"rubric-versions/{rubric['id']}/publish/", seen=1))
        plan = {"rubric_version": rubric["id"], "title": "第一批", "apply_from": "2023-05-04", "apply_to": "2023-05-10",
                "review_day": "2023-05-16", "panel_size": 3}  # fmt: skip
        made = done(clerk.post("review-rounds/", plan), 201)
        round_ = f"review-rounds/{made['id']}/"
        opened = done(clerk.post(f"{round_}open/", seen=1))
        assert len(opened["commitment"]) == 64 and opened["seed"] == ""
        refused(clerk.post(f"{round_}open/", seen=1), 412, "VERSION_CHANGED")
        body = {"round": made["id"], "worker": hire.worker_id, "kind": "work", "kind_2": "award"}
        given = done(apply(hr, body, file=picture(), file_2=paper()), 201)
        assert [one["media"] for one in given["evidence"]] == ["picture", "pdf"]
        blind = [one["reference"] for one in given["evidence"]]
        done(clerk.post(f"review-applications/{given['id']}/accept/", {"blind": blind}, seen=1))
    with on(Day.CLOSED):
        done(clerk.post(f"{round_}close/", seen=2))
        drawn = done(clerk.post(f"{round_}draw/", seen=3))
        proof = done(clerk.get(f"{round_}proof/"))
        assert proof["seed"] == drawn["seed"] and len(proof["panel"]) == 3
        seat = clerk.get("panel-seats/", round=made["id"]).json()["results"][-1]
        fresh = done(clerk.post(f"panel-seats/{seat['id']}/decline/", {"reason": "出差"}, seen=1))
        assert (fresh["replaces"], fresh["place"]) == (seat["id"], 4)
    return round_


def test_a_round_goes_from_the_rubric_to_the_revoked_grade_over_the_api(cast: Cast, doors: Doors) -> None:
    clerk, reviewer, hr = doors(cast.clerk), doors(cast.reviewer), doors(cast.hr)
    round_ = drawn(cast, doors)
    scored_by_each(ReviewRound.objects.get(), round_, doors, clerk)
    refused(hr.get(f"{round_}scores/"), 403, "ROLE_NOT_ALLOWED")
    with on(Day.REVIEW):
        (row,) = clerk.get(f"{round_}scores/").json()["rows"]
        (odd,) = (mark for mark in row["marks"] if mark["is_outlier"])
        refused(reviewer.post(f"{round_}decide/", seen=6), 422, "OUTLIERS_OPEN")
        done(clerk.post(f"opened-scores/{odd['score']}/note/", {"note": "维持"}))
        done(reviewer.post(f"{round_}decide/", seen=6))
        assert clerk.get(f"{round_}minutes/").content.startswith(b"%PDF")
        for table, words in (("results", {"1", "候选一"}), ("scores", {"1", "维持"})):
            book = clerk.get(f"{round_}{table}-workbook/")
            cells = [str(cell.value) for row in load_workbook(io.BytesIO(book.content)).active for cell in row]  # type: ignore[union-attr]
            assert words <= set(cells) and any("导出，内部资料" in cell for cell in cells)
        refused(hr.get(f"{round_}results-workbook/"), 403, "ROLE_NOT_ALLOWED")
    with on(Day.NOTICED):
        noticed = done(clerk.post(f"{round_}publish/", seen=7))
        assert noticed["notice_last_day"] == str(Day.LAST)
        objection = objected(Review(cast, ReviewRound.objects.get()))
        verdict = {"is_upheld": False, "note": "不成立"}
        done(reviewer.post(f"review-objections/{objection.pk}/decide/", verdict, seen=1))
        contact = reviewer.post(f"review-objections/{objection.pk}/reveal-contact/", key="")
        assert done(contact)["contact"] == "13800005678"
    with on(Day.FINISHED):
        done(clerk.post(f"{round_}finish/", seen=8))
        grade = ReviewGrade.objects.get()
        asked = done(clerk.post(f"review-grades/{grade.pk}/revoke/", {"cause": "forged", "reason": "他人作品"}), 201)
        done(reviewer.post(f"grade-revocations/{asked['id']}/confirm/", seen=1))
        assert done(hr.get(f"review-grades/{grade.pk}/"))["revoked_on"] == str(Day.FINISHED)
        assert hr.get("review-grades/", is_revoked="false").json()["results"] == []


def scored_by_each(round_: ReviewRound, address: str, doors: Doors, clerk: Door) -> None:
    """Each expert looks at the candidates by number and seals; before the last one nobody reads a score."""
    with on(Day.REVIEW):
        done(clerk.post(f"{address}start/", seen=4))
        for n, seat in enumerate(round_.seats.filter(status="seated").order_by("place")):
            refused(clerk.get(f"{address}scores/"), 409, "SCORES_SEALED")
            refused(clerk.get(f"{address}minutes/"), 409, "SCORES_SEALED")
            refused(clerk.get(f"{address}scores-workbook/"), 409, "SCORES_SEALED")
            own = doors(seat.expert.membership)
            (one,) = own.get(f"{address}candidates/").json()["candidates"]
            assert (one["number"], one["digest"], len(one["evidence"])) == (1, "", 2)
            shown = own.get(f"review-evidence/{one['evidence'][1]['reference']}/content/")
            assert shown.content.startswith(b"%PDF") and shown["X-Content-Type-Options"] == "nosniff"
            assert own.get("rubric-versions/").json()["results"][0]["items"][0]["key"] == "item-1"
            body = {"round": round_.pk, "number": 1, "marks": {"item-1": 20 if n == 0 else 90}}
            sheet = done(own.post("score-sheets/", body), 201)
            assert own.get(f"{address}candidates/").json()["candidates"][0]["digest"] == sheet["digest"]
    assert ScoreSheet.objects.count() == 3


def test_every_bad_field_of_a_body_is_named_at_once(cast: Cast, doors: Doors) -> None:
    clerk = doors(cast.clerk)
    rubric = set_review(cast, candidates=0, experts=0).round.rubric_version_id
    bad = {"trade": "平车", "items": [ITEM | {"weight": 60}], "grades": [], "outlier_allowance": "0.00"}
    answer = clerk.post("rubric-versions/", bad)
    assert fields_of(answer) == {
        "outlier_allowance": "ALLOWANCE_OUT_OF_RANGE",
        "items": "WEIGHTS_NOT_100",
        "grades": "GRADES_MISSING",
    }
    answer = clerk.post("rubric-versions/", RUBRIC | {"outlier_allowance": "15", "nonsense": 1})
    assert fields_of(answer) == {"outlier_allowance": "POINTS_INVALID", "nonsense": "UNKNOWN_FIELD"}
    plan = {"rubric_version": rubric, "title": " ", "apply_from": "2023-05-04", "apply_to": "2023-05-01", "review_day": "2023-05-01",
            "panel_size": 2, "notice_days": 90}  # fmt: skip
    assert fields_of(clerk.post("review-rounds/", plan)) == {"title": "blank"}
    assert fields_of(clerk.post("review-rounds/", plan | {"title": "第一批"})) == {
        "apply_to": "DAYS_OUT_OF_ORDER", "review_day": "DAYS_OUT_OF_ORDER", "panel_size": "PANEL_SIZE", "notice_days": "NOTICE_DAYS",
    }  # fmt: skip


def test_the_pool_is_kept_over_the_api_by_two_persons(cast: Cast, doors: Doors) -> None:
    clerk, other = doors(cast.clerk), doors(cast.clerk_2)
    account = make_member("expert-401", cast.bureau, Role.EXPERT)
    entry = {"membership": account.pk, "id_number": id_number(401), "trades": ["平车"], "available_from": "2023-01-01"}
    assert set(fields_of(clerk.post("experts/", {"trades": []}))) == {
        "membership",
        "id_number",
        "trades",
        "available_from",
    }
    refused(doors(cast.hr).post("experts/", entry), 403, "ROLE_NOT_ALLOWED")
    made = done(clerk.post("experts/", entry), 201)
    refused(clerk.post(f"experts/{made['id']}/confirm/", seen=1), 403, "SECOND_PERSON_NEEDED")
    done(other.post(f"experts/{made['id']}/confirm/", seen=1))
    tie = {"kind": "employer", "starts_on": "2020-01-01", "ends_on": "2019-01-01"}
    assert fields_of(clerk.post(f"experts/{made['id']}/add-tie/", tie, seen=2)) == {
        "organisation": "ORGANISATION_MISSING", "ends_on": "SPAN_REVERSED",
    }  # fmt: skip
    own = doors(account)
    with on(Day.PLANNED):
        away = {"starts_on": "2023-06-01", "ends_on": "2023-06-09"}
        refused(clerk.post(f"experts/{made['id']}/add-absence/", away), 403, "ROLE_NOT_ALLOWED")
        found = done(own.post(f"experts/{made['id']}/add-absence/", away))
        (absence,) = found["absences"]
        done(own.post(f"experts/{made['id']}/withdraw-absence/", {"absence": absence["reference"]}))
        answer = own.post(f"experts/{made['id']}/add-absence/", {"starts_on": "2023-05-01", "ends_on": "2023-04-01"})
        assert fields_of(answer) == {"ends_on": "SPAN_REVERSED", "starts_on": "DATE_IN_PAST"}
    refused(own.post(f"experts/{made['id']}/retire/", {"reason": "x"}, seen=2), 403, "ROLE_NOT_ALLOWED")
    assert own.get("experts/").json()["results"][0]["id"] == made["id"] and Expert.objects.count() == 1


def test_an_expert_finds_nothing_but_the_own_cleared_candidates(cast: Cast, doors: Doors) -> None:
    review = set_review(cast, candidates=1, experts=4, size=3)
    take_review_to(review, "drawn")
    ReviewEvidence.objects.update(is_blind=False)
    seated, reserve = review.member(review.seats()[0]), review.round.draw.order[3]
    outside = Expert.objects.get(reference=reserve).membership
    evidence = ReviewEvidence.objects.get()
    assert doors(seated).get(f"review-evidence/{evidence.reference}/content/").status_code == 404
    ReviewEvidence.objects.update(is_blind=True)
    assert doors(seated).get(f"review-evidence/{evidence.reference}/content/").status_code == 200
    for path in (f"review-evidence/{evidence.reference}/", f"review-rounds/{review.round.pk}/candidates/"):
        assert doors(outside).get(path).status_code == 404
    for path in ("panel-seats/", "review-evidence/", "rubric-versions/", "review-applications/"):
        assert doors(outside).get(path).json()["results"] == []
    assert len(doors(seated).get("panel-seats/").json()["results"]) == 1
