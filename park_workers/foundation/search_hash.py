"""Keyed hashes (HMAC-SM3) beside encrypted columns: equal values are found, nothing can be read back."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings

HASH_LENGTH = 64


def search_hash(value: str, *, purpose: str) -> str:
    """64 hex digits of HMAC-SM3 over purpose and value; an empty value has an empty hash.

    `purpose` (such as "id_number" or "phone") keeps equal texts of different columns apart.
    """
    if not value:
        return ""
    mac = hmac.HMAC(settings.KEY_RING.search_hash_key, hashes.SM3())
    mac.update(f"{purpose}\0{value}".encode())
    return mac.finalize().hex()


def person_key(id_number: str) -> str:
    """The natural key of a person: hash of the cleaned document number."""
    return search_hash(id_number, purpose="id_number")
