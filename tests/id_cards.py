"""Pictures of identity cards of nobody: drawn here, tilted and blurred as a hand takes them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from park_workers.foundation.pictures.intake import FONT
from tests.park_workers.numbers import id_number

LABEL, INK = (58, 104, 160), (28, 28, 30)


@dataclass(frozen=True)
class Card:
    """What stands on the front side."""

    name: str = "黄秀英"
    sex: str = "女"
    nation: str = "壮"
    born: date = date(1990, 5, 17)
    address: tuple[str, ...] = ("广东省示例市示例区", "桥头镇织布路18号", "3栋502房")
    number: str = id_number(902)


def front_side(card: Card = Card()) -> Image.Image:  # noqa: B008
    """The card as printed, 1080 by 680."""
    picture = Image.new("RGB", (1080, 680), (232, 240, 244))
    draw = ImageDraw.Draw(picture)
    for x in range(0, 1080, 36):
        draw.arc((x - 200, 60, x + 260, 620), 200, 320, fill=(214, 228, 234), width=2)

    def write(at: tuple[int, int], text: str, size: int, ink: tuple[int, int, int] = INK) -> None:
        draw.text(at, text, fill=ink, font=ImageFont.truetype(str(FONT), size))

    for y, label in ((70, "姓 名"), (155, "性 别"), (240, "出 生"), (325, "住 址")):
        write((60, y), label, 32, LABEL)
    write((300, 155), "民 族", 32, LABEL)
    write((70, 580), "公民身份号码", 32, LABEL)
    write((190, 64), card.name, 42)
    write((190, 151), card.sex, 38)
    write((410, 151), card.nation, 38)
    for x, text, ink in (
        (190, str(card.born.year), INK), (290, "年", LABEL), (345, str(card.born.month), INK), (395, "月", LABEL),
        (450, str(card.born.day), INK), (505, "日", LABEL),
    ):  # fmt: skip
        write((x, 238), text, 36, ink)
    for row, text in enumerate(card.address):
        write((190, 321 + row * 56), text, 36)
    write((350, 574), card.number, 44)
    draw.rectangle((740, 80, 1010, 430), fill=(205, 214, 220))
    draw.ellipse((820, 130, 930, 260), fill=(150, 150, 155))
    draw.rectangle((785, 270, 965, 430), fill=(120, 124, 132))
    return picture


def photograph(card: Card = Card(), *, tilt: int = 7, blur: int = 1, kind: str = "JPEG") -> bytes:  # noqa: B008
    """The card on a table, tilted by so many degrees and a little out of focus, as a file."""
    table = Image.new("RGB", (1600, 1200), (120, 96, 76))
    side = front_side(card).rotate(tilt, expand=True, fillcolor=(120, 96, 76), resample=Image.Resampling.BICUBIC)
    table.paste(side, ((1600 - side.width) // 2, (1200 - side.height) // 2))
    out = io.BytesIO()
    table.filter(ImageFilter.GaussianBlur(blur)).save(out, kind, quality=80)
    return out.getvalue()
