"""Encrypted columns: SM4-GCM, key id in the value, bound to table, column and the owner's natural key.

A stored value reads `k1:<base64 of nonce + ciphertext + tag>`.  The associated data is `table.column.owner`, so a value
moved to another column or another person does not open.  Models name the owner with `bound_to` (a field of the same row).
"""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models

NONCE_BYTES = 12
TAG_BYTES = 16


class CannotDecrypt(Exception):
    """The value was sealed for another owner or column, altered, or its key is missing."""


def _key(key_id: str) -> bytes:
    try:
        key: bytes = settings.KEY_RING.encryption_keys[key_id]
    except KeyError as error:
        raise CannotDecrypt(f"密钥 {key_id} 不在密钥文件中") from error
    return key


def seal_bytes(plain: bytes, *, bound: str) -> bytes:
    """Encrypt bytes for one owner: key id, colon, nonce, ciphertext and tag."""
    key_id = settings.KEY_RING.current_key_id
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(_key(key_id)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound.encode())
    sealed = encryptor.update(plain) + encryptor.finalize()
    return key_id.encode() + b":" + nonce + sealed + encryptor.tag


def open_bytes(sealed: bytes, *, bound: str) -> bytes:
    """Decrypt what `seal_bytes` made; raises CannotDecrypt."""
    key_id, _, rest = sealed.partition(b":")
    if len(rest) < NONCE_BYTES + TAG_BYTES:
        raise CannotDecrypt("密文不完整")
    nonce, body, tag = rest[:NONCE_BYTES], rest[NONCE_BYTES:-TAG_BYTES], rest[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(_key(key_id.decode(errors="replace"))), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound.encode())
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag as error:
        raise CannotDecrypt("密文与所属记录不符") from error


def seal_text(plain: str, *, bound: str) -> str:
    """Encrypt a text for a column; an empty text stays empty."""
    if not plain:
        return ""
    key_id, _, rest = seal_bytes(plain.encode(), bound=bound).partition(b":")
    return f"{key_id.decode()}:{base64.b64encode(rest).decode()}"


def open_text(sealed: str, *, bound: str) -> str:
    """Decrypt a column value; raises CannotDecrypt."""
    if not sealed:
        return ""
    key_id, _, rest = sealed.partition(":")
    try:
        raw = base64.b64decode(rest, validate=True)
    except ValueError as error:
        raise CannotDecrypt("密文格式不正确") from error
    return open_bytes(key_id.encode() + b":" + raw, bound=bound).decode()


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext only.

    The attribute holds the *sealed* text; `seal_<name>(plain)` and `open_<name>()` on the model write and read it.  Plain
    text can therefore never reach the database by an ordinary assignment, a fixture or `values()`: the column's own
    check refuses anything that does not look sealed.
    """

    def __init__(self, *args: Any, bound_to: str = "", **kwargs: Any) -> None:
        self.bound_to = bound_to
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["bound_to"] = self.bound_to
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        if prepared and (":" not in prepared or prepared.partition(":")[0] not in settings.KEY_RING.encryption_keys):
            raise ValueError(f"{self.name} takes sealed text only; use seal_{self.name}()")
        return prepared

    def binding(self, owner: str) -> str:
        """Associated data of a value of this column owned by `owner`."""
        if not owner:
            raise ValueError(f"{self.name} needs its owner's key ({self.bound_to}) before it can be sealed")
        return f"{self.model._meta.db_table}.{self.column}.{owner}"

    def seal(self, plain: str, *, owner: str) -> str:
        """Sealed text of `plain` for the row whose natural key is `owner`; used by bulk loads."""
        return seal_text(plain, bound=self.binding(owner))

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)

        def seal(instance: Any, plain: str) -> None:
            setattr(instance, name, self.seal(plain, owner=str(getattr(instance, self.bound_to))))

        def unseal(instance: Any) -> str:
            owner = str(getattr(instance, self.bound_to))
            return open_text(getattr(instance, name), bound=self.binding(owner))

        setattr(cls, f"seal_{name}", seal)
        setattr(cls, f"open_{name}", unseal)
