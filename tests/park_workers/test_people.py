"""Personal data in plain only with a reason; two records of one person become one."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.search_hash import person_key
from park_workers.models import Worker
from park_workers.permissions import can_reveal
from park_workers.services.employments import register_employment
from park_workers.services.people import PersonLine, ensure_people, find_worker, merge_workers, name_key, reveal
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE


def person(order: int, name: str = "李四") -> Worker:
    number = id_number(order)
    workers, _ = ensure_people(people=[PersonLine(number, person_key(number), name)], recorded_by=None)
    return Worker.objects.get(pk=workers[person_key(number)])


@pytest.mark.parametrize("other", ["古丽•阿依", "古丽·阿依", "古丽・阿依", "古 丽.阿依", "古丽．阿依\u3000"])
def test_dots_and_blanks_make_no_other_name(other: str) -> None:
    assert name_key(other) == name_key("古丽·阿依")


def test_a_person_is_known_by_number_and_the_first_name_stays(cast: Cast) -> None:
    first, again = person(902), person(902, "李肆")
    assert first == again and again.name == "李四"
    assert first.sex == "女" and first.birth_on == date(1990, 5, 17)
    assert find_worker(id_number(902)) == first


def test_a_person_known_by_number_only_gets_the_first_name_given(cast: Cast) -> None:
    person(902, "")
    assert person(902, "李四").name == "李四"


def test_plain_data_are_shown_with_a_reason_and_leave_an_event(cast: Cast) -> None:
    worker = register_employment(actor=cast.hr, enterprise=cast.alpha, request_id="r1", **HIRE).employment.worker
    assert reveal(actor=cast.hr, worker=worker, reason="核对证件").id_number == HIRE["id_number"]
    event = AuditEvent.objects.get(code="worker.revealed")
    assert (event.note, event.subject_id) == ("核对证件", worker.pk)
    with pytest.raises(RuleViolation, match="事由"):
        reveal(actor=cast.clerk, worker=worker, reason=" ")


def test_the_auditor_and_other_firms_see_masked_data_only(cast: Cast) -> None:
    worker = register_employment(actor=cast.hr, enterprise=cast.alpha, request_id="r1", **HIRE).employment.worker
    assert can_reveal(cast.hr, worker) and can_reveal(cast.clerk, worker)
    for actor in (cast.auditor, cast.hr_beta, cast.city_reviewer):
        with pytest.raises(PermissionRefused):
            reveal(actor=actor, worker=worker, reason="想看看")


def test_merged_chains_stay_flat(cast: Cast) -> None:
    a, b, c = person(902), person(904), person(906)
    merge_workers(actor=cast.clerk, duplicate=a, into=b, reason="同一人")
    assert merge_workers(actor=cast.clerk, duplicate=b, into=c, reason="同一人") == c
    a.refresh_from_db()
    assert a.merged_into == c
    assert find_worker(id_number(902)) == c


def test_nobody_is_merged_in_a_circle(cast: Cast) -> None:
    a, b = person(902), person(904)
    merge_workers(actor=cast.clerk, duplicate=a, into=b, reason="同一人")
    for duplicate, into in ((b, a), (b, b)):
        with pytest.raises(RuleViolation) as refusal:
            merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人")
        assert refusal.value.code == "MERGE_IN_A_CIRCLE"
    with pytest.raises(PermissionRefused):
        merge_workers(actor=cast.hr, duplicate=a, into=b, reason="同一人")
