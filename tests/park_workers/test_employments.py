"""Registering a hire, recording a leaving, correcting a hire date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Employment, EmploymentOverlap, Worker, WorkerRegistration
from park_workers.services.employments import (
    FieldsInvalid,
    Registration,
    correct_hire_date,
    record_leave,
    register_employment,
)
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)
HIRE: dict[str, Any] = {
    "name": "张三", "id_number": id_number(901), "hired_on": date(2023, 3, 1), "contract_starts_on": date(2023, 3, 1),
    "contract_ends_on": date(2024, 2, 29), "trade": "平车", "is_front_line": True, "phone": "199 0000-0001",
    "day": DAY,
}  # fmt: skip


def register(cast: Cast, *, at: str = "alpha", request_id: str = "r1", **changed: Any) -> Registration:
    actor = cast.hr if at == "alpha" else cast.hr_beta
    return register_employment(actor=actor, enterprise=getattr(cast, at), request_id=request_id, **(HIRE | changed))


def test_a_hire_makes_a_person_an_employment_a_contract_and_a_post(cast: Cast) -> None:
    found = register(cast)
    employment = found.employment
    assert not found.warnings and not found.is_repeat
    assert employment.worker.open_id_number() == HIRE["id_number"]  # type: ignore[attr-defined]
    assert employment.worker.open_phone() == "19900000001"  # type: ignore[attr-defined]
    assert [str(c) for c in employment.contracts.all()] == ["2023-03-01 – 2024-02-29"]  # type: ignore[attr-defined]
    assert [p.is_front_line for p in employment.posts.all()] == [True]  # type: ignore[attr-defined]
    assert AuditEvent.objects.get(code="employment.registered").subject_id == employment.pk
    assert not WorkerRegistration.objects.exists()


def test_the_number_is_nowhere_in_plain(cast: Cast) -> None:
    register(cast)
    worker = Worker.objects.get()
    kept = "".join(str(v) for v in Worker.objects.values_list().get()) + str(list(AuditEvent.objects.values()))
    assert HIRE["id_number"] not in kept
    assert worker.id_number.startswith("k1:")


def test_the_same_request_again_is_the_same_hire(cast: Cast) -> None:
    first = register(cast)
    again = register(cast, id_number=HIRE["id_number"].lower() + "\u200b")
    assert again.employment == first.employment and again.is_repeat
    assert Employment.objects.count() == 1


def test_a_request_number_is_not_used_for_another_content(cast: Cast) -> None:
    register(cast)
    with pytest.raises(RuleViolation) as refusal:
        register(cast, trade="裁床")
    assert refusal.value.code == "IDEMPOTENCY_CONFLICT"


def test_every_wrong_field_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        register(cast, name=" ", id_number="441899199005179010", phone="123", hired_on=date(2053, 1, 1), form="帮忙")
    fields = {p.field: p.code for p in refusal.value.problems}
    assert fields == {
        "id_number": "ID_CHECKSUM", "phone": "PHONE_INVALID", "form": "VALUE_NOT_ALLOWED", "name": "NAME_MISSING",
        "hired_on": "DATE_IN_FUTURE",
    }  # fmt: skip
    assert not Worker.objects.exists()


def test_a_hire_known_already_is_said_so(cast: Cast) -> None:
    register(cast)
    with pytest.raises(RuleViolation) as refusal:
        register(cast, request_id="r2")
    assert refusal.value.code == "ALREADY_REGISTERED"


def test_nobody_is_hired_again_while_still_employed_here(cast: Cast) -> None:
    first = register(cast).employment
    with pytest.raises(RuleViolation) as refusal:
        register(cast, request_id="r2", hired_on=date(2023, 4, 1))
    assert refusal.value.code == "EMPLOYMENT_SPANS_OVERLAP"
    record_leave(actor=cast.hr, employment=first, left_on=date(2023, 3, 31), reason="", day=DAY)
    assert register(cast, request_id="r2", hired_on=date(2023, 4, 1)).employment != first


def test_employed_by_two_firms_at_once_is_warned_and_listed(cast: Cast) -> None:
    first = register(cast).employment
    second = register(cast, at="beta", hired_on=date(2023, 4, 1))
    assert [w.code for w in second.warnings] == ["EMPLOYMENT_OVERLAP"]
    overlap = EmploymentOverlap.objects.get()
    assert (overlap.earlier, overlap.later) == (first, second.employment)


def test_a_firm_registers_nobody_for_another_firm(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        register_employment(actor=cast.hr_beta, enterprise=cast.alpha, request_id="r", **HIRE)
    with pytest.raises(PermissionRefused):
        register_employment(actor=cast.auditor, enterprise=cast.alpha, request_id="r", **HIRE)


def test_the_leaving_day_is_neither_before_the_hire_nor_in_the_future(cast: Cast) -> None:
    employment = register(cast).employment
    for wrong in (date(2023, 2, 28), date(2023, 5, 5)):
        with pytest.raises(RuleViolation):
            record_leave(actor=cast.hr, employment=employment, left_on=wrong, reason="", day=DAY)
    assert record_leave(actor=cast.hr, employment=employment, left_on=DAY, reason="辞职", day=DAY).left_on == DAY
    record_leave(actor=cast.hr, employment=employment, left_on=DAY, reason="辞职", day=DAY)
    assert AuditEvent.objects.filter(code="employment.left").count() == 1


def test_a_leaving_day_inside_a_later_employment_here_is_refused(cast: Cast) -> None:
    first = register(cast).employment
    record_leave(actor=cast.hr, employment=first, left_on=date(2023, 3, 31), reason="", day=DAY)
    register(cast, request_id="r2", hired_on=date(2023, 4, 15))
    with pytest.raises(RuleViolation) as refusal:
        record_leave(actor=cast.hr, employment=first, left_on=date(2023, 4, 15), reason="", day=DAY)
    assert refusal.value.code == "EMPLOYMENT_SPANS_OVERLAP"
    first.refresh_from_db()
    assert first.left_on == date(2023, 3, 31)


def test_the_bureau_corrects_a_hire_date_and_the_post_follows(cast: Cast) -> None:
    employment = register(cast).employment
    with pytest.raises(PermissionRefused):
        correct_hire_date(actor=cast.hr, employment=employment, hired_on=date(2023, 2, 1), reason="合同原件")
    corrected = correct_hire_date(actor=cast.clerk, employment=employment, hired_on=date(2023, 2, 1), reason="合同原件")
    assert corrected.hired_on == date(2023, 2, 1)
    assert corrected.posts.get().starts_on == date(2023, 2, 1)  # type: ignore[attr-defined]
    event = AuditEvent.objects.get(code="employment.hire_date_corrected")
    assert event.changes == {"hired_on": ["2023-03-01", "2023-02-01"]}
