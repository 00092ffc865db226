"""Placement over the API: a base refers, an enterprise answers, the funnel counts; nobody else sees any of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from tests.api.doors import Doors
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.training.placements import REFERRED, hire, pass_people
from training.models import Referral
from training.services.placement_links import link_hires

pytestmark = pytest.mark.django_db
NOON = f"{REFERRED} 12:00:00+08:00"


def test_from_referral_to_hire(cast: Cast, doors: Doors) -> None:
    seats = pass_people(cast, 1, 2)
    base, firm = doors(cast.base_clerk), doors(cast.hr)
    with time_machine.travel(NOON, tick=False):
        body = {"enrolment": seats[0].pk, "enterprise": cast.alpha.pk, "note": "可住宿"}
        made = base.post("referrals/", body, key="refer-the-first")
        assert (made.status_code, made.json()["status"], made.json()["marks"]) == (201, "referred", [80, 82])
        assert base.post("referrals/", body, key="refer-the-first").json() == made.json()
        assert base.post("referrals/", body).json()["code"] == "ALREADY_REFERRED"
        address = f"referrals/{made.json()['id']}/"
        (shown,) = firm.get("referrals/", status="referred", search="学员").json()["results"]
        assert shown["marks"] == [] and id_number(901) not in str(shown)
        assert firm.post(f"{address}agree/", {"interview_on": "2023-02-28"}).json()["code"] == "DAY_OVER"
        assert firm.post(f"{address}agree/", {"interview_on": "2023-03-03"}, seen=1).json()["version"] == 2
        assert firm.post(f"{address}interview/", {}, seen=1).status_code == 412
        assert firm.post(f"{address}interview/", {}).json()["status"] == "interviewed"
        assert firm.post(f"{address}offer/", {}).json()["status"] == "offered"
        assert firm.post(f"{address}reveal-phone/", {"reason": "通知报到"}).json() == {"phone": "19900000001"}
        assert firm.post(f"{address}withdraw/", {"reason": "试试"}).status_code == 403
        hire(cast, 1, REFERRED)
        link_hires(day=REFERRED)
        assert firm.get(address).json()["hired_on"] == str(REFERRED)
        second = base.post("referrals/", body | {"enrolment": seats[1].pk}).json()["id"]
        refused = firm.post(f"referrals/{second}/refuse/", {"refusal": "pay"}).json()
        assert (refused["status"], refused["refusal_label"]) == ("refused", "薪酬未谈拢")


def test_another_place_sees_no_referral_and_refers_nobody_of_others(cast: Cast, doors: Doors) -> None:
    (seat,) = pass_people(cast, 1)
    body = {"enrolment": seat.pk, "enterprise": cast.alpha.pk}
    made = doors(cast.clerk).post("referrals/", body)
    assert made.status_code == 201
    for member in (cast.hr_beta,):
        assert doors(member).get("referrals/").json()["results"] == []
        assert doors(member).post(f"referrals/{made.json()['id']}/offer/", {}).status_code == 404
    assert doors(cast.hr).post("referrals/", body).status_code in (403, 422)
    assert Referral.objects.count() == 1


def test_the_funnel_is_of_the_own_base_or_of_the_bureau(cast: Cast, doors: Doors) -> None:
    pass_people(cast, 1, 2)
    for member in (cast.base_clerk, cast.auditor):
        found = doors(member).get("referrals/funnel/", by="trade").json()
        assert (found["whole"]["passed"], found["rows"][0]["label"]) == (2, "平车")
    assert doors(cast.clerk).get("referrals/funnel/", by="none").status_code == 422
    assert doors(cast.clerk).get("referrals/funnel/", day="2023-01-01").json()["whole"]["passed"] == 0
    assert doors(cast.hr).get("referrals/funnel/").status_code == 403


def test_the_funnel_is_taken_away_as_the_workbook_of_the_desk(cast: Cast, doors: Doors) -> None:
    pass_people(cast, 1, 2)
    for member in (cast.base_clerk, cast.clerk):
        lines = rows_of(doors(member).get("referrals/funnel-workbook/", by="trade").content)
        assert [line[:3] for line in lines[:3]] == [["工种", "合格人次", "合格人数"], ["平车", 2, 2], ["合计", 2, 2]]
        assert "截至" in lines[-1][0] and "导出，内部资料" in lines[-1][0]
    assert [event.changes["rows"] for event in AuditEvent.objects.filter(code="list.exported")] == [2, 2]
    assert doors(cast.clerk).get("referrals/funnel-workbook/", by="none").status_code == 422
    assert doors(cast.hr).get("referrals/funnel-workbook/").status_code == 403


def rows_of(content: bytes) -> list[list[Any]]:
    """Lines of a workbook that hold anything."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True) if any(row)]


def test_the_people_of_a_stage_are_taken_away_as_a_workbook_with_masked_numbers(cast: Cast, doors: Doors) -> None:
    pass_people(cast, 1, 2)
    for member in (cast.base_clerk, cast.clerk):
        book = doors(member).get("referrals/people-workbook/", stage="never")
        cells = [str(cell.value) for row in load_workbook(io.BytesIO(book.content)).active for cell in row]  # type: ignore[union-attr]
        assert "姓名" in cells and any("导出，内部资料" in cell for cell in cells)
        assert id_number(901) not in cells and sum("****" in cell for cell in cells) == 2
    assert AuditEvent.objects.filter(code="list.exported").count() == 2
    assert doors(cast.clerk).get("referrals/people-workbook/", stage="none").status_code == 422
    assert doors(cast.hr).get("referrals/people-workbook/").status_code == 403
