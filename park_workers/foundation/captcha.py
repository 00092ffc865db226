"""Our own captcha: digits in a picture, and beside it a sum in words for whoever cannot see them; either answer counts.

It keeps off programs that do not look, no more: what it stands before must tell nothing to a guesser anyhow.  The question
travels in a signed token with hashes of its answers; whoever checks an answer must see to it that a token counts once.
"""

from __future__ import annotations

import base64
import io
import secrets
from dataclasses import dataclass

from django.core import signing
from PIL import Image, ImageDraw, ImageFont

from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.search_hash import search_hash

SALT, LIFE_SECONDS = "captcha", 900
DIGITS = 5
NUMERALS = "零一二三四五六七八九十"
WIDTH, HEIGHT = 200, 72
INK, PAPER, THREAD = (29, 78, 137), (255, 255, 255), (150, 170, 200)

_random = secrets.SystemRandom()


@dataclass(frozen=True)
class Captcha:
    """What is shown: a token to send back, the picture as a data address, the same question in words."""

    token: str
    picture: str
    words: str


@dataclass(frozen=True)
class Question:
    """What a token says: its number, for which form it was asked, and hashes of the answers (none: answered already)."""

    nonce: str
    form_key: str
    answers: tuple[str, ...]

    def is_answered_by(self, text: str) -> bool:
        """Whether this is one of the answers; a token of an answered question asks nothing more."""
        return not self.answers or _hash(self.nonce, _plain(text)) in self.answers


def ask(form_key: str) -> Captcha:
    """A new question for one filling-in of a form."""
    nonce = secrets.token_hex(16)
    digits = "".join(_random.choice("23456789") for _ in range(DIGITS))
    a, b, c = _random.randint(2, 9), _random.randint(2, 9), _random.randint(1, 3)
    answers = [_hash(nonce, digits), _hash(nonce, str(a + b - c))]
    return Captcha(
        signing.dumps([nonce, form_key, answers], salt=SALT), picture_of(digits),
        f"{NUMERALS[a]}加{NUMERALS[b]}，再减去{NUMERALS[c]}，等于几？",
    )  # fmt: skip


def answered(form_key: str) -> str:
    """A token that stands for a right answer, for the same form once more."""
    return signing.dumps([secrets.token_hex(16), form_key, []], salt=SALT)


def open_token(token: str) -> Question | None:
    """The question of a token; None when it was not asked here or is too old."""
    try:
        nonce, form_key, answers = signing.loads(token, salt=SALT, max_age=LIFE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Question(nonce, form_key, tuple(answers))


def _hash(nonce: str, answer: str) -> str:
    return search_hash(f"{nonce}\0{answer}", purpose="captcha")


def _plain(text: str) -> str:
    """Digits as typed, or a Chinese numeral up to nineteen."""
    typed = "".join(clean_text(text).split())
    if typed and all(sign in NUMERALS for sign in typed):
        tens, ten, ones = typed.partition("十")
        if ten and len(tens) < 2 and len(ones) < 2:
            return str((NUMERALS.index(tens) if tens else 1) * 10 + (NUMERALS.index(ones) if ones else 0))
        return "".join(str(NUMERALS.index(sign)) for sign in typed)
    return typed


def picture_of(digits: str) -> str:
    """The digits turned and shifted, with threads through them, as a PNG in a data address."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    step = WIDTH // len(digits)
    for place, digit in enumerate(digits):
        size = _random.randint(38, 46)
        tile = Image.new("L", (64, 64), 0)
        ImageDraw.Draw(tile).text((32, 32), digit, fill=255, font=ImageFont.load_default(size), anchor="mm")
        tile = tile.rotate(_random.randint(-28, 28), resample=Image.Resampling.BICUBIC)
        at = (place * step + step // 2 - 32 + _random.randint(-3, 3), _random.randint(-2, HEIGHT - 62))
        picture.paste(INK, at, tile)
    draw = ImageDraw.Draw(picture)
    for _ in range(4):
        ends = [
            (0, _random.randint(0, HEIGHT)),
            (WIDTH // 2, _random.randint(0, HEIGHT)),
            (WIDTH, _random.randint(0, HEIGHT)),
        ]
        draw.line(ends, fill=THREAD, width=2)
    for _ in range(160):
        draw.point((_random.randrange(WIDTH), _random.randrange(HEIGHT)), fill=THREAD)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
