"""How a card and a poster look: one face, drawn on sheets, on a page of its own or as a picture for the phone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from park_workers.foundation.documents import (
    BOLD_FROM,
    BRAND,
    HEIGHT,
    INK,
    LEADING,
    LINE,
    MARGIN,
    POINTS,
    SECOND,
    WHITE,
    WIDTH,
    Paper,
    PdfPaper,
    PngPaper,
    fit,
    write_block,
)
from park_workers.models import Employment, Poster, PostSpan, Worker, WorkerCard

#: a bank card's form; ten on an A4 sheet
CARD_WIDTH, CARD_HEIGHT = 85.6, 53.98
COLUMNS, ROWS = 2, 5
PER_SHEET = COLUMNS * ROWS
PHONE_WIDTH, PHONE_HEIGHT = 90.0, 146.0
#: pixels a millimetre: 1,080 pixels across on the phone, 150 dots an inch for a poster
PHONE_SCALE, POSTER_SCALE = 12.0, 6.0


@dataclass(frozen=True)
class CardFace:
    """What stands on a card: nothing but this, and nothing of it inside the code."""

    name: str
    enterprise: str
    trade: str
    park: str
    issued_on: date
    #: what the code holds
    address: str
    photo: bytes | None = None


def faces_of(cards: Collection[WorkerCard], *, day: date, address: str) -> Iterator[CardFace]:
    """The faces of cards of one enterprise, in their order; two queries, and a file for each photo.

    `address` is where scanned codes lead, such as https://yxt.example.gov.cn.
    """
    people = {pk for card in cards for pk in (card.worker_id, card.worker.canonical_id)}
    firms = {card.enterprise_id for card in cards}
    post = PostSpan.objects.filter(employment=OuterRef("pk"), starts_on__lte=day).order_by("-starts_on", "-pk")
    work = Employment.objects.filter(worker__in=people, enterprise__in=firms).employed_on(day).order_by("hired_on")
    trades = dict(work.annotate(trade=Subquery(post.values("trade")[:1])).values_list("worker_id", "trade"))
    for card in cards:
        worker, firm = card.worker, card.enterprise
        yield CardFace(
            name=worker.name, enterprise=firm.name, park=firm.park_name, issued_on=card.issued_on,
            trade=trades.get(worker.pk) or trades.get(worker.canonical_id) or "",
            address=f"{address}/c/{card.signed_reference}/", photo=_photo_of(worker),
        )  # fmt: skip


def _photo_of(worker: Worker) -> bytes | None:
    """The photo of the person, under whichever record the card was issued."""
    photo = (worker.merged_into or worker).photo
    return photo.read() if photo is not None else None


def _portrait(paper: Paper, x: float, y: float, width: float, height: float, photo: bytes | None) -> None:
    """The photo, or a plain outline of somebody."""
    if photo is not None:
        paper.picture(x, y, width, height, photo)
        return
    paper.box(x, y, width, height, fill="#eef0f3")
    paper.disc(x + width / 2, y + height * 0.38, width * 0.2, fill="#b6bdc9")
    paper.arch(x + width / 2, y + height, width * 0.38, height * 0.34, fill="#b6bdc9")


def _title(paper: Paper, x: float, y: float, width: float, height: float, text: str, size: float, align: str) -> None:
    """A firm's name in white, one line or two, in the middle of a band's height."""
    size, lines = fit(text, width=width, size=size, smallest=6, lines=2, height=height)
    step = size * LEADING / POINTS
    first = y + height / 2 - (len(lines) - 1) * step / 2 + size * 0.36 / POINTS
    at = x + (width / 2 if align == "middle" else 0)
    for n, line in enumerate(lines):
        paper.text(at, first + n * step, line, size, colour=WHITE, align=align, is_bold=size >= BOLD_FROM)


def draw_card(paper: Paper, x: float, y: float, face: CardFace) -> None:
    """The card as it is cut out and worn, 85.6 × 54 mm."""
    paper.box(x, y, CARD_WIDTH, CARD_HEIGHT, line=LINE)
    paper.box(x, y, CARD_WIDTH, 11.5, fill=BRAND)
    _title(paper, x + 4, y, 66, 11.5, face.enterprise, 11, "left")
    paper.text(x + CARD_WIDTH - 4, y + 7.1, "工牌", 9, colour=WHITE, align="right")
    _portrait(paper, x + 4, y + 15, 19, 26, face.photo)
    below = write_block(
        paper, x + 26, y + 19.5, face.name, width=28, size=14, smallest=6, lines=5, height=18, is_bold=True
    )
    below = max(below + 0.5, y + 29)
    paper.text(x + 26, below, "工种", 6.5, colour=SECOND)
    write_block(paper, x + 26, below + 4.4, face.trade or "—", width=28, size=9.5, smallest=5.5, lines=2, height=5.6)
    paper.qr(x + 57, y + 15, 24.6, face.address)
    paper.text(x + 69.3, y + 44, "扫码看是否在职", 6.5, align="middle", colour=SECOND)
    write_block(paper, x + 4, y + 50.5, face.park, width=40, size=6.5, smallest=5, colour=SECOND)
    paper.text(x + CARD_WIDTH - 4, y + 50.5, f"发证 {face.issued_on:%Y-%m-%d}", 6.5, colour=SECOND, align="right")


def card_sheet(paper: Paper, faces: list[CardFace], *, page: int, pages: int) -> None:
    """Up to ten cards on an A4 sheet."""
    left = (WIDTH - COLUMNS * CARD_WIDTH) / 2
    for at, face in enumerate(faces):
        column, row = at % COLUMNS, at // COLUMNS
        draw_card(paper, left + column * CARD_WIDTH, MARGIN + row * CARD_HEIGHT, face)
    foot = f"沿线裁剪 · 第 {page} 页 共 {pages} 页"
    paper.text(WIDTH / 2, HEIGHT - MARGIN - 0.2, foot, 7, colour=SECOND, align="middle")


def phone_card(face: CardFace) -> bytes:
    """The card as one picture for a phone's screen (PNG)."""
    paper, wide, middle = PngPaper(width=PHONE_WIDTH, height=PHONE_HEIGHT, scale=PHONE_SCALE), 78.0, PHONE_WIDTH / 2
    paper.box(0, 0, PHONE_WIDTH, 24, fill=BRAND)
    _title(paper, 6, 2, wide, 14, face.enterprise, 15, "middle")
    paper.text(middle, 20.5, "工牌", 11, colour=WHITE, align="middle")
    _portrait(paper, 6, 30, 21, 28, face.photo)
    below = write_block(paper, 32, 37, face.name, width=52, size=22, smallest=8, lines=4, height=21, is_bold=True)
    below = max(below, 50)
    paper.text(32, below, "工种", 9, colour=SECOND)
    write_block(paper, 44, below, face.trade or "—", width=40, size=12, smallest=7, lines=2, height=8)
    paper.rule(6, 64, PHONE_WIDTH - 6, 64)
    paper.qr(middle - 29, 70, 58, face.address)
    paper.text(middle, 135, "扫码看是否在职", 11, align="middle")
    line = " · ".join(part for part in (face.park, f"发证 {face.issued_on:%Y-%m-%d}") if part)
    write_block(paper, 6, 141.5, line, width=wide, size=8, smallest=5, colour=SECOND, align="middle")
    return paper.content()


