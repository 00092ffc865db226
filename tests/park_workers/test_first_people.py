"""The commands that put the first people into a new database."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from park_workers.models import Membership, Organisation, Role, TrainingBase
from tests.conftest import make_enterprise


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def bureau(db: None) -> Organisation:
    run("install_bureau", "示例区人社局", "--city", "示例市人社局", "--base", "一号基地")
    return Organisation.objects.get(kind="district_bureau")


def test_installing_twice_changes_nothing(bureau: Organisation) -> None:
    run("install_bureau", "示例区人社局", "--city", "示例市人社局", "--base", "一号基地")
    assert Organisation.objects.count() == 3
    assert TrainingBase.objects.get().bureau == bureau


@pytest.mark.parametrize("role", [role.value for role in Role if role not in (Role.AGENCY_CLERK, Role.ENTERPRISE_HR)])
def test_the_first_person_of_every_role_logs_in_with_the_password_shown(bureau: Organisation, role: str) -> None:
    printed = run("add_person", f"first-{role}", "--name", "甲", "--role", role)
    password = re.search(r"只显示这一次）：(\S+)", printed)
    assert password is not None
    assert authenticate(HttpRequest(), username=f"first-{role}", password=password.group(1)) is not None
    assert Membership.objects.get(user__username=f"first-{role}").role == role


def test_the_person_of_a_firm_is_named_by_its_credit_code(bureau: Organisation) -> None:
    enterprise = make_enterprise(bureau, "示例甲制衣有限公司", "91441899000000019Y")
    run("add_person", "hr", "--role", "enterprise_hr", "--organisation", "91441899000000019Y")
    held = Membership.objects.get()
    assert (held.organisation, held.is_owner) == (enterprise.organisation, True)


def test_an_administrator_gets_no_business_role(bureau: Organisation) -> None:
    run("add_person", "root", "--role", "system_admin")
    with pytest.raises(CommandError, match="三员与业务岗位互斥"):
        run("add_person", "root", "--role", "clerk")
    assert Membership.objects.count() == 1


def test_an_unknown_organisation_is_said_so(bureau: Organisation) -> None:
    with pytest.raises(CommandError, match="没有名为"):
        run("add_person", "hr", "--role", "enterprise_hr", "--organisation", "不存在")
