"""The business day of a practice installation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.business_day import business_day, set_practice_day
from park_workers.foundation.errors import RuleViolation


class Command(BaseCommand):
    """`manage.py practice_day [YYYY-MM-DD]`: say the business day, or move a practice installation on to a later one."""

    help = "查看业务日期；演练用的安装可改为之后的日期"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", nargs="?", type=date.fromisoformat, help="如 2023-07-03")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set when a day is given, then say."""
        if options["day"] is not None:
            try:
                set_practice_day(options["day"])
            except RuleViolation as refusal:
                raise CommandError(f"{refusal.message}。{refusal.fix}") from None
        self.stdout.write(f"业务日期：{business_day()}")
