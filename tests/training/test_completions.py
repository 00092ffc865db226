"""结业证: issued once to who passed, drawn with photo and code, fetched with an event, forgotten after its days."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.utils import timezone
from PIL import Image

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.models import Worker
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.training.certificates import LATER, Taught, teach_a_class
from training.models import CompletionCertificate, CompletionPrint
from training.services.amendments import confirm_amendment, propose_completion_revocation
from training.services.completion_prints import (
    fetch_completion,
    fetch_completion_print,
    forget_old_prints,
    order_completion_print,
)
from training.services.completions import add_photo, issue_completions, passed_without
from training.services.verification import verify_by_code, verify_by_number

pytestmark = pytest.mark.django_db
ADDRESS = "https://yxt.example.gov.cn"
RARE = "欧阳㛃𬱟"


@standing
def taught(cast: Cast) -> Taught:
    return teach_a_class(cast)


def picture(*, size: tuple[int, int] = (600, 800)) -> bytes:
    """A photograph with a place in it."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "GPS 23.68 113.05"
    Image.new("RGB", size, "#35618e").save(out, "JPEG", exif=exif)
    return out.getvalue()


def drawn(content: bytes, page: int = 0) -> tuple[str, list[str], int]:
    """Text and codes of a page as its reader sees them, and how many pages there are."""
    book = pypdfium2.PdfDocument(content)
    codes = zxingcpp.read_barcodes(book[page].render(scale=2).to_pil())
    return book[page].get_textpage().get_text_range(), [code.text for code in codes], len(book)


def test_who_passed_gets_one_paper_and_who_failed_none_however_often_it_is_asked(taught: Taught) -> None:
    first, again = taught.papers(), taught.papers()
    assert ([paper.number[-5:] for paper in first], again) == (["00001", "00002", "00003"], [])
    assert {paper.holder_name for paper in first} == {"学员乙", "学员丙", "学员丁"}
    assert AuditEvent.objects.filter(code="completion.issued").count() == 1


def test_the_paper_reads_and_its_code_leads_to_what_holds(taught: Taught) -> None:
    Worker.objects.filter(pk=taught.first.worker_id).update(name=RARE)
    seat = taught.first.assessment.enrolment_id
    (paper,) = issue_completions(actor=taught.colleague, training_class=taught.the_class, enrolments=[seat], day=LATER)
    add_photo(actor=taught.colleague, completion=paper, content=picture())
    text, (code,), pages = drawn(fetch_completion(actor=taught.cast.base_clerk, completion=paper, address=ADDRESS))
    for words in (
        RARE,
        paper.number,
        id_number(901),
        "平车（五级）",
        "一号基地",
        "2023年2月6日",
        "2023年12月1日",
        "不是职业技能等级证书",
    ):
        assert words in text
    assert pages == 1 and code.startswith(f"{ADDRESS}/v/")
    assert RARE not in code and id_number(901) not in code and paper.number not in code
    found = verify_by_code(code.removeprefix(f"{ADDRESS}/v/").strip("/"))
    assert found is not None and (found.state, found.name) == ("valid", "欧阳**")
    assert AuditEvent.objects.filter(code="completion.fetched").count() == 1


def test_a_photo_is_drawn_anew_and_a_later_one_takes_its_place(taught: Taught) -> None:
    paper, *_ = taught.papers()
    add_photo(actor=taught.colleague, completion=paper, content=picture())
    kept = paper.photo
    assert kept is not None and b"GPS 23.68" not in kept.read() and b"JFIF" not in kept.path.read_bytes()
    add_photo(actor=taught.colleague, completion=paper, content=picture(size=(400, 500)))
    assert CompletionCertificate.objects.get(pk=paper.pk).photo_id != kept.pk
    with pytest.raises(FileRefused):
        add_photo(actor=taught.colleague, completion=paper, content=b"%PDF-1.4")


def test_a_revoked_paper_is_neither_printed_nor_photographed_and_says_so_to_everybody(taught: Taught) -> None:
    paper, *_ = taught.papers()
    asked = propose_completion_revocation(actor=taught.cast.base_clerk, completion=paper, reason="遗失", day=LATER)
    assert verify_by_number(paper.number, paper.holder_name).state == "valid"  # type: ignore[union-attr]
    confirm_amendment(actor=taught.colleague, amendment=asked, day=LATER)
    found = verify_by_number(f" {paper.number.lower()} ", paper.holder_name)
    assert found is not None and (found.state, found.revoked_on, found.is_replaced) == ("revoked", LATER, False)
    paper.refresh_from_db()
    with pytest.raises(RuleViolation, match="已作废"):
        fetch_completion(actor=taught.cast.base_clerk, completion=paper, address=ADDRESS)
    with pytest.raises(RuleViolation, match="已作废"):
        add_photo(actor=taught.colleague, completion=paper, content=picture())
    taught.papers()
    assert verify_by_number(paper.number, paper.holder_name).is_replaced  # type: ignore[union-attr]


def test_nobody_learns_whether_the_number_or_the_name_was_wrong(taught: Taught) -> None:
    paper, *_ = taught.papers()
    assert (
        verify_by_number(paper.number, "学员甲") is None
        and verify_by_number("JY999900000001", paper.holder_name) is None
    )
    assert verify_by_number(taught.first.number, "学员甲") is None and verify_by_number("", "") is None
    official = verify_by_number(taught.first.number, "学员乙")
    assert official is not None and official.is_as_reported and id_number(901)[:14] not in official.id_number


def test_a_class_is_one_file_with_a_sheet_for_each_and_is_forgotten(taught: Taught) -> None:
    ask = {"training_class": taught.the_class, "day": LATER, "address": ADDRESS, "request_id": "k"}
    made = order_completion_print(actor=taught.cast.base_clerk, **ask)
    assert order_completion_print(actor=taught.cast.base_clerk, **ask) == made
    made.refresh_from_db()
    content = fetch_completion_print(actor=taught.colleague, completion_print=made)
    assert drawn(content)[2] == made.certificates == 3 and len(drawn(content, 2)[1]) == 1
    path = made.file.path  # type: ignore[union-attr]
    assert forget_old_prints() == 0
    CompletionPrint.objects.update(recorded_at=timezone.now() - timedelta(days=settings.CARD_PRINT_DAYS))
    assert forget_old_prints() == 1
    made.refresh_from_db()
    with pytest.raises(RuleViolation, match="到期清理"):
        fetch_completion_print(actor=taught.colleague, completion_print=made)
    assert not path.exists()
    assert CompletionCertificate.objects.filter(status="valid").count() == 3


def test_no_paper_before_the_class_has_ended_nor_by_somebody_else(taught: Taught) -> None:
    with pytest.raises(RuleViolation, match="请在结业后"):
        taught.papers(day=taught.the_class.ends_on - timedelta(days=1))
    for stranger in (taught.cast.hr, taught.cast.auditor, taught.cast.reviewer):
        with pytest.raises(PermissionRefused):
            issue_completions(actor=stranger, training_class=taught.the_class, day=LATER)
    assert passed_without(taught.the_class).count() == 3
