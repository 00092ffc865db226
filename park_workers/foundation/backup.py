"""One archive of an installation: database, encrypted files, heads of the audit chain, and a manifest with digests.

The keys file is never in it: whoever has the archive alone reads neither ID numbers nor uploads.  Order matters: the heads
are copied before the database (every head copied is in it), the files after it (every file it names is there).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from park_workers.foundation.database_copies import COPIES
from park_workers.foundation.search_hash import search_hash

FORMAT = 1
MANIFEST = "manifest.json"
HEADS = "audit-heads.log"
FILES = "files/"
CHUNK = 1 << 20
#: tables a fresh `migrate` fills by itself
SEEDED = frozenset({"contenttypes.ContentType", "auth.Permission", "foundation.CalendarDay", "foundation.Pulse"})


class BackupRefused(Exception):
    """The archive or the installation is not fit: what is wrong, in Chinese."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; `keys` recognises the keys file without telling anything of it."""

    format: int
    engine: str
    made_at: str
    keys: str
    migrations: list[str]
    members: dict[str, str]


def keys_mark() -> str:
    """A keyed digest of a constant: the same for the same keys file."""
    return search_hash("backup", purpose="backup_keys")


def digest_of_file(path: Path) -> str:
    """SHA-256 in hex, read in pieces."""
    found = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(CHUNK):
            found.update(piece)
    return found.hexdigest()


@contextmanager
def _working_folder() -> Iterator[Path]:
    """A folder of ours beside the state, so that moving out of it is a rename; gone afterwards."""
    parent = Path(settings.STATE_DIR)
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- making ------------------------------------------------------------------------------------


def make_backup(target: Path) -> Manifest:
    """Write the archive, readable by its owner only; it appears under its name when it is whole."""
    if target.exists():
        raise BackupRefused(f"{target} 已存在，不覆盖；请换一个文件名")
    copy = COPIES[connection.vendor]
    with _working_folder() as folder:
        heads, database = folder / HEADS, folder / copy.member
        source = Path(settings.AUDIT_HEADS_FILE)
        heads.write_bytes(source.read_bytes() if source.exists() else b"")
        copy.take(database)
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            manifest = _write_archive(out, {HEADS: heads, copy.member: database})
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    return manifest


def _write_archive(out: Any, members: dict[str, Path]) -> Manifest:
    digests: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, path in [*members.items(), *_stored_files()]:
            try:
                digests[name] = digest_of_file(path)
                archive.add(path, arcname=name, recursive=False, filter=_anonymous)
            except FileNotFoundError:  # the upload was refused meanwhile, its file removed
                digests.pop(name, None)
        manifest = Manifest(
            FORMAT, connection.vendor, timezone.now().isoformat(), keys_mark(), _applied_migrations(), digests
        )
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=settings.STATE_DIR) as text:
            json.dump(asdict(manifest), text, ensure_ascii=False, indent=1)
            text.flush()
            archive.add(text.name, arcname=MANIFEST, filter=_anonymous)
    return manifest


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Accounts of this machine do not concern the archive."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _stored_files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.FILES_DIR)
    for path in sorted(root.glob("*/*.sealed")):
        yield FILES + path.relative_to(root).as_posix(), path


def _applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


# --- restoring ---------------------------------------------------------------------------------


def restore_backup(source: Path, *, replace: bool = False) -> Manifest:
    """Check everything, then put database, files and heads in place of what is there.

    Nothing is touched unless every digest agrees, the keys file is the right one, and the installation is empty
    (or `replace`).  Stop web, worker and beat before.
    """
    if not replace and (found := what_is_there()):
        raise BackupRefused(f"目标并非空库（{found}）；确认要整库替换时请加 --replace")
    copy = COPIES[connection.vendor]
    with _working_folder() as folder:
        manifest = unpack(source, folder)
        copy.put(folder / copy.member)
        files, old = Path(settings.FILES_DIR), folder / "replaced-files"
        if files.exists():
            files.rename(old)
        (folder / "files").mkdir(exist_ok=True)
        (folder / "files").rename(files)
        heads = Path(settings.AUDIT_HEADS_FILE)
        heads.parent.mkdir(parents=True, exist_ok=True)
        fresh = heads.with_name(heads.name + ".part")
        shutil.copyfile(folder / HEADS, fresh)
        fresh.chmod(0o600)
        fresh.replace(heads)
    return manifest


def what_is_there() -> str:
    """The first thing that would be lost, "" when the installation is empty."""
    tables = set(connection.introspection.table_names())
    for model in apps.get_models():
        meta = model._meta
        if meta.managed and meta.label not in SEEDED and meta.db_table in tables and model._base_manager.exists():
            return str(meta.verbose_name)
    if next(_stored_files(), None):
        return "已存文件"
    return ""


def unpack(source: Path, folder: Path) -> Manifest:
    """The archive's members in `folder`, each with the digest the manifest names; raises BackupRefused."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            content = archive.extractfile(MANIFEST)
            manifest = Manifest(**json.load(content)) if content else None
            _check_manifest(manifest)
            assert manifest is not None
            _extract(archive, manifest, folder)
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError) as error:
        raise BackupRefused(f"备份文件无法读取：{error}") from error
    return manifest


def _check_manifest(manifest: Manifest | None) -> None:
    if manifest is None or manifest.format != FORMAT:
        raise BackupRefused("不是本系统的备份文件，或版本不同")
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"备份来自 {manifest.engine}，本机数据库是 {connection.vendor}")
    if manifest.keys != keys_mark():
        raise BackupRefused("本机密钥文件不是制作备份时的那一份，恢复后无法解密；请先放回原密钥文件")
    known = {f"{app}.{name}" for app, name in _migrations_of_the_code()}
    if newer := sorted(set(manifest.migrations) - known):
        raise BackupRefused(f"备份来自较新的程序（{newer[-1]}），请先升级程序")


def _migrations_of_the_code() -> set[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    return set(loader.disk_migrations) | {key for m in loader.disk_migrations.values() for key in m.replaces}


def _extract(archive: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Regular files with the names of the manifest only; each is compared as written."""
    wanted = {HEADS, COPIES[manifest.engine].member}
    if not wanted <= set(manifest.members):
        raise BackupRefused("备份不完整：缺少数据库或链头文件")
    for name, digest in manifest.members.items():
        parts = PurePosixPath(name).parts
        if (
            ".." in parts
            or name.startswith("/")
            or not (name in wanted or (name.startswith(FILES) and len(parts) == 3))
        ):
            raise BackupRefused(f"备份含有不应有的文件：{name}")
        member = archive.getmember(name)
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise BackupRefused(f"备份中的 {name} 不是普通文件")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(content, out, CHUNK)
        if digest_of_file(path) != digest:
            raise BackupRefused(f"摘要不符：{name} 已损坏或被改动")
