"""A person who may log in, in one role; the password is random and shown once."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Organisation, Role, User
from park_workers.services.memberships import ROLES_BY_KIND, grant_membership

INSTALLER = SystemActor("安装")
PASSWORD_BYTES = 12


class Command(BaseCommand):
    """`manage.py add_person LOGIN --name NAME --role ROLE [--organisation NAME_OR_CODE]`; a known person gets one more role."""

    help = "新建用户并授予岗位（每个岗位的第一个用户在服务器上这样建立），随机密码只显示一次"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role], help="岗位")
        parser.add_argument("--organisation", default="", help="单位名称或统一社会信用代码；只有一个可选单位时可省略")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the person, grant the role, print the password of a new person."""
        role = Role(options["role"])
        organisation = self._organisation(role, options["organisation"])
        user = User.objects.filter(username=options["username"]).first()
        password = secrets.token_urlsafe(PASSWORD_BYTES) if user is None else ""
        try:
            with transaction.atomic():
                user = user or User.objects.create_user(options["username"], password, options["name"])
                grant_membership(
                    actor=INSTALLER, user=user, organisation=organisation, role=role, day=business_day(),
                    is_owner=role == Role.ENTERPRISE_HR,
                )  # fmt: skip
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username}：{role.label}，{organisation.name}")
        self.stdout.write(f"初始密码（只显示这一次）：{password}" if password else "该用户已存在，密码未变。")

    def _organisation(self, role: Role, named: str) -> Organisation:
        """The organisation named, or the only one that has this role."""
        kinds = [kind for kind, roles in ROLES_BY_KIND.items() if role in roles]
        found = Organisation.objects.filter(kind__in=kinds)
        if named:
            found = found.filter(name=named) | found.filter(credit_code=named)
        matches = list(found[:2])
        if len(matches) != 1:
            wanted = (
                f"没有名为“{named}”且设有“{role.label}”岗位的单位"
                if named
                else f"请用 --organisation 指明“{role.label}”所在单位"
            )
            raise CommandError(f"{wanted}（先运行 install_bureau，或导入企业名录）")
        return matches[0]
