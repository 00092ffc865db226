"""A PDF is taken when nothing in it acts, and only pictures of its pages are kept and shown; whatever could hide is refused."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pypdfium2
import pytest
from PIL import ImageChops, ImageStat
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pdf_judgement import PdfLimits, clean_pdf, judge_pdf
from park_workers.foundation.pictures import draw_pages


def paper(*, author: str = "Zhang San", title: str = "Collar (1)", compressed: bool = True) -> bytes:
    """A page as a program prints it, its author's name within."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=int(compressed))
    canvas.setAuthor(author)
    canvas.setTitle(title)
    canvas.setSubject("Work \\ of Zhang")
    canvas.drawString(72, 700, "a collar, sewn /JS (not a script)" if not compressed else "a collar")
    canvas.save()
    return out.getvalue()


def with_object(body: bytes) -> bytes:
    """One object more, before the end."""
    return paper().replace(b"\nxref", b"\n99 0 obj\n" + body + b"\nendobj\nxref", 1)


def stream(about: bytes, content: bytes) -> bytes:
    return b"<< " + about + b" /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def packed(content: bytes, *, more: bytes = b"/Filter /FlateDecode") -> bytes:
    """Objects in a packed stream, as PDF 1.5 keeps them."""
    return with_object(stream(b"/Type /ObjStm /N 1 /First 4 " + more, zlib.compress(b"7 0 " + content)))


def refused(content: bytes) -> str:
    with pytest.raises(FileRefused) as refusal:
        judge_pdf(content)
    assert refusal.value.message and refusal.value.fix
    return refusal.value.code


def pages_of(content: bytes) -> list[Any]:
    """The pages as they are seen, and the letters that a reader could copy from them."""
    return [
        (page.render(scale=1).to_pil(), page.get_textpage().get_text_bounded())
        for page in pypdfium2.PdfDocument(content)
    ]


def ink(picture: Any) -> float:
    """How much is on a page."""
    return 255 - float(ImageStat.Stat(picture.convert("L")).mean[0])


def letters(*texts: str, font: str = "Helvetica") -> bytes:
    """A page for each text, large."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for text in texts:
        canvas.setFont(font, 60)
        canvas.drawString(72, 500, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_of_an_ordinary_pdf_only_what_is_to_be_seen_is_kept() -> None:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>Zhang San</dc:creator></x:xmpmeta>"
    for before in (
        paper(),
        with_object(stream(b"/Type /Metadata /Subtype /XML", packet)),
        packed(b"<< /Author (Zhang San) >>"),
    ):
        after = clean_pdf(before)
        ((seen, text),) = pages_of(after)
        assert not text.strip() and b"Zhang" not in after and b"Collar" not in after and b"/Font" not in after
        assert ink(ImageChops.difference(seen, pages_of(before)[0][0])) > 250, "and looks as it did"


def test_words_go_across_every_page_whenever_it_is_looked_at() -> None:
    kept = clean_pdf(letters("A", "B"))
    shown = pages_of(draw_pages(kept, watermark="仅用于技术评审 韦小凤 2026-11-28 09:30"))
    plain = pages_of(kept)
    assert len(shown) == 2
    for (marked, _), (bare, _) in zip(shown, plain, strict=True):
        assert abs(marked.height - bare.height) <= 1 and ink(marked) > ink(bare) + 1.5


def test_signs_without_a_font_are_drawn_with_ours() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    assert ink(pages_of(clean_pdf(letters("缝制质量", font="STSong-Light")))[0][0]) > 1


def test_a_book_or_a_broken_page_tree_is_no_evidence() -> None:
    for content, code in ((letters(*"x" * 41), "PDF_TOO_LONG"), (paper().replace(b"/Kids", b"/Dogs"), "PDF_DAMAGED")):
        with pytest.raises(FileRefused) as refusal:
            clean_pdf(content)
        assert refusal.value.code in (code, "PDF_TOO_LONG")


def test_words_on_a_page_are_no_acts() -> None:
    judge_pdf(paper(compressed=False))


def test_a_document_may_open_at_a_certain_page() -> None:
    judge_pdf(with_object(b"<< /OpenAction [3 0 R /FitH null] >>"))


@pytest.mark.parametrize(
    "body",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>", b"<< /S /J#61vaScript /J#53 (x) >>", b"<< /S /Launch /F (a.exe) >>",
        b"<< /OpenAction 98 0 R >>", b"<< /OpenAction << /S /URI /URI (http://x) >> >>", b"<< /AA << /O 98 0 R >> >>",
        b"<< /Type /EmbeddedFile >>", b"<< /Names << /EmbeddedFiles 98 0 R >> >>", b"<< /AcroForm << /XFA [] >> >>",
        b"<< /S /SubmitForm /F (http://x) >>", b"<< /S /GoToR /F (b.pdf) >>", b"<< /Subtype /RichMedia >>",
    ],
)  # fmt: skip
def test_what_acts_or_carries_files_is_refused_wherever_it_lies(body: bytes) -> None:
    assert refused(with_object(body)) == "PDF_IS_ACTIVE"
    assert refused(packed(body)) == "PDF_IS_ACTIVE"


def test_an_act_hidden_among_the_bytes_of_a_picture_is_found() -> None:
    assert (
        refused(with_object(stream(b"/Subtype /Image", b"\x00\x01 5 0 obj << /S /JavaScript >> endobj")))
        == "PDF_IS_ACTIVE"
    )


def test_what_cannot_be_looked_into_is_refused() -> None:
    twice = packed(b"<< >>", more=b"/Filter [/ASCII85Decode /FlateDecode]")
    assert refused(twice) == "PDF_UNUSUAL"
    assert refused(packed(b"<< >>", more=b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")) == "PDF_UNUSUAL"
    hidden = stream(b"/Subtype /Image", b"\x00 8 0 obj << /Type /ObjStm >> \x00")
    assert refused(with_object(hidden)) == "PDF_UNUSUAL"
    assert refused(with_object(b"<< /Filter /Standard >> trailer << /Encrypt 9 0 R >>")) == "FILE_ENCRYPTED"


def test_what_is_no_whole_pdf_is_refused_by_its_content() -> None:
    assert refused(b"") == "FILE_EMPTY"
    assert refused(b"PK\x03\x04 work.pdf") == "FILE_NOT_PDF"
    assert refused(b"\n" + paper()) == "FILE_NOT_PDF"
    assert refused(paper()[:-40]) == "PDF_DAMAGED"
    assert refused(paper().replace(b"%%EOF", b"<script>x</script>%%EOF")) == "PDF_HOLDS_MORE"
    with pytest.raises(FileRefused, match="超过"):
        judge_pdf(paper(), limits=PdfLimits(bytes=500))


def test_a_stream_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(FileRefused) as refusal:
        judge_pdf(packed(b" " * 2_000_000), limits=PdfLimits(unpacked_bytes=100_000))
    assert refusal.value.code == "PDF_UNUSUAL"
