"""What is put right about a person leaves what stood before in the log."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Worker
from park_workers.services.corrections import correct_name, correct_phone
from park_workers.services.employments import register_employment
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_headcount_confirmations import IN_MAY, hired

HIRED_ON = date(2023, 3, 1)


def test_a_phone_is_corrected_masked_in_the_log_and_found_by_its_new_number(cast: Cast) -> None:
    hire = hired(cast, 901, HIRED_ON)
    correct_phone(actor=cast.hr, employment=hire, phone="138 1234 5678", day=IN_MAY)
    worker = correct_phone(actor=cast.hr, employment=hire, phone="13912345679", day=IN_MAY)
    again = correct_phone(actor=cast.hr, employment=hire, phone="13912345679", day=IN_MAY)
    assert worker.open_phone() == again.open_phone() == "13912345679"  # type: ignore[attr-defined]
    events = AuditEvent.objects.filter(code="worker.phone_corrected").order_by("pk")
    assert [event.changes["phone"] for event in events] == [[None, "138****5678"], ["138****5678", "139****5679"]]


def test_what_is_no_phone_is_refused_with_how_to_mend_it(cast: Cast) -> None:
    with pytest.raises(RuleViolation) as refusal:
        correct_phone(actor=cast.hr, employment=hired(cast, 901, HIRED_ON), phone="1381234", day=IN_MAY)
    assert refusal.value.fix and not AuditEvent.objects.filter(code="worker.phone_corrected").exists()


def test_a_name_is_corrected_with_a_reason_and_found_by_its_new_pinyin(cast: Cast) -> None:
    hire = hired(cast, 901, HIRED_ON)
    with pytest.raises(RuleViolation):
        correct_name(actor=cast.hr, employment=hire, name="张晓红", reason=" ", day=IN_MAY)
    correct_name(actor=cast.hr, employment=hire, name="张晓红", reason="证件上是晓", day=IN_MAY)
    assert Worker.objects.search("zxh").get() == hire.worker
    assert AuditEvent.objects.get(code="worker.name_corrected").changes["name"][1] == "张晓红"


def test_one_enterprise_does_not_rename_whom_another_knows_too(cast: Cast) -> None:
    hire = hired(cast, 901, HIRED_ON)
    register_employment(
        actor=cast.hr_beta, enterprise=cast.beta, name="工人乙", id_number=id_number(901), hired_on=date(2023, 4, 1),
        contract_starts_on=date(2023, 4, 1), is_open_ended=True, trade="平车", day=IN_MAY, request_id="b",
    )  # fmt: skip
    with pytest.raises(PermissionRefused):
        correct_name(actor=cast.hr, employment=hire, name="张晓红", reason="证件", day=IN_MAY)
    correct_name(actor=cast.clerk, employment=hire, name="张晓红", reason="核对证件", day=IN_MAY)


def test_another_enterprise_corrects_nothing_here(cast: Cast) -> None:
    hire = hired(cast, 901, HIRED_ON)
    with pytest.raises(PermissionRefused):
        correct_phone(actor=cast.hr_beta, employment=hire, phone="13912345679", day=IN_MAY)
    with pytest.raises(PermissionRefused):
        correct_name(actor=cast.hr_beta, employment=hire, name="张晓红", reason="证件", day=IN_MAY)
