"""One archive with everything but the keys; safe while the service runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.backup import BackupRefused, make_backup
from park_workers.foundation.database_copies import CopyFailed


class Command(BaseCommand):
    """`manage.py backup TARGET`."""

    help = "把数据库、加密文件和审计链头备份成一个 .tar（不含密钥文件，密钥文件须另行保管）；服务运行时也可执行"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("target", type=Path, help="备份文件，例如 yixiantong-20260401.tar；已有的文件不覆盖")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what is in it."""
        target: Path = options["target"].expanduser().resolve()
        try:
            manifest = make_backup(target)
        except (BackupRefused, CopyFailed, OSError) as error:
            raise CommandError(f"备份未完成：{error}") from error
        files = sum(name.startswith("files/") for name in manifest.members)
        size = f"{target.stat().st_size / 1048576:.1f} MB"
        self.stdout.write(f"已备份到 {target}（{size}）：数据库（{manifest.engine}）、{files} 个加密文件、审计链头")
        self.stdout.write("备份不含密钥文件；没有密钥文件，备份中的个人信息无法打开，请分开保管两者。")
