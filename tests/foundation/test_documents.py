"""Documents: rare signs are drawn, long texts fit, a sign that the font lacks is shown as lacking."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from park_workers.foundation.documents import (
    LACKING,
    Paper,
    PdfPaper,
    PngPaper,
    cut_to,
    drawable,
    fit,
    missing_signs,
    text_width,
    wrap,
    write_block,
)

RARE = "㛃𬱟䶮·•镕囧"
LONG = "阿卜杜热合曼麦麦提依明江艾则孜" * 2 + "·" + "吐尔逊古丽娜孜"


def page_of(content: bytes, at: int = 0) -> pypdfium2.PdfPage:
    """A page of a PDF."""
    return pypdfium2.PdfDocument(content)[at]


def test_rare_signs_and_dots_of_names_are_in_the_font() -> None:
    assert missing_signs(RARE) == ""
    assert missing_signs("𠮷田𠮷") == "𠮷"


def test_a_sign_that_the_font_lacks_is_shown_as_lacking_and_never_dropped() -> None:
    assert drawable("𠮷田\u200b\n一 ") == f"{LACKING}田 一"


def test_a_pdf_holds_rare_signs_as_text_and_as_shapes() -> None:
    paper = PdfPaper("试印")
    paper.text(20, 30, RARE, 20)
    page = page_of(paper.content())
    assert page.get_textpage().get_text_bounded().strip() == RARE
    picture = page.render(scale=1).to_pil().convert("L")
    inked = sum(picture.histogram()[:128])
    assert inked > 500, "signs that are text only, without a shape"


@pytest.mark.parametrize("sign", "㛃𬱟䶮")
def test_each_rare_sign_has_a_shape_of_its_own_in_a_picture(sign: str) -> None:
    def drawn(text: str) -> bytes:
        paper = PngPaper(width=20, height=20, scale=5)
        paper.text(2, 15, text, 30)
        return Image.open(io.BytesIO(paper.content())).tobytes()

    assert len({drawn(sign), drawn(" "), drawn(LACKING), drawn("口")}) == 4


def test_a_name_of_forty_signs_fits_the_place_of_a_name() -> None:
    name = LONG[:40].ljust(40, "江")
    size, lines = fit(name, width=28, size=14, smallest=6, lines=5, height=18)
    assert "".join(lines) == name and size >= 6
    assert all(text_width(line, size) <= 28 for line in lines)
    assert all(not line.startswith("·") for line in lines)


def test_what_cannot_fit_ends_in_dots_and_stays_inside() -> None:
    _, lines = fit("长" * 500, width=28, size=14, smallest=6, lines=2)
    assert len(lines) == 2 and lines[-1].endswith("…") and text_width(lines[-1], 6) <= 28


@given(st.text(max_size=120), st.floats(min_value=5, max_value=80))
def test_lines_lose_no_sign_and_never_run_over(text: str, width: float) -> None:
    lines = wrap(text, width=width, size=10)
    assert "".join("".join(lines).split()) == "".join(drawable(text).split())
    widest = text_width("长", 10)
    assert all(text_width(line, 10) <= width + 3 * widest or len(line) == 1 or clings(line) for line in lines)


def clings(line: str) -> bool:
    """A line may run over by marks that must not begin the next one."""
    return any(sign in "·•，。、；：！？）》」』”,.;:!?)" for sign in line)


def put_code(paper: Paper) -> None:
    """The same drawing on either."""
    write_block(paper, 12, 20, "同一张图", width=60, size=20)
    paper.qr(60, 40, 30, "https://yxt.example.gov.cn/c/abc/")


def test_the_same_code_is_read_from_paper_and_from_the_picture() -> None:
    pdf, png = PdfPaper("试印"), PngPaper(width=210, height=120, scale=6)
    put_code(pdf)
    put_code(png)
    for picture in (page_of(pdf.content()).render(scale=2).to_pil(), Image.open(io.BytesIO(png.content()))):
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["https://yxt.example.gov.cn/c/abc/"]


def test_the_same_document_is_the_same_bytes() -> None:
    first, second = PdfPaper("试印"), PdfPaper("试印")
    put_code(first)
    put_code(second)
    assert first.content() == second.content()


@pytest.mark.parametrize("size", [(400, 300), (300, 900), (60, 60)])
def test_a_photo_is_cut_to_the_form_of_its_place(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, "JPEG")
    width, height = cut_to(out.getvalue(), ratio=19 / 26, pixels=187).size
    assert abs(width / height - 19 / 26) < 0.03 and width <= 187
