"""Pages of skill-level assessment: what is typed is kept, figures lead to their rows, nobody sees another's."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Membership
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.numbers import id_number
from tests.training.sittings_stage import (
    AFTER,
    HELD,
    TODAY,
    assessed,
    confirmed,
    held,
    make_assessor,
    number_of,
    planned,
)
from training.models import AssessmentSitting, AssessorOrganisation, SittingResult

pytestmark = pytest.mark.django_db
LIST, FIGURES = "/training/sittings/", "/training/sittings/figures/"
SPAN = f"?first={HELD}&last={HELD}"
FORM = {
    "trade": "缝纫工", "level": "5", "held_on": str(HELD), "session": "am", "place": "一号车间", "capacity": "30", "key": "k1",
    "examiner_name": ["考评甲", "考评乙", ""], "examiner_card": ["K-001", "K-002", ""], "examiner_duty": ["both", "both", "both"],
}  # fmt: skip


def post(member: Membership, address: str, typed: dict[str, object]) -> object:
    return as_person(member).post(address, typed)


def test_a_sitting_is_planned_by_form_once_and_wrong_fields_are_named_together(cast: Cast) -> None:
    assessor = make_assessor(cast)
    with on(TODAY):
        wrong = FORM | {"trade": "裁剪工", "place": "", "capacity": "很多", "held_on": "2026-13-01"}
        answer = as_person(cast.hr).post(f"{LIST}new/", wrong)
        page = answer.content.decode()
        assert answer.status_code == 422 and "请填写计划人数" in page and 'value="K-001"' in page and "裁剪工" in page
        answer = as_person(cast.hr).post(f"{LIST}new/", FORM | {"trade": "裁剪工", "place": ""})
        assert "不在备案范围内" in answer.content.decode() and "没有填写地点" in answer.content.decode()
        for _ in range(2):
            assert as_person(cast.hr).post(f"{LIST}new/", FORM).status_code == 302
    found = AssessmentSitting.objects.get()
    assert (found.assessor, found.examiners.count()) == (assessor, 2)  # type: ignore[attr-defined]


def test_a_result_is_entered_by_form_and_a_number_is_never_sent_back(cast: Cast) -> None:
    sitting = held(cast, make_assessor(cast))
    address = f"{LIST}{sitting.reference}/results/new/"
    typed = {
        "name": "考生甲", "id_number": id_number(901), "verdict": "合格", "theory_score": "80", "practice_score": "50",
        "certificate_number": number_of(1), "issued_on": str(AFTER),
    }  # fmt: skip
    with on(AFTER):
        refused = as_person(cast.hr).post(address, typed)
        page = refused.content.decode()
        assert (
            refused.status_code == 422 and "低于 60 分" in page and number_of(1) in page and id_number(901) not in page
        )
        assert as_person(cast.hr).post(address, typed | {"practice_score": "85"}).status_code == 302
        result = SittingResult.objects.get()
        change = f"{LIST}{sitting.reference}/results/{result.pk}/correct/"
        fields = {**typed, "practice_score": "90", "phrase": "复核后更正"}
        assert as_person(cast.hr).post(change, fields).status_code == 302
    assert SittingResult.objects.current().get().practice_score == 90


def test_figures_lead_to_their_sittings_and_go_into_a_workbook_with_a_mark(cast: Cast) -> None:
    confirmed(cast, make_assessor(cast))
    page = text_of(cast.clerk, FIGURES + SPAN)
    assert "五级（初级工）" in page and f"state=confirmed&amp;first={HELD}" in page
    with on(AFTER):
        answer = as_person(cast.reviewer).post(f"{FIGURES}export/{SPAN}")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][:7] == ("按级别", "五级（初级工）", 1, 3, 2, "66.7%", 2)
    assert any("导出，内部资料" in str(row[0]) for row in rows)
    assert AuditEvent.objects.filter(code="list.exported").count() == 1
    assert "职业技能等级认定统计表" in text_of(cast.auditor, f"{FIGURES}sheet/{SPAN}")


def test_a_span_that_is_turned_is_said_and_asks_nothing_of_the_database_twice(cast: Cast) -> None:
    answer = as_person(cast.clerk).get(f"{FIGURES}?first={HELD}&last={TODAY}")
    assert answer.status_code == 422 and "起始日期晚于截止日期" in answer.content.decode()


def test_lists_take_the_same_queries_however_many_sittings_there_are(cast: Cast) -> None:
    assessor = make_assessor(cast)
    planned(cast, assessor)
    before = queries_of(cast.clerk, LIST)
    for day in range(17, 22):
        planned(cast, assessor, held_on=date(2026, 11, day))
    assert queries_of(cast.clerk, LIST) == before


def test_another_enterprise_sees_no_sitting_and_tenants_see_no_figures(cast: Cast) -> None:
    found = assessed(cast)
    stranger = as_person(cast.hr_beta)
    assert found.sitting.reference not in stranger.get(LIST).content.decode()
    for address in (f"{LIST}{found.sitting.reference}/", f"/m/assessment-filing/{found.filing.reference}/"):
        assert stranger.get(address).status_code == 404
    for address in (FIGURES, "/training/assessors/", "/training/assessment-filings/"):
        assert as_person(cast.hr).get(address).status_code == 403


def test_an_assessor_is_entered_confirmed_by_another_and_its_parameters_too(cast: Cast) -> None:
    typed = {
        "organisation": str(cast.base.pk), "kind": "S", "assessor_code": "0000", "filing_number": "备2号",
        "valid_from": "2026-01-01", "valid_to": "2028-12-31", "scope_trade": ["缝纫工", ""], "scope_lowest": ["5", "5"],
        "scope_highest": ["3", "3"],
    }  # fmt: skip
    with on(TODAY):
        clerk = as_person(cast.clerk)
        assert (
            clerk.post("/training/assessors/new/", typed | {"valid_to": "x", "assessor_code": "1"}).status_code == 422
        )
        assert clerk.post("/training/assessors/new/", typed).status_code == 302
        found = AssessorOrganisation.objects.get()
        assert clerk.post(f"/training/assessors/{found.pk}/confirm/").status_code == 422
        assert as_person(cast.reviewer).post(f"/training/assessors/{found.pk}/confirm/").status_code == 302
        terms = {"effective_from": "2026-12-01", "basis": "通知", "days_before": "5", "least_examiners": "3", "pass_mark": "60",
                 "most_per_examiner": "30", "most_sittings": "20", "span_days": "60"}  # fmt: skip
        assert clerk.post("/training/assessors/terms/", terms | {"pass_mark": "101"}).status_code == 422
        assert clerk.post("/training/assessors/terms/", terms).status_code == 302
        assert "待确认" in text_of(cast.clerk, "/training/assessors/terms/")
    found.refresh_from_db()
    assert found.status == "confirmed" and isinstance(clerk, Client)


@pytest.mark.parametrize("who", ["clerk", "approver_1", "auditor"])
def test_bureau_staff_read_an_application_with_its_history(cast: Cast, who: str) -> None:
    found = assessed(cast)
    page = text_of(getattr(cast, who), f"/training/assessment-filings/{found.filing.reference}/")
    assert "备〔2026〕1号" in page and "同意认定备案" in page and "13800005678" not in page
