"""An account changes by two people; the directory loaded again changes nothing; administrators hold nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Enterprise, Membership, PayeeAccount, Role, User
from park_workers.models.users import ADMINISTRATORS
from park_workers.services.accounts import account_in_force, approve_account_change, refuse_account_change
from park_workers.services.memberships import grant_membership
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.park_workers.files import findings, give, workbook
from tests.standing import standing

DAY, LATER = date(2023, 5, 4), date(2023, 5, 10)
FILED, WANTED = "990000000000100", "990000000000200"


def firm(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "企业名称": "示例甲制衣有限公司", "统一社会信用代码": cast.alpha.organisation.credit_code, "类型": "纺织服装企业",
        "入园日期": "2021-01-01", "所在园区": "示例园区", "联系人": "", "手机": "", "开户行": "示例银行", "对公账号": FILED,
    } | more  # fmt: skip


def directory(cast: Cast, *lines: dict[str, Any]) -> bytes:
    return workbook(list(firm(cast)), lines or [firm(cast)])


def change(cast: Cast, *, actor: Membership | None = None, new: str = WANTED, old: str = FILED) -> PayeeAccount:
    line = {
        "统一社会信用代码": cast.alpha.organisation.credit_code, "原账号": old, "新账号": new, "开户行": "示例银行",
        "申请日期": "2023-05-04", "生效日期": "2023-05-10",
    }  # fmt: skip
    give(actor or cast.clerk, "account_changes", workbook(list(line), [line]), DAY)
    return PayeeAccount.objects.get(status="proposed")


@standing
def filed(cast: Cast) -> Cast:
    """Enterprise alpha with an account from the directory."""
    assert give(cast.clerk, "enterprises", directory(cast), DAY).status == "applied"
    return cast


def in_force(cast: Cast, day: date) -> str:
    found = account_in_force(organisation=cast.alpha.organisation, day=day)
    assert found is not None
    return found.open_account()  # type: ignore[attr-defined,no-any-return]


def test_a_change_waits_for_an_approver_and_is_in_force_from_its_day(filed: Cast) -> None:
    proposed = change(filed)
    assert in_force(filed, LATER) == FILED
    approve_account_change(actor=filed.approver_1, account=proposed, day=DAY)
    assert (in_force(filed, date(2023, 5, 9)), in_force(filed, LATER)) == (FILED, WANTED)
    with pytest.raises(TransitionRefused):
        approve_account_change(actor=filed.approver_2, account=proposed, day=DAY)


def test_whoever_proposed_never_decides_even_in_the_role_of_an_approver(filed: Cast) -> None:
    both = grant_membership(
        actor=INSTALLER, user=filed.clerk.user, organisation=filed.bureau, role=Role.APPROVER, day=FIRST_DAY
    )
    proposed = change(filed)
    for decide in (approve_account_change, lambda **k: refuse_account_change(**k, reason="不符")):
        with pytest.raises(PermissionRefused) as refusal:
            decide(actor=both, account=proposed, day=DAY)
        assert refusal.value.code == "SECOND_PERSON_NEEDED"
    with pytest.raises(PermissionRefused):
        approve_account_change(actor=filed.reviewer, account=proposed, day=DAY)
    assert PayeeAccount.objects.get(pk=proposed.pk).status == "proposed"


def test_a_refusal_needs_a_reason_and_leaves_the_account_in_force(filed: Cast) -> None:
    proposed = change(filed)
    with pytest.raises(RuleViolation, match="退回原因"):
        refuse_account_change(actor=filed.approver_1, account=proposed, day=DAY, reason=" ")
    refuse_account_change(actor=filed.approver_1, account=proposed, day=DAY, reason="账号与许可证不符")
    assert in_force(filed, LATER) == FILED


def test_the_directory_loaded_again_changes_nothing_and_says_so(filed: Cast) -> None:
    before = list(Enterprise.objects.order_by("pk").values()), list(PayeeAccount.objects.values())
    again = give(filed.clerk, "enterprises", directory(filed, firm(filed), firm(filed) | {
        "企业名称": "示例乙服饰有限公司", "统一社会信用代码": filed.beta.organisation.credit_code, "开户行": "", "对公账号": "",
    }), DAY)  # fmt: skip
    assert (again.result["new"], again.result["changed"], again.result["accounts"]) == (0, 0, 0)
    assert before == (list(Enterprise.objects.order_by("pk").values()), list(PayeeAccount.objects.values()))


def test_another_account_in_the_directory_warns_and_changes_no_account(filed: Cast) -> None:
    other = give(filed.clerk, "enterprises", directory(filed, firm(filed, 对公账号=WANTED, 联系人="甲")), DAY)
    assert findings(other) == [(2, "I", "ACCOUNT_DIFFERS", "warning")]
    assert (other.result["changed"], in_force(filed, DAY)) == (1, FILED)
    assert AuditEvent.objects.get(code="enterprise.directory_changed").changes == {"contact_name": ["", "甲"]}


@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
def test_an_administrator_holds_no_other_role_and_no_other_gets_to_be_one(administrator: Role, cast: Cast) -> None:
    user = User.objects.create_user(username="admin", display_name="管理员")
    held = {"actor": INSTALLER, "user": user, "organisation": cast.bureau, "day": FIRST_DAY}
    first = grant_membership(role=administrator, **held)
    assert grant_membership(role=administrator, **held) == first
    for other in [*sorted(ADMINISTRATORS - {administrator}), Role.CLERK, Role.AUDITOR, Role.APPROVER]:
        with pytest.raises(RuleViolation) as refusal:
            grant_membership(role=Role(other), **held)
        assert refusal.value.code == "ADMINISTRATORS_EXCLUSIVE"
    with pytest.raises(RuleViolation, match="三员与业务岗位互斥"):
        grant_membership(role=administrator, **(held | {"user": cast.clerk.user}))
    assert list(user.memberships.all()) == [first]  # type: ignore[attr-defined]


def test_a_role_belongs_to_a_kind_of_organisation(cast: Cast) -> None:
    user = User.objects.create_user(username="new", display_name="新人")
    for organisation, role in ((cast.alpha.organisation, Role.CLERK), (cast.bureau, Role.ENTERPRISE_HR)):
        with pytest.raises(RuleViolation) as refusal:
            grant_membership(actor=INSTALLER, user=user, organisation=organisation, role=role, day=FIRST_DAY)
        assert refusal.value.code == "ROLE_DOES_NOT_FIT"
