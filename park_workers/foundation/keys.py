"""The key file: one per installation, outside the repository, never in the database.

It holds the encryption keys by key id (the newest is used for writing, all open what they once sealed), the key of the
search hashes and Django's signing secret.  Whoever loses it loses the personal data; `manage.py backup` never contains it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


class KeysMissing(SystemExit):
    """No usable key file: the service refuses to start."""


@dataclass(frozen=True)
class KeyRing:
    """Keys of one installation."""

    encryption_keys: dict[str, bytes]
    current_key_id: str
    search_hash_key: bytes
    django_secret: str

    @property
    def link_key(self) -> bytes:
        """The key of signed references (links.py), made from the search key: that one is never exchanged, as printed cards are not."""
        return hmac.digest(self.search_hash_key, b"signed references, first edition", hashlib.sha256)

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read the key file; raises KeysMissing with what to do."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise KeysMissing(
                f"未找到密钥文件 {path}（{error.strerror}）。请先运行 python manage.py init_keys，或用环境变量 YXT_KEYS_FILE 指明位置。"
            ) from error
        try:
            content = json.loads(text)
            keys = {name: base64.b64decode(key) for name, key in content["encryption_keys"].items()}
            ring = cls(
                keys, content["current_key_id"], base64.b64decode(content["search_hash_key"]), content["django_secret"]
            )
            complete = ring.current_key_id in keys and all(len(k) == 16 for k in keys.values())
            if not complete or len(ring.search_hash_key) != 32:
                raise ValueError("incomplete")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeysMissing(f"密钥文件 {path} 已损坏，请从备份恢复，切勿重新生成（旧密文将无法打开）。") from error
        return ring

    @classmethod
    def create(cls, path: Path) -> KeyRing:
        """Write a new key file readable by its owner only; never overwrites."""
        key_id = "k1"
        content = {
            "encryption_keys": {key_id: base64.b64encode(secrets.token_bytes(16)).decode()},
            "current_key_id": key_id,
            "search_hash_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "django_secret": secrets.token_urlsafe(48),
        }
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(content, out, indent=1)
        return cls.load(path)
