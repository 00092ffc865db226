"""A backup brings everything back but the keys; nothing damaged, foreign or unwanted is ever put in place (F9, I13)."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.audit_chain import seal_events
from park_workers.foundation.files import StoredFile, store_file
from park_workers.foundation.search_hash import person_key
from park_workers.models import Role, User, Worker
from park_workers.services.people import PersonLine, ensure_people
from tests.conftest import Cast, make_member
from tests.park_workers.numbers import id_number

NUMBER = id_number(17)
CONTENT = b"roster of " + NUMBER.encode()
pytestmark = pytest.mark.skipif(
    connection.vendor == "postgresql" and shutil.which("pg_dump") is None, reason="pg_dump is not installed"
)


@pytest.fixture
def site(committed_cast: Cast, settings: LazySettings, tmp_path: Path) -> Cast:
    """An installation of its own folder, with a person, a file and a sealed audit chain."""
    settings.STATE_DIR, settings.FILES_DIR = tmp_path / "state", tmp_path / "state" / "files"
    settings.AUDIT_HEADS_FILE = tmp_path / "state" / "audit-heads.log"
    store_file(content=CONTENT, name="花名册.xlsx")
    with transaction.atomic():
        ensure_people(people=[PersonLine(NUMBER, person_key(NUMBER), "某工")], recorded_by=committed_cast.clerk)
    seal_events()
    return committed_cast


@pytest.fixture
def archive(site: Cast, tmp_path: Path) -> Path:
    """A backup of it."""
    target = tmp_path / "one.tar"
    call_command("backup", str(target), stdout=io.StringIO())
    return target


def restore(source: Path, *options: str) -> str:
    """What `manage.py restore` says."""
    said = io.StringIO()
    call_command("restore", str(source), *options, stdout=said)
    return said.getvalue()


def rewritten(source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with members changed (None: left out)."""
    target = source.with_name("changed.tar")
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            assert content is not None
            now = change(member.name, content.read())
            if now is not None:
                member.size = len(now)
                new.addfile(member, io.BytesIO(now))
    return target


def manifest_with(**fields: Any) -> Callable[[str, bytes], bytes]:
    """A change of the manifest alone."""

    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | fields).encode() if name == "manifest.json" else content

    return change


@pytest.mark.django_db(transaction=True)
def test_what_was_lost_comes_back_and_what_came_later_goes(site: Cast, archive: Path, settings: LazySettings) -> None:
    make_member("came_later", site.bureau, Role.CLERK)
    shutil.rmtree(settings.FILES_DIR)
    late = store_file(content=b"later", name="later.xlsx")
    said = restore(archive, "--replace")
    assert "核验通过" in said
    assert not User.objects.filter(username="came_later").exists()
    assert StoredFile.objects.get().read() == CONTENT
    assert not late.path.exists()
    assert Worker.objects.get().open_id_number() == NUMBER  # type: ignore[attr-defined]
    assert AuditEvent.objects.order_by("pk").last().code == "installation.restored"  # type: ignore[union-attr]
    assert {path.name for path in Path(settings.STATE_DIR).iterdir()} == {"files", "audit-heads.log"}


@pytest.mark.django_db(transaction=True)
def test_the_guards_of_the_database_come_back_too(site: Cast, archive: Path) -> None:
    restore(archive, "--replace")
    with pytest.raises(Exception, match="audit"), connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_auditevent SET note = 'x'")


@pytest.mark.django_db(transaction=True)
def test_an_empty_installation_takes_a_backup_without_a_question(
    site: Cast, archive: Path, settings: LazySettings
) -> None:
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(settings.STATE_DIR)
    assert "核验通过" in restore(archive)
    assert User.objects.filter(username="clerk").exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_in_use_is_not_replaced_unasked(archive: Path) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(CommandError, match="--replace"):
        restore(archive)
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_its_owners_alone_and_holds_neither_keys_nor_plain_numbers(
    archive: Path, settings: LazySettings
) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    content = archive.read_bytes()
    assert NUMBER.encode() not in content
    assert settings.KEY_RING.search_hash_key not in content
    assert settings.KEY_RING.django_secret.encode() not in content
    with tarfile.open(archive) as found:
        assert not [name for name in found.getnames() if "key" in name]


@pytest.mark.django_db(transaction=True)
def test_a_backup_never_overwrites_another(archive: Path) -> None:
    with pytest.raises(CommandError, match="不覆盖"):
        call_command("backup", str(archive))


def flipped(name: str, content: bytes) -> bytes:
    """One bit of the uploaded file is another."""
    return content[:-1] + bytes([content[-1] ^ 1]) if name.endswith(".sealed") else content


def without_files(name: str, content: bytes) -> bytes | None:
    """The uploaded file is missing."""
    return None if name.endswith(".sealed") else content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flipped, "摘要不符"),
        (without_files, "无法读取"),
        (manifest_with(keys="0" * 64), "密钥文件不是"),
        (manifest_with(engine="oracle"), "备份来自 oracle"),
        (manifest_with(format=2), "版本不同"),
        (manifest_with(migrations=["foundation.9999_of_tomorrow"]), "较新的程序"),
        (manifest_with(members={"../../evil": "0" * 64}), "不完整"),
    ],
)
def test_a_damaged_or_foreign_archive_changes_nothing(
    archive: Path, change: Callable[[str, bytes], bytes], words: str
) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(CommandError, match=words):
        restore(rewritten(archive, change), "--replace")
    assert AuditEvent.objects.count() == before
    assert StoredFile.objects.get().read() == CONTENT


@pytest.mark.django_db(transaction=True)
def test_an_archive_that_names_a_place_outside_is_refused(archive: Path) -> None:
    def outside(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        return json.dumps(manifest | {"members": manifest["members"] | {"files/../evil": "0"}}).encode()

    with pytest.raises(CommandError, match="不应有的文件"):
        restore(rewritten(archive, outside), "--replace")


@pytest.mark.django_db(transaction=True)
def test_a_restored_chain_that_was_tampered_with_ends_with_exit_1(site: Cast, archive: Path) -> None:
    def forged(name: str, content: bytes) -> bytes:
        return content.replace(b"1", b"2") if name == "audit-heads.log" else content

    changed = rewritten(archive, forged)
    with tarfile.open(changed) as found:
        member = found.extractfile("audit-heads.log")
        assert member is not None
        digest = hashlib.sha256(member.read()).hexdigest()
        members = json.load(found.extractfile("manifest.json"))["members"]  # type: ignore[arg-type]
    final = rewritten(
        changed.rename(changed.with_name("forged.tar")), manifest_with(members=members | {"audit-heads.log": digest})
    )
    with pytest.raises(SystemExit) as ended:
        restore(final, "--replace")
    assert ended.value.code == 1
