"""The menu: every entry leads somewhere, and to whoever it is shown the page opens."""

from __future__ import annotations

import pytest
from django.test import Client

from pages.desk.navigation import ENTRIES, Entry, family_of, groups_for, seen_by
from pages.templatetags.look import icon
from park_workers.models import Membership, Organisation, Role
from park_workers.models.users import ADMINISTRATORS
from tests.conftest import Cast, make_member
from tests.standing import standing


@standing
def members(cast: Cast) -> dict[str, Membership]:
    """One person for each role."""
    found = [
        cast.clerk, cast.reviewer, cast.approver_1, cast.finance, cast.auditor, cast.city_reviewer, cast.hr, cast.base_clerk,
    ]  # fmt: skip
    agency = Organisation.objects.create(kind="agency", name="示例人力资源有限公司", credit_code="91441899000000035L")
    for role in (Role.EXPERT, *sorted(ADMINISTRATORS)):
        found.append(make_member(f"one_{role}", cast.bureau, Role(role)))
    found.append(make_member("agency", agency, Role.AGENCY_CLERK))
    assert {member.role for member in found} == set(Role.values)
    return {member.role: member for member in found}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_an_entry_has_an_address_an_icon_and_somebody_who_sees_it(entry: Entry) -> None:
    assert entry.address.startswith("/")
    assert "<svg" in icon(entry.icon)
    assert entry.roles <= set(Role.values)
    assert entry.roles


def test_whoever_sees_an_entry_may_open_it_and_finds_it_marked(members: dict[str, Membership]) -> None:
    for role, member in members.items():
        client = Client()
        client.force_login(member.user)
        for entry in seen_by(member):
            answer = client.get(entry.address)
            assert answer.status_code == 200, (role, entry.label)
            is_desk = 'class="rail"' in answer.content.decode()
            assert not is_desk or 'aria-current="page">' in answer.content.decode(), (role, entry.label)


def test_what_stands_beside_another_page_is_reached_from_there_and_not_from_the_menu(
    members: dict[str, Membership],
) -> None:
    clerk = members[Role.CLERK]
    in_menu = {entry.label for _, entries in groups_for(clerk) for entry in entries}
    beside = [entry.label for entry in family_of("experts", clerk)]
    assert beside == ["技术评审", "评审专家", "评分标准", "评审等次"] and in_menu & set(beside) == {"技术评审"}
    assert family_of("batches", clerk) == [] and family_of("experts", members[Role.BASE_CLERK]) == []


def test_nobody_sees_two_entries_of_one_name() -> None:
    for role in Role.values:
        labels = [entry.label for entry in ENTRIES if role in entry.roles]
        assert len(labels) == len(set(labels))


def test_administrators_are_offered_no_business(members: dict[str, Membership]) -> None:
    business = {"今日", "批次", "企业", "人员", "政策", "资金", "拨付", "账号变更", "任务", "上传", "公示"}
    for role in ADMINISTRATORS:
        assert not business & {entry.label for _, entries in groups_for(members[role]) for entry in entries}
