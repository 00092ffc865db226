"""Verify the audit chain; exit 1 on any finding."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from park_workers.foundation.audit_bundle import verify_bundle
from park_workers.foundation.audit_chain import verify_chain


class Command(BaseCommand):
    """Print what was checked and every finding."""

    help = "核验审计链：内容、次序、缺失、截断，以及现状态与审计记录是否一致；发现问题时退出码为 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A bundle exported by the auditor is verified instead of the database."""
        parser.add_argument("--bundle", type=Path, help="核验导出的审计包（ZIP），不读数据库")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        bundle: Path | None = options["bundle"]
        report = verify_bundle(bundle) if bundle else verify_chain()
        self.stdout.write(f"已封存事件 {report.sealed} 条，链头 {report.heads} 个，尚未封存 {report.unsealed} 条")
        for finding in report.findings:
            self.stdout.write(f"[{finding.code}] {finding.message}")
        if not report.is_intact:
            self.stdout.write(f"核验未通过：发现 {len(report.findings)} 处问题")
            sys.exit(1)
        self.stdout.write("核验通过：审计链完整" + ("" if bundle else "，现状态与审计记录一致"))