def draw_poster(paper: Paper, poster: Poster, address: str) -> None:
    """The poster on A4: whose it is, one code, three steps, the day it was issued."""
    wide, middle = WIDTH - 2 * MARGIN - 16, WIDTH / 2
    paper.box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, 50, fill=BRAND)
    paper.text(middle, 35, "扫码登记入职", 46, colour=WHITE, align="middle", is_bold=True)
    paper.text(middle, 51, "不用注册账号，一个页面填完", 18, colour=WHITE, align="middle")
    write_block(
        paper, MARGIN + 8, 82, poster.enterprise.name, width=wide, size=30, smallest=14, lines=2, align="middle", is_bold=True
    )  # fmt: skip
    paper.qr(middle - 52, 102, 104, f"{address}/s/{poster.signed_reference}/")
    for at, (title, words) in enumerate(STEPS):
        x = MARGIN + 4 + at * 61
        paper.disc(x + 28, 228, 6, fill=BRAND)
        paper.text(x + 28, 230.3, str(at + 1), 17, colour=WHITE, align="middle")
        paper.text(x + 28, 243, title, 17, align="middle", is_bold=True)
        write_block(paper, x, 250, words, width=56, size=11, smallest=9, lines=2, colour=SECOND, align="middle")
    paper.rule(MARGIN, 268, WIDTH - MARGIN, 268)
    paper.text(MARGIN, 276, f"发布日期 {poster.issued_on:%Y-%m-%d}", 11, colour=INK)
    paper.text(WIDTH - MARGIN, 276, f"海报编号 {poster.reference[:4]}-{poster.reference[4:8]}", 11, align="right")
    paper.text(
        MARGIN,
        283,
        "打开后请核对企业名称；不一致、提示作废或要求付款的，请勿填写，并告诉企业人事。",
        9.5,
        colour=SECOND,
    )


STEPS = (
    ("扫一扫", "微信或手机相机对准二维码"),
    ("填一页", "带好身份证，按提示填写"),
    ("等确认", "企业人事核对后即登记成功"),
)


def poster_pdf(poster: Poster, address: str) -> bytes:
    """The poster to print."""
    paper = PdfPaper(f"{poster.enterprise.name} 登记海报")
    draw_poster(paper, poster, address)
    return paper.content()


def poster_png(poster: Poster, address: str) -> bytes:
    """The poster to send round."""
    paper = PngPaper(width=WIDTH, height=HEIGHT, scale=POSTER_SCALE)
    draw_poster(paper, poster, address)
    return paper.content()
