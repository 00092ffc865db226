"""Material of an application to assess: a photograph or a PDF, judged, encrypted, and each look by the bureau in the log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.file_judgement import FileRefused
from tests.conftest import Cast
from tests.foundation.test_pdf_judgement import paper, with_object
from tests.pages.clients import as_person, text_of
from tests.standing import standing
from tests.training.sittings_stage import TODAY, taken
from training.models import EnterpriseAssessmentFiling, FilingMaterial
from training.services.assessment_filings import begin_filing
from training.services.filing_materials import add_material, reveal_material

pytestmark = pytest.mark.django_db


@standing
def filing(cast: Cast) -> EnterpriseAssessmentFiling:
    return begin_filing(actor=cast.hr, enterprise=cast.alpha, day=TODAY)


def given(cast: Cast, filing: EnterpriseAssessmentFiling, content: bytes) -> FilingMaterial:
    return add_material(actor=cast.hr, filing=filing, kind="评价制度", content=content, day=TODAY)


def test_a_pdf_is_kept_without_its_author_and_given_out_with_who_looks(
    cast: Cast, filing: EnterpriseAssessmentFiling
) -> None:
    kept = given(cast, filing, paper(author="Zhang San"))
    content = reveal_material(actor=cast.hr, material=kept, now=datetime(2026, 11, 2, tzinfo=UTC))
    assert kept.is_pdf and content.startswith(b"%PDF-") and b"Zhang San" not in kept.picture.read()
    assert content != kept.picture.read(), "viewer, time and purpose are across it"
    assert not given(cast, filing, taken()).is_pdf


def test_a_pdf_that_acts_is_refused_and_nothing_is_kept(cast: Cast, filing: EnterpriseAssessmentFiling) -> None:
    with pytest.raises(FileRefused) as refusal:
        given(cast, filing, with_object(b"<< /S /JavaScript /JS (app.alert(1)) >>"))
    assert refusal.value.code == "PDF_IS_ACTIVE" and not FilingMaterial.objects.exists()


def test_it_is_chosen_on_the_phone_and_saved_not_opened(cast: Cast, filing: EnterpriseAssessmentFiling) -> None:
    address = f"/m/assessment-filing/{filing.reference}/"
    form = {"kind": "评价制度", "picture": SimpleUploadedFile("制度.pdf", paper())}
    assert as_person(cast.hr).post(f"{address}materials/", form).status_code == 302
    page = text_of(cast.hr, address)
    assert "材料（1 份）" in page and "application/pdf" in page
    saved = as_person(cast.hr).get(f"{address}materials/{FilingMaterial.objects.get().pk}/")
    assert saved["Content-Disposition"].startswith("attachment") and saved.content.startswith(b"%PDF-")
    wrong = as_person(cast.hr).post(
        f"{address}materials/", {"kind": "其他", "picture": SimpleUploadedFile("x.pdf", b"%PDF-1.4")}
    )
    assert wrong.status_code == 422 and "PDF 文件不完整" in wrong.content.decode()
    assert not AuditEvent.objects.filter(code="assessment_filing.material_seen").exists()
