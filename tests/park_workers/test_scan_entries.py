"""A worker by scan: what waits, what HR makes of it, and what nobody may learn by guessing."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import (
    ContractSpan,
    Employment,
    Enterprise,
    Membership,
    Poster,
    ScanEntry,
    Worker,
    WorkerCard,
    WorkerRegistration,
)
from park_workers.models.scan_entries import ASK_IN_PERSON
from park_workers.services.consents import CURRENT
from park_workers.services.employments import FieldsInvalid, record_leave
from park_workers.services.posters import issue_poster, revoke_poster
from park_workers.services.retention import end_old_scan_entries
from park_workers.services.scan_decisions import HireTerms, confirm_entry, refuse_entry
from park_workers.services.scan_entries import SCANNER, Entered, earlier_refusal, enter_by_scan, withdraw_entry
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

DAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
PHONE, OTHER_PHONE = "13800001234", "13900005678"
NUMBER = id_number(31)


def poster_of(cast: Cast, actor: Membership | None = None) -> Poster:
    """Alpha's poster (or that of another's enterprise)."""
    actor = actor or cast.hr
    return issue_poster(actor=actor, enterprise=Enterprise.objects.get(pk=actor.organisation_id), day=DAY)


def scan(cast: Cast, **more: Any) -> Entered:
    """Somebody scans alpha's poster and writes."""
    wrote = {
        "poster": more.pop("poster", None) or poster_of(cast), "name": "王工", "id_number": NUMBER, "phone": PHONE, "trade": "平车",
        "consent_version": CURRENT.version, "now": NOW, "day": DAY, "request_id": str(uuid.uuid4()),
    } | more  # fmt: skip
    return enter_by_scan(actor=SCANNER, **wrote)


def waiting(cast: Cast, **more: Any) -> ScanEntry:
    """The entry of it."""
    entry = scan(cast, **more).entry
    assert entry is not None
    return entry


def confirm(cast: Cast, entry: ScanEntry, **more: Any) -> ScanEntry:
    """Alpha's HR confirms with a contract of three years."""
    terms = HireTerms(hired_on=DAY, contract_starts_on=DAY, contract_ends_on=date(2029, 11, 26))
    given = {"actor": cast.hr, "day": DAY, "trade": "平车", "is_front_line": True, "hire": terms} | more
    return confirm_entry(entry=entry, **given).entry


def refuse(cast: Cast, entry: ScanEntry, reason: str = "证件号码与本人证件不符") -> ScanEntry:
    """Alpha's HR refuses."""
    return refuse_entry(actor=cast.hr, entry=entry, reason=reason, day=DAY)


def test_an_entry_waits_and_registers_nobody(cast: Cast) -> None:
    entry = waiting(cast)
    assert (entry.status, entry.name, entry.consent_version) == ("waiting", "王工", CURRENT.version)
    assert entry.open_id_number() == NUMBER and entry.open_phone() == PHONE  # type: ignore[attr-defined]
    assert not Worker.objects.exists() and not WorkerRegistration.objects.exists()
    event = AuditEvent.objects.get(code="scan_entry.received")
    assert (event.role, event.actor_label) == ("system", "系统任务 扫码登记")
    assert NUMBER not in str(event.changes) and PHONE not in str(event.changes)


def test_every_wrong_field_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        scan(cast, name=" ", id_number="4418", phone="123", consent_version="2019-01")
    assert [p.field for p in refusal.value.problems] == ["name", "id_number", "phone", "consent"]
    assert not ScanEntry.objects.exists()


def test_nobody_under_sixteen_registers_themselves(cast: Cast) -> None:
    scan(cast, id_number=id_number(born=date(2010, 11, 27)))
    with pytest.raises(FieldsInvalid) as refusal:
        scan(cast, id_number=id_number(born=date(2010, 11, 28)))
    assert [p.code for p in refusal.value.problems] == ["AGE_UNDER_16"]


def test_hr_confirms_and_the_worker_is_registered_and_hired_with_their_own_consent(cast: Cast) -> None:
    entry = confirm(cast, waiting(cast))
    registration, employment = WorkerRegistration.objects.get(), Employment.objects.get()
    assert (entry.status, entry.registration, entry.employment) == ("confirmed", registration, employment)
    assert (registration.method, registration.consent_version) == ("qr", CURRENT.version)
    assert (registration.consented_at, registration.recorded_by) == (NOW, cast.hr)
    assert (employment.source, employment.hired_on, employment.enterprise) == ("qr", DAY, cast.alpha)
    assert ContractSpan.objects.get().ends_on == date(2029, 11, 26)
    assert WorkerCard.objects.get().worker == employment.worker
    assert AuditEvent.objects.filter(code="scan_entry.confirm", person_id=cast.hr.user_id).exists()


def test_without_a_hire_date_the_worker_is_registered_only(cast: Cast) -> None:
    entry = confirm(cast, waiting(cast), hire=None)
    assert entry.registration is not None and entry.employment is None and not Employment.objects.exists()


def test_a_confirmation_with_wrong_terms_names_them_all_and_writes_nothing(cast: Cast) -> None:
    entry = waiting(cast)
    with pytest.raises(FieldsInvalid) as refusal:
        confirm(cast, entry, hire=HireTerms(hired_on=None, contract_starts_on=None))
    assert [p.field for p in refusal.value.problems] == ["hired_on", "contract_starts_on"]
    entry.refresh_from_db()
    assert entry.status == "waiting" and not Worker.objects.exists()


