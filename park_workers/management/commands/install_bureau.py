"""The first thing on a new database: the district bureau and the city bureau above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.business_day import begin_practice
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Organisation
from park_workers.services.memberships import install_bureau
from park_workers.services.organisations import ensure_training_base

INSTALLER = SystemActor("安装")


class Command(BaseCommand):
    """`manage.py install_bureau NAME --city NAME [--base NAME ...] [--practice DAY]`: again with the same names changes nothing."""

    help = "登记区人社局、上级市局和培训基地；同名再次登记不产生新记录"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="区人社局名称")
        parser.add_argument("--city", required=True, help="市人社局名称")
        parser.add_argument(
            "--practice", metavar="日期", type=date.fromisoformat, help="建成演练用的安装，业务日期从这天起"
        )
        parser.add_argument("--base", action="append", default=[], help="培训基地名称，可多次给出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter them and say what there is."""
        if options["practice"] is not None:
            self._begin_practice(options["practice"])
        bureau = install_bureau(actor=INSTALLER, name=options["name"], city_name=options["city"])
        self.stdout.write(f"区局：{bureau.name}；市局：{bureau.parent.name if bureau.parent else '—'}")
        for name in options["base"]:
            base = ensure_training_base(actor=INSTALLER, bureau=bureau, name=name)
            self.stdout.write(f"培训基地：{base.organisation.name}")

    def _begin_practice(self, day: date) -> None:
        if Organisation.objects.exists():
            raise CommandError("数据库里已有单位，不能改作演练；请另用一个空数据库")
        try:
            begin_practice(day)
        except RuleViolation as refusal:
            raise CommandError(f"{refusal.message}。{refusal.fix}") from None
        self.stdout.write(f"演练用的安装，业务日期：{day}")
