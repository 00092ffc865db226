"""Registering by hand, at the desk and on the enterprise's phone: every mistake at once, a double tap makes one row."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils import timezone

from park_workers.models import Employment, Worker, WorkerRegistration
from park_workers.services.consents import CURRENT
from subsidies.models import Objection
from subsidies.services.notices import publish_notice
from tests.conftest import Cast
from tests.pages.clients import as_person
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.subsidies.stage import Stage, set_stage, take_to

DESK, PHONE, REGISTER = "/workers/hire/", "/m/register/", "/workers/register/"


def form(**more: str) -> dict[str, str]:
    """A hire as typed."""
    return {
        "key": str(uuid.uuid4()), "name": "新工人", "id_number": id_number(990), "phone": "", "trade": "平车",
        "is_front_line": "1", "hired_on": "2023-03-01", "form": "劳动合同", "contract_starts_on": "2023-03-01",
        "contract_ends_on": "2026-02-28", "consent": CURRENT.version,
    } | more  # fmt: skip


def test_two_taps_on_the_phone_make_one_row_and_the_same_number(cast: Cast) -> None:
    hr, sent = as_person(cast.hr), form()
    answers = [hr.post(PHONE, sent) for _ in range(2)]
    found = Employment.objects.get()
    assert (found.enterprise_id, found.hired_on) == (cast.alpha.pk, date(2023, 3, 1))
    assert [one["Location"] for one in answers] == [f"{PHONE}{found.reference}/"] * 2
    assert found.reference in hr.get(answers[0]["Location"]).content.decode()


def test_every_wrong_field_is_named_at_once_and_what_was_typed_is_kept(cast: Cast) -> None:
    wrong = form(name="", id_number="441899199005170000", phone="123", hired_on="昨天", contract_ends_on="")
    answer = as_person(cast.hr).post(PHONE, wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "id_number", "phone", "hired_on", "contract_ends_on"}
    page = answer.content.decode()
    assert "不是有效日期" in page and 'value="123"' in page and wrong["key"] in page
    assert not Worker.objects.exists()


def test_an_end_that_cannot_be_read_is_not_overlooked_beside_open_ended(cast: Cast) -> None:
    answer = as_person(cast.hr).post(PHONE, form(contract_ends_on="后年", is_open_ended="1"))
    assert answer.status_code == 422 and "contract_ends_on" in answer.context["form"].errors
    assert not Employment.objects.exists()


def test_written_dates_are_understood(cast: Cast) -> None:
    as_person(cast.hr).post(PHONE, form(hired_on="2023年3月1日", contract_starts_on="2023.3.1"))
    assert Employment.objects.get().hired_on == date(2023, 3, 1)


def test_an_enterprise_registers_for_itself_whatever_it_sends(cast: Cast) -> None:
    as_person(cast.hr).post(PHONE, form(enterprise=str(cast.beta.pk)))
    assert Employment.objects.get().enterprise_id == cast.alpha.pk
    found = Employment.objects.get()
    assert as_person(cast.hr_beta).get(f"{PHONE}{found.reference}/").status_code == 404


def test_a_clerk_registers_in_an_enterprises_name(cast: Cast) -> None:
    clerk = as_person(cast.clerk)
    unnamed = clerk.post(DESK, form(name=""))
    assert {"enterprise", "name"} <= set(unnamed.context["form"].errors)
    answer = clerk.post(DESK, form(enterprise=str(cast.beta.pk)), follow=True)
    assert Employment.objects.get().enterprise_id == cast.beta.pk
    assert "已登记入职" in answer.content.decode() and "入职：示例乙服饰有限公司" in answer.content.decode()


def test_a_hire_that_stands_already_is_said_at_its_date(cast: Cast) -> None:
    hr = as_person(cast.hr)
    hr.post(PHONE, form())
    again = hr.post(PHONE, form())
    assert again.status_code == 422 and "无需重复登记" in again.context["form"].errors["hired_on"]


def test_only_clerks_register_at_the_desk_and_only_firms_on_the_phone(cast: Cast) -> None:
    assert as_person(cast.reviewer).get(DESK).status_code == 403
    assert as_person(cast.hr).get(DESK).status_code == 403
    assert as_person(cast.clerk).get(PHONE).status_code == 403


def registering(cast: Cast, **more: str) -> dict[str, str]:
    """A person for the register as typed."""
    return {
        "enterprise": str(cast.alpha.pk), "name": "新工人", "id_number": id_number(990), "trade": "平车", "front_line": "yes",
        "registered_on": "2023-03-01",
    } | more  # fmt: skip


def test_a_clerk_enters_a_person_in_the_register_once(cast: Cast) -> None:
    clerk = as_person(cast.clerk)
    first = clerk.post(REGISTER, registering(cast), follow=True).content.decode()
    second = clerk.post(REGISTER, registering(cast), follow=True).content.decode()
    found = WorkerRegistration.objects.get()
    assert (found.is_front_line, found.registered_on, found.recorded_by) == (True, date(2023, 3, 1), cast.clerk)
    assert "已采集登记" in first and "没有重复写入" in second
    assert not Employment.objects.exists()


def test_the_register_names_every_wrong_field(cast: Cast) -> None:
    answer = as_person(cast.clerk).post(REGISTER, registering(cast, name="", id_number="1", enterprise="", phone="12"))
    assert set(answer.context["errors"]) == {"name", "id_number", "enterprise", "phone"}
    assert not Worker.objects.exists()


@standing
def noticed(cast: Cast) -> Stage:
    """A notice that is open today."""
    stage = take_to(set_stage(cast), "approved")
    publish_notice(actor=cast.clerk, batch=stage.batch, day=timezone.localdate())
    return stage


OBJECTION = {"name": "来访人", "contact": "13800000001", "text": "名单中有人未上班"}


def test_a_clerk_takes_down_a_visitors_objection_to_a_line_once(noticed: Stage) -> None:
    clerk, address = as_person(noticed.cast.clerk), f"/batches/{noticed.batch.pk}/objections/new/"
    line = noticed.lines()[0]
    looked = clerk.post(address, OBJECTION | {"find": line.worker.name, "look": "1"})  # type: ignore[union-attr]
    assert f'value="{line.pk}"' in looked.content.decode() and not Objection.objects.exists()
    for _ in range(2):
        assert clerk.post(address, OBJECTION | {"line": str(line.pk)}).status_code == 302
    found = Objection.objects.get()
    assert (found.line_id, found.recorded_by, found.status) == (line.pk, noticed.cast.clerk, "received")


def test_an_objection_names_every_missing_field_and_is_a_clerks_to_take(noticed: Stage) -> None:
    address = f"/batches/{noticed.batch.pk}/objections/new/"
    answer = as_person(noticed.cast.clerk).post(address, {"name": "来访人"})
    assert set(answer.context["errors"]) == {"contact", "text"}
    assert as_person(noticed.cast.reviewer).get(address).status_code == 403


def test_outside_the_term_no_objection_is_taken_down(cast: Cast) -> None:
    stage = take_to(set_stage(cast), "computed")
    answer = as_person(cast.clerk).post(f"/batches/{stage.batch.pk}/objections/new/", OBJECTION, follow=True)
    assert "不在公示期内" in answer.content.decode() and not Objection.objects.exists()