def test_a_refusal_needs_a_reason_and_the_worker_reads_it_and_may_enter_again(cast: Cast) -> None:
    entry = waiting(cast)
    with pytest.raises(RuleViolation, match="退回原因"):
        refuse(cast, entry, " ")
    refused = refuse(cast, entry)
    assert refused.told_reason == "证件号码与本人证件不符"
    again = waiting(cast)
    assert (again.status, again.is_unproven) == ("waiting", False) and earlier_refusal(again) == refused


def test_what_was_decided_is_not_decided_again(cast: Cast) -> None:
    entry = waiting(cast)
    refuse(cast, entry)
    with pytest.raises(TransitionRefused):
        confirm(cast, entry)
    with pytest.raises(TransitionRefused):
        withdraw_entry(actor=SCANNER, entry=entry, day=DAY)


def test_only_hr_of_that_enterprise_decides(cast: Cast) -> None:
    entry = waiting(cast)
    for actor in (cast.hr_beta, cast.clerk, cast.approver_1):
        with pytest.raises(PermissionRefused):
            confirm(cast, entry, actor=actor)
        with pytest.raises(PermissionRefused):
            refuse_entry(actor=actor, entry=entry, reason="尚未录用", day=DAY)
    assert list(ScanEntry.objects.visible_to(cast.hr)) == [entry]
    assert not ScanEntry.objects.visible_to(cast.hr_beta).exists()


def test_a_second_tap_is_the_same_entry_and_a_mended_one_replaces_it(cast: Cast) -> None:
    key = str(uuid.uuid4())
    first, second = scan(cast, request_id=key), scan(cast, request_id=key)
    assert first.entry == second.entry and second.is_repeat
    mended = waiting(cast, request_id=key, phone=OTHER_PHONE)
    assert not mended.is_unproven
    assert [e.status for e in ScanEntry.objects.order_by("pk")] == ["withdrawn", "waiting"]


def test_the_same_person_with_the_same_phone_is_told_what_stands(cast: Cast) -> None:
    entry = waiting(cast)
    again = scan(cast)
    assert (again.entry, again.is_repeat) == (entry, True)
    confirm(cast, entry)
    later = scan(cast)
    assert (later.entry, later.is_registered) == (entry, True)
    assert ScanEntry.objects.count() == 1


def test_whoever_knows_the_number_only_is_answered_like_a_newcomer(cast: Cast) -> None:
    first = waiting(cast)
    stranger = scan(cast, phone=OTHER_PHONE)
    assert stranger.entry is not None and stranger.entry != first
    assert (stranger.entry.status, stranger.is_repeat, stranger.is_registered) == ("waiting", False, False)
    assert stranger.entry.is_unproven and not first.is_unproven
    confirm(cast, first)
    third = scan(cast, phone="13700001111")
    assert third.entry is not None and not third.is_registered
    assert refuse(cast, third.entry, "已在本企业登记").told_reason == ASK_IN_PERSON


def test_a_stranger_before_the_worker_does_not_keep_them_out(cast: Cast) -> None:
    stranger, worker = waiting(cast, phone=OTHER_PHONE), waiting(cast)
    assert not stranger.is_unproven and worker.is_unproven
    assert confirm(cast, worker).status == "confirmed"


def test_who_has_left_may_scan_again(cast: Cast) -> None:
    entry = confirm(cast, waiting(cast))
    assert entry.employment is not None
    record_leave(actor=cast.hr, employment=entry.employment, left_on=DAY, reason="辞职", day=DAY)
    later = DAY + timedelta(days=30)
    again = scan(cast, day=later)
    assert again.entry != entry and not again.is_registered
    assert again.entry is not None
    terms = HireTerms(hired_on=later, contract_starts_on=later, is_open_ended=True)
    confirm(cast, again.entry, day=later, hire=terms)
    assert Employment.objects.count() == 2 and WorkerRegistration.objects.count() == 1


def test_a_revoked_poster_takes_nobody(cast: Cast) -> None:
    poster = poster_of(cast)
    revoke_poster(actor=cast.hr, poster=poster, reason="海报遗失")
    with pytest.raises(RuleViolation, match="已作废"):
        scan(cast, poster=poster)


def test_another_enterprise_is_another_entry(cast: Cast) -> None:
    entry = waiting(cast)
    assert waiting(cast, poster=poster_of(cast, cast.hr_beta)) != entry
    assert not ScanEntry.objects.filter(is_unproven=True).exists()


def test_entries_nobody_decided_on_expire_and_ended_ones_lose_their_numbers(cast: Cast, settings: LazySettings) -> None:
    today = timezone.localdate()
    old = waiting(cast, day=today - timedelta(days=settings.SCAN_WAIT_DAYS + 1))
    young = waiting(cast, id_number=id_number(32), day=today)
    refused = waiting(cast, id_number=id_number(33), day=today)
    long_ago = today - timedelta(days=settings.SCAN_ENTRY_DAYS + 1)
    refuse_entry(actor=cast.hr, entry=refused, reason="尚未录用", day=long_ago)
    assert end_old_scan_entries() == {"expired": 1, "erased": 1}
    for entry in (old, young, refused):
        entry.refresh_from_db()
    assert (old.status, old.ended_on, young.status) == ("expired", today, "waiting")
    assert (refused.status, refused.name, refused.id_number, refused.person_key) == ("refused", "", "", "")
    assert old.name == "王工" and end_old_scan_entries() == {"expired": 0, "erased": 0}


@pytest.mark.parametrize("broken", [
    "status = 'confirmed'", "status = 'expired', name = ''", "person_key = ''", "erased_on = '2026-11-27'",
])  # fmt: skip
def test_the_database_itself_refuses(cast: Cast, broken: str) -> None:
    entry = waiting(cast)
    if "expired" in broken:
        refuse(cast, entry)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE park_workers_scanentry SET {broken} WHERE id = %s", [entry.pk])
