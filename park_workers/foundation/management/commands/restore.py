"""Put an archive of `manage.py backup` in place, bring it up to this version, and verify the audit chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.backup import BackupRefused, digest_of_file, restore_backup
from park_workers.foundation.database_copies import CopyFailed

OPERATOR = SystemActor("备份恢复")


class Command(BaseCommand):
    """`manage.py restore SOURCE [--replace]`; exit 1 when the chain does not verify."""

    help = "从备份恢复数据库、加密文件和审计链头，随后核验审计链；恢复前请停止网页、后台任务与定时任务"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("source", type=Path, help="manage.py backup 生成的文件")
        parser.add_argument("--replace", action="store_true", help="目标已有数据时整库替换")

    def handle(self, *args: Any, replace: bool = False, **options: Any) -> None:
        """Restore, migrate, end old sessions, leave an event, verify."""
        source: Path = options["source"].expanduser().resolve()
        try:
            manifest = restore_backup(source, replace=replace)
        except (BackupRefused, CopyFailed, OSError) as error:
            raise CommandError(f"未恢复：{error}") from error
        call_command("migrate", verbosity=0, interactive=False)
        # Whoever had logged out since, or lost a role, must not be in again.
        Session.objects.all().delete()
        record_event(
            actor=OPERATOR, code="installation.restored", subject=None,
            changes={"made_at": manifest.made_at, "sha256": digest_of_file(source)},
        )  # fmt: skip
        files = sum(name.startswith("files/") for name in manifest.members)
        self.stdout.write(f"已恢复 {manifest.made_at} 的备份：数据库与 {files} 个加密文件；所有登录已失效")
        call_command("verify_audit", stdout=self.stdout)
