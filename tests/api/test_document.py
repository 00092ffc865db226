"""The program in docs/api.md, copied out as it stands, runs against a live service as somebody who has just got a password."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from park_workers.models import Employment, Membership, Role, Worker
from park_workers.services.memberships import grant_membership
from tests.accounts.conftest import PASSWORD, code_at, second_factor_required, with_password, with_second_factor
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.source_rules import ROOT
from tests.subsidies.stage import Stage, bank_rows, give_return, make_file, send_file, set_stage, take_to

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
__all__ = ["second_factor_required"]
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The one program of the page, and a roster with two good rows and a wrong one beside it."""
    (text,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    (tmp_path / "client.py").write_text(text, encoding="utf-8")
    rows = [staff(name, id_number(order), date(2023, 2, 1)) for name, order in (("李四", 921), ("王五", 922))]
    rows.append(staff("赵六", "441899199005179012", date(2023, 2, 1)))
    (tmp_path / "roster.xlsx").write_bytes(workbook(ROSTER_HEADER, rows))
    return tmp_path


@pytest.fixture
def run(program: Path, live_server: Any) -> Run:
    """Start it as a newcomer does: nothing of this process but the address, the name, the password."""

    def start(username: str, *more: str) -> subprocess.Popen[str]:
        plain = {"PATH": os.environ["PATH"], "YXT_PASSWORD": PASSWORD, "PYTHONUTF8": "1"}
        command = [sys.executable, "-I", "client.py", live_server.url, username, "roster.xlsx", *more]
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(command, cwd=program, env=plain, text=True, encoding="utf-8", **pipes)

    return start


def finished(process: subprocess.Popen[str], typed: str = "") -> str:
    said, complaint = process.communicate(typed, timeout=120)
    assert process.returncode == 0, (said, complaint)
    return said


def close(stage: Stage) -> None:
    """From the review to the bank's answer."""
    take_to(stage, "answered")
    payment_file = send_file(stage, make_file(stage))
    give_return(stage, payment_file, *bank_rows(payment_file))


def test_a_newcomer_registers_a_hire_gives_a_roster_and_follows_a_batch(committed_cast: Cast, run: Run) -> None:
    stage = take_to(set_stage(committed_cast), "submitted")
    with_password(committed_cast.hr.user)
    process = run("hr", str(stage.batch.pk))
    assert process.stdout is not None
    said = ""
    while "第一批" not in said and (line := process.stdout.readline()):
        said += line
    close(stage)
    said += finished(process)
    assert "已登录 hr 企业人事 示例甲制衣有限公司" in said
    assert "受理编号" in said and "441899********9775" in said
    assert "共 3 行，合格 2，错误 1" in said and "已导入" in said
    assert said.strip().splitlines()[-1].endswith("第一批 已办结")
    assert Employment.objects.filter(worker__name="张三", enterprise=committed_cast.alpha).count() >= 1
    assert set(Worker.objects.filter(name__in=("李四", "王五", "赵六")).values_list("name", flat=True)) == {
        "李四",
        "王五",
    }


def test_run_again_it_registers_nobody_twice(committed_cast: Cast, run: Run) -> None:
    with_password(committed_cast.hr.user)
    first, second = finished(run("hr")), finished(run("hr"))
    assert re.search(r"受理编号 (\w+)", first).group(1) == re.search(r"受理编号 (\w+)", second).group(1)  # type: ignore[union-attr]
    assert Employment.objects.count() == 3


@pytest.mark.usefixtures("second_factor_required")
def test_it_asks_for_the_code_and_for_the_role(committed_cast: Cast, run: Run) -> None:
    member: Membership = committed_cast.hr
    other = grant_membership(
        actor=INSTALLER, user=member.user, organisation=committed_cast.beta.organisation, role=Role.ENTERPRISE_HR,
        day=FIRST_DAY,
    )  # fmt: skip
    now = timezone.now()
    with_second_factor(with_password(member.user), now - timedelta(minutes=5))
    said = finished(run("hr"), f"{code_at(member.user, now)}\n{other.pk}\n")
    assert "已登录 hr 企业人事 示例乙服饰有限公司" in said
    assert Employment.objects.filter(enterprise=committed_cast.beta).count() == 3
