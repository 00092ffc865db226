"""Evidence as PDF, workbooks of a round, a grade revoked by form: what goes in is judged, what goes out is marked."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.foundation.test_pdf_judgement import paper
from tests.pages.clients import as_person, text_of
from tests.pages.test_review_desk import desk, sent
from tests.training.reviews import Day, picture, set_review, take_review_to
from training.models import GradeRevocation, ReviewApplication, ReviewEvidence, ReviewGrade

pytestmark = pytest.mark.django_db


def test_a_pdf_is_evidence_by_its_content_and_only_ever_a_download(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "open")
    form = {"q": "候选", "employment": review.hires[0].reference, "key": "k", "kind-1": "award", "kind-2": "work"}
    address = f"/m/reviews/{review.round.reference}/apply/"
    with on(Day.PLANNED):
        bad = SimpleUploadedFile(
            "获奖.jpg", paper().replace(b"%%EOF", b"1 0 obj << /S /JavaScript >> endobj startxref %%EOF")
        )
        sent(cast.hr, address, form | {"picture-1": bad}, "PDF 含有脚本")
        given = {
            "picture-1": SimpleUploadedFile("奖状.jpg", paper()),
            "picture-2": SimpleUploadedFile("a.pdf", picture()),
        }
        sent(cast.hr, address, form | given)
    kept = ReviewEvidence.objects.get(media="pdf")
    assert kept.kind == "award" and ReviewEvidence.objects.get(media="picture").picture.read()[:2] == b"\xff\xd8"
    assert b"Zhang" not in kept.picture.read() and b"%PDF" not in kept.picture.path.read_bytes()[:40]
    application = ReviewApplication.objects.get()
    answer = as_person(cast.clerk).get(desk(review, f"applications/{application.pk}/pictures/{kept.pk}/"))
    assert answer.content.startswith(b"%PDF") and answer["Content-Disposition"].startswith("attachment")
    assert answer.content != kept.picture.read(), "who looks and when is across it"
    assert (
        answer["X-Content-Type-Options"] == "nosniff"
        and answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    )
    assert "点击下载核对" in text_of(cast.clerk, desk(review, f"applications/{application.pk}/"))


def test_results_and_opened_scores_go_into_workbooks_with_a_watermark(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "scoring")
    sent(cast.clerk, desk(review, "export/scores/"), {}, "评分尚未开封")
    take_review_to(review, "opened")
    sent(cast.clerk, desk(review, "export/results/"), {}, "还没有可以导出的内容")
    take_review_to(review, "decided")
    assert as_person(cast.clerk).post(desk(review, "export/others/")).status_code == 404
    tables = {}
    for table in ("results", "scores"):
        answer = as_person(cast.clerk).post(desk(review, f"export/{table}/"))
        page = load_workbook(io.BytesIO(answer.content)).active
        tables[table] = [[cell.value for cell in row] for row in page.iter_rows()]  # type: ignore[union-attr]
    head, row = tables["results"][:2]
    assert head[:2] == ["编号", "姓名"] and row[1] == review.hires[0].worker.name and row[5] == "乙等"
    assert tables["scores"][0][5:7] == ["缝制质量（满分100）", "操作规范（满分50）"] and len(tables["scores"]) == 6
    assert "导出，内部资料" in str(tables["scores"][-1][0])
    assert AuditEvent.objects.filter(code="list.exported").count() == 2


def test_a_grade_is_revoked_by_form_and_shown_to_everybody_at_once(cast: Cast) -> None:
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "finished")
    grade = ReviewGrade.objects.get()
    address = f"/training/grades/{grade.pk}/"
    with on(Day.FINISHED):
        page = sent(cast.clerk, address, {"action": "propose", "cause": "", "reason": ""}, "没有选择撤销情形")
        assert "没有写明原因" in page
        sent(cast.reviewer, address, {"action": "propose", "cause": "forged", "reason": "x"}, "您的岗位不能办理")
        sent(cast.clerk, address, {"action": "propose", "cause": "forged", "reason": "照片为他人作品"}, "已提出撤销")
        asked = GradeRevocation.objects.get()
        decide = {"revocation": str(asked.pk), "version": "1"}
        assert grade.worker.name in text_of(cast.auditor, "/training/grades/?tab=waiting")
        assert "评审等次撤销待确认" in text_of(cast.reviewer, "/")
        sent(cast.clerk, address, decide | {"action": "confirm"}, "不能办理“确认撤销等次”")
        sent(cast.reviewer, address, decide | {"action": "refuse"}, "没有写明原因")
        sent(cast.reviewer, address, decide | {"action": "confirm", "version": "7"}, "刚被他人办理过")
        assert "撤销" not in text_of(cast.hr, f"/reviews/{review.round.reference}/")
        sent(cast.reviewer, address, decide | {"action": "confirm"}, "等次已撤销")
        assert "2023年5月25日撤销" in text_of(cast.hr, f"/reviews/{review.round.reference}/")
        assert "等次已撤销" in text_of(cast.hr, "/m/reviews/")
        assert "已撤销" in text_of(cast.clerk, desk(review, "?tab=results"))
    assert as_person(cast.clerk).post(address, {"action": "burn"}).status_code == 404
