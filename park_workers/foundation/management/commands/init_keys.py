"""Make the key file of this installation: once, outside the source tree, never over an old one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.keys import KeyRing


class Command(BaseCommand):
    """Write settings.KEYS_FILE."""

    help = "生成本机密钥文件（环境变量 YXT_KEYS_FILE 指明位置）；已有的密钥文件绝不覆盖"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--if-missing", action="store_true", help="已有密钥文件时核对后正常结束")

    def handle(self, *args: Any, if_missing: bool = False, **options: Any) -> None:
        """Create it, or say why not."""
        path = Path(settings.KEYS_FILE).expanduser().resolve()
        if path.is_relative_to(Path(settings.BASE_DIR).resolve()):
            raise CommandError(f"密钥文件不能放在程序目录内：{path}。请用环境变量 YXT_KEYS_FILE 指到程序目录以外")
        if path.exists():
            if not if_missing:
                raise CommandError(f"密钥文件已存在，绝不覆盖：{path}")
            KeyRing.load(path)
            self.stdout.write(f"密钥文件已存在：{path}")
            return
        KeyRing.create(path)
        self.stdout.write(f"已生成密钥文件：{path}。请立即另行备份；丢失后已加密的个人信息无法恢复。")
