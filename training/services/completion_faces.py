"""How a 结业证 looks: A4 across, with photo and code; one on a page of its own, or a class in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from park_workers.foundation.documents import (
    BRAND,
    HEIGHT,
    INK,
    LINE,
    SECOND,
    WIDTH,
    Paper,
    PdfPaper,
    write_block,
)
from training.models import CompletionCertificate

#: the sheet lies across
ACROSS, DOWN = HEIGHT, WIDTH
LEFT, RIGHT, MIDDLE = 30.0, 267.0, ACROSS / 2
NOT_A_LEVEL = "本证书证明完成培训并考核合格，不是职业技能等级证书"


@dataclass(frozen=True)
class CompletionFace:
    """What stands on the paper; of it only the address is in the code."""

    number: str
    name: str
    id_number: str
    project: str
    institution: str
    class_number: str
    hours: int
    starts_on: date
    ends_on: date
    issued_on: date
    address: str
    photo: bytes | None = None

    @property
    def sentence(self) -> str:
        """What it certifies."""
        return (
            f"于{_day(self.starts_on)}至{_day(self.ends_on)}参加“{self.project}”职业技能培训（班次 {self.class_number}，"
            f"共 {self.hours} 学时），考核合格，准予结业，特发此证。"
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def faces_of(completions: Iterable[CompletionCertificate], *, address: str) -> Iterator[CompletionFace]:
    """The faces of certificates, in their order; `address` is where codes lead, such as https://yxt.example.gov.cn."""
    for one in completions:
        stored = one.photo or one.worker.photo
        yield CompletionFace(
            number=one.number, name=one.holder_name, id_number=one.worker.open_id_number(), project=one.project,  # type: ignore[attr-defined]
            institution=one.institution, class_number=one.class_number, hours=one.hours, starts_on=one.starts_on,
            ends_on=one.ends_on, issued_on=one.issued_on, address=f"{address}/v/{one.signed_reference}/",
            photo=stored.read() if stored is not None else None,
        )  # fmt: skip


def draw_completion(paper: Paper, face: CompletionFace) -> None:
    """One certificate on one sheet."""
    paper.box(10, 10, ACROSS - 20, DOWN - 20, line=BRAND)
    paper.box(12, 12, ACROSS - 24, DOWN - 24, line=LINE)
    paper.text(MIDDLE, 42, "结 业 证 书", 36, colour=BRAND, align="middle", is_bold=True)
    paper.text(MIDDLE, 52, f"编号 {face.number}", 11, colour=SECOND, align="middle")
    _photo(paper, face.photo)
    write_block(paper, 78, 77, face.name, width=140, size=24, smallest=12, lines=2, height=20, is_bold=True)
    paper.text(78, 91, f"证件号码 {face.id_number}", 12, colour=SECOND)
    write_block(paper, 78, 106, face.sentence, width=142, size=15, smallest=11, lines=6, height=42)
    paper.qr(RIGHT - 32, 66, 32, face.address)
    paper.text(RIGHT - 16, 105, "扫码查验真伪", 9, colour=SECOND, align="middle")
    paper.rule(LEFT, 152, RIGHT, 152)
    paper.text(LEFT, 165, "培训机构（盖章）", 11, colour=SECOND)
    write_block(paper, LEFT, 174, face.institution, width=130, size=16, smallest=9, lines=2, height=14)
    paper.text(RIGHT, 165, "发证日期", 11, colour=SECOND, align="right")
    paper.text(RIGHT, 174, _day(face.issued_on), 16, colour=INK, align="right")
    paper.text(MIDDLE, 192, NOT_A_LEVEL, 8.5, colour=SECOND, align="middle")


def _photo(paper: Paper, photo: bytes | None) -> None:
    """The portrait; without one, the frame to stick one in."""
    if photo is not None:
        paper.picture(LEFT, 66, 38, 53, photo)
        return
    paper.box(LEFT, 66, 38, 53, line=LINE)
    paper.text(LEFT + 19, 94, "贴照片处", 9, colour=SECOND, align="middle")


def completion_pdf(face: CompletionFace) -> bytes:
    """One certificate as a PDF."""
    paper = new_paper(f"结业证书 {face.number}")
    draw_completion(paper, face)
    return paper.content()


def new_paper(title: str) -> PdfPaper:
    """Empty sheets lying across."""
    return PdfPaper(title, width=ACROSS, height=DOWN)
