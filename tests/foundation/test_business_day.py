"""A practice machine has a day that people set; every other machine has today."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from park_workers.foundation.business_day import begin_practice, business_day, set_practice_day
from park_workers.foundation.errors import RuleViolation
from tests.conftest import Cast

DAY = date(2023, 7, 3)


@pytest.fixture
def practice(settings: Any, tmp_path: Path) -> None:
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path


def test_without_practice_the_business_day_is_today_even_where_a_day_was_set(practice: None, settings: Any) -> None:
    begin_practice(DAY)
    settings.PRACTICE = False
    assert business_day() == timezone.localdate()


def test_a_practice_day_moves_forward_only(practice: None) -> None:
    begin_practice(DAY)
    set_practice_day(date(2023, 7, 20))
    with pytest.raises(RuleViolation, match="不能退回 2023-07-19"):
        set_practice_day(date(2023, 7, 19))
    assert business_day() == date(2023, 7, 20)


def test_a_real_installation_cannot_be_given_a_day(practice: None) -> None:
    with pytest.raises(CommandError, match="这不是演练用的安装"):
        call_command("practice_day", "2023-07-03")


@pytest.mark.django_db
def test_practice_begins_on_an_empty_database_only(practice: None, cast: Cast) -> None:
    with pytest.raises(CommandError, match="请另用一个空数据库"):
        call_command("install_bureau", "演练区局", city="演练市局", practice=DAY)
    assert business_day() == timezone.localdate()


@pytest.mark.django_db
def test_a_practice_installation_says_so_on_its_pages(practice: None, client: Any) -> None:
    call_command("install_bureau", "演练区局", city="演练市局", practice=DAY)
    assert "业务日期 2023年7月3日" in client.get("/notices/").content.decode()
    set_practice_day(date(2023, 7, 4))
    assert "业务日期 2023年7月4日" in client.get("/log-in/").content.decode()


def test_practice_and_a_server_for_others_exclude_each_other() -> None:
    environment = {"YXT_PRACTICE": "1", "YXT_HTTPS": "1", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert ended.returncode != 0 and "YXT_HTTPS=0 only" in ended.stderr
