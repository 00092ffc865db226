"""Files people gave us, encrypted at rest; the database row names them by a random reference."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.encryption import open_bytes, seal_bytes
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.written_words import WordsField


def new_reference() -> str:
    """A random, unguessable reference shown to people (20 letters and digits)."""
    return secrets.token_hex(10)


class StoredFile(models.Model):
    """One encrypted file; `sha256` is that of its plain content."""

    reference = models.CharField("文件编号", max_length=20, unique=True, default=new_reference)
    original_name = WordsField("原文件名", max_length=255)
    sha256 = models.CharField("摘要", max_length=64)
    size_bytes = models.PositiveBigIntegerField("字节数")
    recorded_at = models.DateTimeField("存入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return str(self.original_name)

    @property
    def path(self) -> Path:
        """Where the ciphertext lies."""
        return Path(settings.FILES_DIR) / self.reference[:2] / f"{self.reference}.sealed"

    def _bound(self, name: str = "content") -> str:
        return f"{self._meta.db_table}.{name}.{self.reference}"

    def read(self) -> bytes:
        """The plain content, in memory only."""
        return open_bytes(self.path.read_bytes(), bound=self._bound())

    def keep_beside(self, name: str, content: bytes) -> None:
        """Keep something worked out from the file, sealed beside it; it is in no backup and may be gone at any time."""
        _write_sealed(self.path.with_suffix(f".{name}"), content, bound=self._bound(name))

    def read_beside(self, name: str) -> bytes:
        """What was kept beside the file; raises FileNotFoundError, CannotDecrypt."""
        return open_bytes(self.path.with_suffix(f".{name}").read_bytes(), bound=self._bound(name))

    def forget_beside(self, name: str) -> None:
        """Delete what was kept beside the file, if anything was."""
        self.path.with_suffix(f".{name}").unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def store_file(*, content: bytes, name: str) -> StoredFile:
    """Encrypt and keep a file.  The file is on the disk before the row is, so a row never names a missing file."""
    stored = StoredFile(original_name=name[-255:], sha256=digest_of(content), size_bytes=len(content))
    _write_sealed(stored.path, content, bound=stored._bound())
    stored.save()
    return stored


def _write_sealed(path: Path, content: bytes, *, bound: str) -> None:
    """The whole file or none, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(f"{path.suffix}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(seal_bytes(content, bound=bound))
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def fetch_kept_file(*, actor: Actor, kept: Any, code: str, changes: dict[str, Any], anew: str) -> bytes:
    """The content of what keeps its `file` until `forgotten_at`; the fetching leaves an event, in the caller's transaction.

    `anew` says how to come by another one.  Raises RuleViolation FILE_FORGOTTEN, NOT_READY.
    """
    if kept.forgotten_at is not None:
        raise RuleViolation("FILE_FORGOTTEN", "这份文件已到期清理", anew)
    if kept.file is None:
        raise RuleViolation("NOT_READY", "文件还没有做好", "请稍候，进度见本页")
    record_event(actor=actor, code=code, subject=kept, changes=changes)
    content: bytes = kept.file.read()
    return content


@transaction.atomic
def forget_kept_files(*, actor: Actor, kept: type[models.Model], days: int, code: str) -> int:
    """Delete the files of what was asked for longer ago than so many days, at the least one; the rows stay.

    Returns how many; one event when there were any.
    """
    before = timezone.now() - timedelta(days=max(1, days))
    old: list[Any] = list(kept._base_manager.filter(recorded_at__lt=before, file__isnull=False).select_related("file"))
    kept._base_manager.filter(pk__in=[row.pk for row in old]).update(file=None, forgotten_at=timezone.now())
    for row in old:
        forget_file(row.file)
    if old:
        changes = {"count": len(old), "before": before.isoformat()}
        record_event(actor=actor, code=code, subject=None, changes=changes)
    return len(old)


def forget_file(stored: StoredFile) -> None:
    """Delete a file for good: the row in the caller's transaction, the ciphertext once that has committed."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
