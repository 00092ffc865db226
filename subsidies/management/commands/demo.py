"""The main job on real input: a database of its own, the packaged year replayed, log-ins to look at it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max

from park_workers.foundation.business_day import begin_practice, business_day, practice_day
from subsidies.replay.plan import folder_digest

MARK = "demo-folder.sha256"
LOG_INS = "demo-log-ins.txt"
#: (log-in name, what to look at)
PEOPLE = (
    ("clerk", "经办：测算、提交、公示、上报"),
    ("reviewer", "复核"),
    ("approver_1", "审批"),
    ("approver_2", "审批（第二人）"),
    ("finance", "财务：拨付、回盘"),
    ("city", "市局"),
    ("auditor", "审计：只读，全部遮盖"),
    ("security_admin", "安全管理员：账号与岗位"),
    ("system_admin", "系统管理员"),
    ("log_admin", "日志管理员：访问日志"),
)
#: roles that no step of the year needs, and whose pages are worth a look; the log-in name is the role
WATCHERS = ("auditor", "security_admin", "system_admin", "log_admin")


class Command(BaseCommand):
    """`manage.py demo [--folder F]`: builds what is missing, changes nothing that is there."""

    help = "准备演示：迁移数据库、回放资料、打印演示账号"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "examples" / "year-2023")
        parser.add_argument("--port", type=int, default=0, help="接着在此端口启动；0 为不启动")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, replay, tell who may log in."""
        folder = options["folder"].resolve()
        if not folder.is_dir():
            raise CommandError(f"找不到资料文件夹 {folder}")
        state = Path(settings.STATE_DIR)
        digest = folder_digest(folder)
        self._start_anew_if_changed(state, digest)
        if not (state / MARK).exists():
            self.stdout.write("正在建立演示数据库，约需一两分钟……")
            self.stdout.flush()
        call_command("migrate", verbosity=0)
        (state / MARK).write_text(digest + "\n", encoding="utf-8")
        # A process of its own, so that its exit status tells whether all figures agree.
        command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "replay_year", str(folder)]
        agreed = subprocess.run(command, check=False, env=os.environ | {"PYTHONUNBUFFERED": "1"}).returncode
        self._stay_in_the_year()
        self._add_watchers()
        self._print_log_ins(state, options["port"])
        if agreed != 0:
            sys.exit(agreed)

    def _start_anew_if_changed(self, state: Path, digest: str) -> None:
        """Files that differ from those replayed before need a new database; only the demo's own folder is emptied."""
        state.mkdir(parents=True, exist_ok=True)
        mark = state / MARK
        database = str(settings.DATABASES["default"]["NAME"])
        is_own = "sqlite" in settings.DATABASES["default"]["ENGINE"] and Path(database).parent == state
        if not is_own:
            raise CommandError("演示只使用自己的 SQLite 数据库；要在其他数据库上回放，请用 manage.py replay_year")
        if mark.exists() and mark.read_text(encoding="utf-8").strip() != digest:
            self.stdout.write("资料与上次演示不同，重新建立演示数据库。")
            for path in state.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _add_watchers(self) -> None:
        """People of the bureau whom the year does not need; those who are there stay as they are."""
        from park_workers.foundation.actors import SystemActor
        from park_workers.models import Organisation, Role, User
        from park_workers.services.memberships import grant_membership

        bureau = Organisation.objects.filter(kind=Organisation.Kind.DISTRICT_BUREAU).order_by("pk").first()
        for role in map(Role, WATCHERS):
            if bureau is None or User.objects.filter(username=role).exists():
                continue
            user = User.objects.create_user(role.value, display_name=role.label)
            grant_membership(actor=SystemActor("演示"), user=user, organisation=bureau, role=role, day=business_day())

    def _stay_in_the_year(self) -> None:
        """The business day stays where the played year ended, so that lists are fresh, months wait and terms run."""
        from park_workers.foundation.audit import AuditEvent

        last = AuditEvent.objects.filter(code="replay.step_done").aggregate(last=Max("business_day"))["last"]
        if settings.PRACTICE and practice_day() is None and last is not None:
            begin_practice(last)
        if (day := practice_day()) is not None:
            self.stdout.write(
                f"演示的业务日期停在 {day}，当日到期的事项仍待办理。要到以后的日期，在本文件夹执行（日期自定）：\n"
                f"  YXT_HTTPS=0 YXT_PRACTICE=1 .venv/bin/python manage.py practice_day {day + timedelta(days=1)}\n"
            )

    def _people(self) -> list[tuple[str, str]]:
        """Those of the bureau, the first base and the first enterprise."""
        from park_workers.models import Enterprise, Membership, Role

        people = [*PEOPLE]
        base = Membership.objects.in_force().filter(role=Role.BASE_CLERK).select_related("user", "organisation").first()
        if base is not None:
            people.append((base.user.username, f"培训基地（{base.organisation.name}）"))
        firm = Enterprise.objects.in_directory_order().select_related("organisation").first()
        if firm is not None:
            people.append((str(firm.organisation.credit_code), f"企业人事（{firm.name}），手机页面"))
        return people

    def _print_log_ins(self, state: Path, port: int) -> None:
        from park_workers.models import User

        path = state / LOG_INS
        if not path.exists():
            lines = []
            for username, label in self._people():
                user = User.objects.filter(username=username).first()
                if user is None:
                    continue
                password = secrets.token_urlsafe(12)
                user.set_password(password)
                user.save(update_fields=["password"])
                lines.append(f"{username:<20} {password:<18} {label}")
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write("\n".join(lines) + "\n")
        where = f"打开 http://127.0.0.1:{port}/ ，用以下任一账号登录" if port else "启动后可用以下账号登录"
        self.stdout.write(
            f"{where}（登录名、密码、岗位；密码为随机生成，仅限本机演示，也存放在 {path}）：\n"
            + path.read_text(encoding="utf-8")
        )
