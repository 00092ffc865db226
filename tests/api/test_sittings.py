"""Skill-level assessment over the API: lists are filtered, versions are quoted, every wrong field is named."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from tests.api.doors import Doors, fields_of, refused
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.foundation.test_pdf_judgement import paper
from tests.park_workers.numbers import id_number
from tests.training.sittings_stage import AFTER, HELD, TODAY, assessed, held, make_assessor, stated
from training.services.assessment_filings import begin_filing

pytestmark = pytest.mark.django_db
PLAN = {
    "trade": "裁剪工", "level": 5, "held_on": str(HELD), "session": "am", "place": "一号车间", "capacity": 30,
    "examiners": [{"name": "考评甲", "card_number": "K-001"}],
}  # fmt: skip


def test_a_plan_outside_scope_and_a_turned_level_are_named(cast: Cast, doors: Doors) -> None:
    assessor = make_assessor(cast)
    with on(TODAY):
        door = doors(cast.hr)
        answer = door.post("assessment-sittings/", PLAN | {"assessor": assessor.pk})
        assert fields_of(answer) == {"trade": "OUTSIDE_SCOPE"}
        made = door.post("assessment-sittings/", PLAN | {"assessor": assessor.pk, "trade": "缝纫工"})
        assert made.status_code == 201 and made["ETag"] == '"1"'
        found = made.json()
        refused(door.post(f"assessment-sittings/{found['id']}/file/", seen=7), 412, "VERSION_CHANGED")
        few = door.post(f"assessment-sittings/{found['id']}/file/", seen=1)
        refused(few, 422, "EXAMINERS_TOO_FEW")


def test_lists_are_searched_and_filtered(cast: Cast, doors: Doors) -> None:
    found = assessed(cast)
    door = doors(cast.clerk)
    names = {
        "assessors": "示例甲",
        "assessment-sittings": "一号车间",
        "sitting-results": "考生",
        "assessment-filings": "示例甲",
    }
    for resource, text in names.items():
        assert len(door.get(f"{resource}/", search=text).json()["results"]) == 1, resource
        assert door.get(f"{resource}/", search="没有这个").json()["results"] == []
    held_to = door.get("assessment-sittings/", held_to=str(TODAY)).json()["results"]
    assert held_to == [] and len(door.get("assessors/", valid_on=str(HELD)).json()["results"]) == 1
    one = door.get(f"sitting-results/{found.result.pk}/").json()
    assert one["worker"]["id_number"] == "441899********901X" or "****" in one["worker"]["id_number"]
    assert id_number(901) not in str(one)


def test_a_result_is_entered_and_corrected(cast: Cast, doors: Doors) -> None:
    sitting = held(cast, make_assessor(cast))
    with on(AFTER):
        door = doors(cast.hr)
        body = {
            "sitting": sitting.pk,
            "name": "考生甲",
            "id_number": id_number(901),
            "verdict": "合格",
            "theory_score": 80,
        }
        assert fields_of(door.post("sitting-results/", body)) == {"practice_score": "SCORE_MISSING"}
        made = door.post("sitting-results/", body | {"practice_score": 70}).json()
        right = {"verdict": "不合格", "theory_score": 80, "practice_score": 50, "reason": "复核"}
        after = door.post(f"sitting-results/{made['id']}/correct/", right)
        assert (after.status_code, after.json()["corrects"], after.json()["verdict"]) == (201, made["id"], "不合格")
    assert stated().verdict == "合格"


def test_the_figures_of_a_span_are_the_bureaus(cast: Cast, doors: Doors) -> None:
    assessed(cast)
    span = {"first": str(HELD), "last": str(AFTER)}
    found = doors(cast.auditor).get("assessment-sittings/figures/", **span).json()
    assert found["first"] == str(HELD) and found["whole"]["sittings"] + found["waiting"] == 1
    assert sum(row["assessed"] for row in found["by_level"]) == found["whole"]["assessed"]
    turned = doors(cast.clerk).get("assessment-sittings/figures/", first=str(AFTER), last=str(HELD))
    assert fields_of(turned) == {"first": "invalid"}
    refused(doors(cast.hr).get("assessment-sittings/figures/"), 403, "ROLE_NOT_ALLOWED")


def test_the_figures_of_a_span_are_taken_away_as_a_workbook_noted_in_the_log(cast: Cast, doors: Doors) -> None:
    assessed(cast)
    span = {"first": str(HELD), "last": str(AFTER)}
    book = doors(cast.auditor).get("assessment-sittings/figures-workbook/", **span)
    lines = [row[:2] for row in load_workbook(io.BytesIO(book.content)).active.values if any(row)]  # type: ignore[union-attr]
    header, *rows, total, mark = lines
    assert (header, total) == (("分类", "名称"), ("合计", f"{HELD} 至 {AFTER}")) and "内部资料" in str(mark[0])
    noted = AuditEvent.objects.get(code="list.exported").changes
    assert noted == {"list": "技能等级认定统计", "rows": len(rows) + 1, "from": str(HELD), "until": str(AFTER)}
    refused(doors(cast.hr).get("assessment-sittings/figures-workbook/"), 403, "ROLE_NOT_ALLOWED")


def test_material_of_a_filing_is_added_looked_at_and_removed(cast: Cast, doors: Doors) -> None:
    filing = begin_filing(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    with on(TODAY):
        firm, at = doors(cast.hr), f"assessment-filings/{filing.pk}/"
        form = {"kind": "评价制度", "file": SimpleUploadedFile("制度.pdf", paper())}
        headers = {"Authorization": f"Api-Key {firm.key}", "Idempotency-Key": "material-the-first"}
        made = firm.client.post(f"/api/v1/{at}add-material/", form, headers=headers)
        (one,) = made.json()["materials"]
        shown = firm.post(f"{at}reveal-material/", {"material": one["id"]}, key="")
        assert shown.content.startswith(b"%PDF") and shown["X-Content-Type-Options"] == "nosniff"
        assert doors(cast.hr_beta).post(f"{at}reveal-material/", {"material": one["id"]}, key="").status_code == 404
        assert firm.post(f"{at}reveal-material/", {"material": one["id"] + 1}, key="").status_code == 404
        assert firm.post(f"{at}remove-material/", {"material": one["id"]}).json()["materials"] == []
