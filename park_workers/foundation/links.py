"""Signed random references, and the QR codes that carry them.

What a code holds is an address with a random reference and a signature over it, nothing of the person or the firm.  The
signature says that the reference was given out here for this one purpose: a guessed code is refused before the database is
asked, and a code of one purpose is none of another.  Whether a genuine reference still stands is looked up each time.
"""

from __future__ import annotations

import base64
import io
import secrets
from functools import lru_cache

import qrcode
from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BIT_LIMIT_TABLE, MODE_8BIT_BYTE, QRData, length_in_bits

#: 80 random bits and 64 of signature, in small letters and digits that stay themselves when an app changes case
REFERENCE_BYTES, SIGNATURE_BYTES = 10, 8
REFERENCE_LENGTH = 16
SIGNATURE_LENGTH = 13
#: always the same mask: eight times faster than trying all, and readers do not mind
MASK = 2
#: white modules around a code
QUIET = 4


def new_link_reference() -> str:
    """A random reference of 80 bits (16 small letters and digits)."""
    return _base32(secrets.token_bytes(REFERENCE_BYTES))


def sign_reference(reference: str, *, purpose: str) -> str:
    """The reference with its signature for one purpose, such as "card": 29 signs, as they stand in an address."""
    return reference + _signature(reference, purpose)


def open_reference(signed: str, *, purpose: str) -> str | None:
    """The reference, when this installation signed it for this purpose; None for anything else."""
    text = signed.lower()
    if len(text) != REFERENCE_LENGTH + SIGNATURE_LENGTH or not text.isascii():
        return None
    reference, signature = text[:REFERENCE_LENGTH], text[REFERENCE_LENGTH:]
    return reference if secrets.compare_digest(signature, _signature(reference, purpose)) else None


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _signature(reference: str, purpose: str) -> str:
    mac = hmac.HMAC(settings.KEY_RING.link_key, hashes.SM3())
    mac.update(f"{purpose}\0{reference}".encode())
    return _base32(mac.finalize()[:SIGNATURE_BYTES])


@lru_cache(maxsize=64)
def _smallest_version(octets: int) -> int:
    """The smallest code of middle redundancy that takes so many bytes."""
    for version in range(1, 41):
        if 4 + length_in_bits(MODE_8BIT_BYTE, version) + 8 * octets <= BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]:
            return version
    raise ValueError(f"{octets} bytes do not fit a QR code")


def qr_rows(text: str) -> list[list[bool]]:
    """The modules of a code, dark ones true, without the white border; its size follows from the length of the text alone."""
    raw = text.encode()
    code = qrcode.QRCode(_smallest_version(len(raw)), ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(QRData(raw, mode=MODE_8BIT_BYTE))
    code.make(fit=False)
    return [[bool(is_dark) for is_dark in row] for row in code.modules]


def qr_picture(text: str, *, pixels: int) -> Image.Image:
    """A code with its white border, in black and white, at least `pixels` wide: every module the same whole number of pixels."""
    rows = qr_rows(text)
    side = len(rows) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                picture.putpixel((x + QUIET, y + QUIET), 0)
    each = max(1, -(-pixels // side))
    return picture.resize((side * each, side * each), Image.Resampling.NEAREST)


def qr_png(text: str, *, pixels: int = 512) -> bytes:
    """The same as a PNG."""
    out = io.BytesIO()
    qr_picture(text, pixels=pixels).save(out, "PNG", optimize=True)
    return out.getvalue()
