"""The directory kept by hand: a firm entered once, corrected with a reason, its code checked on the spot."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Enterprise
from tests.conftest import Cast
from tests.pages.clients import as_person

NEW = "/enterprises/new/"
CODE = "91441899000000035L"


def firm(**more: str) -> dict[str, str]:
    """A firm as typed."""
    return {
        "credit_code": f" {CODE.lower()}", "name": "示例丙织造(广东)有限公司", "kind": "纺织服装企业", "admitted_on": "2023-01-05",
        "park_name": "示例园区", "contact_name": "陈", "contact_phone": "138 1234 5678",
    } | more  # fmt: skip


def test_a_clerk_enters_a_firm_at_the_end_of_the_directory_once(cast: Cast) -> None:
    clerk = as_person(cast.clerk)
    page = clerk.post(NEW, firm(), follow=True).content.decode()
    found = Enterprise.objects.get(organisation__credit_code=CODE)
    assert (found.name, found.admitted_on, found.directory_position) == (
        "示例丙织造（广东）有限公司",
        date(2023, 1, 5),
        3,
    )
    assert "138****5678" in page and "13812345678" not in page
    again = clerk.post(NEW, firm())
    assert again.status_code == 422 and "已在名录中" in again.context["errors"]["credit_code"]


def test_every_wrong_field_is_named_and_nothing_is_entered(cast: Cast) -> None:
    answer = as_person(cast.clerk).post(
        NEW, firm(credit_code="9144", name="", kind="", contact_phone="1", admitted_on="明天")
    )
    assert set(answer.context["errors"]) == {"credit_code", "name", "kind", "contact_phone", "admitted_on"}
    assert Enterprise.objects.count() == 2


def test_a_correction_takes_a_reason_and_tells_before_and_after(cast: Cast) -> None:
    clerk, address = as_person(cast.clerk), f"/enterprises/{cast.alpha.pk}/correct/"
    stated = firm(name="示例甲制衣有限公司", credit_code="")
    assert "更正原因" in clerk.post(address, stated).context["errors"]["reason"]
    clerk.post(address, stated | {"phrase": "联系人变更"})
    event = AuditEvent.objects.get(code="enterprise.directory_changed")
    assert event.note == "联系人变更" and event.changes["contact_name"] == ["", "陈"]
    clerk.post(address, stated | {"contact_phone": "", "phrase": "登记有误"})
    cast.alpha.refresh_from_db()
    assert cast.alpha.open_contact_phone() == "13812345678"  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(code="enterprise.directory_changed").count() == 1


def test_a_code_is_checked_on_the_spot(cast: Cast) -> None:
    clerk = as_person(cast.clerk)
    known = str(cast.alpha.organisation.credit_code)
    told = {
        code: clerk.get("/enterprises/code/", {"credit_code": code}).content.decode() for code in (CODE, known, "914X")
    }
    assert "校验正确" in told[CODE] and "已在名录" in told[known] and "field-error" in told["914X"]


def test_the_directory_is_kept_by_clerks(cast: Cast) -> None:
    for member in (cast.reviewer, cast.auditor, cast.hr):
        client = as_person(member)
        assert client.post(NEW, firm()).status_code == 403
        assert client.get(f"/enterprises/{cast.alpha.pk}/correct/").status_code == 403
