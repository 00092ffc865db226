"""The audit log is append-only, and the verifier names the place of whatever was done to it (I7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import GENESIS, AuditEvent, AuditSeal, record_event, sm3
from park_workers.foundation.audit_chain import seal_events, verify_chain
from park_workers.models import Upload
from tests.conftest import Cast
from tests.foundation.workbooks import roster
from tests.park_workers.files import give

ACTOR = SystemActor("测试")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.log"
    return tmp_path / "heads.log"


@contextmanager
def guards_away() -> Iterator[None]:
    """As somebody with full power over the database would: without its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, guard in guards:
            cursor.execute(guard)


def tamper(sql: str, *values: Any) -> None:
    with guards_away(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def sealed_events(count: int = 5) -> list[AuditEvent]:
    events = [record_event(actor=ACTOR, code="test.noted", subject=None, note=f"第 {n} 件") for n in range(count)]
    assert seal_events() == {"sealed": AuditSeal.objects.count()}
    return events


def found() -> list[tuple[int, str]]:
    return [(finding.position, finding.code) for finding in verify_chain().findings]


def test_an_untouched_log_is_intact_and_the_command_says_so() -> None:
    sealed_events()
    record_event(actor=ACTOR, code="test.noted", subject=None)
    report = verify_chain()
    assert report.is_intact and (report.sealed, report.unsealed, report.heads) == (5, 1, 1)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "核验通过" in out.getvalue()


@pytest.mark.parametrize(
    "column", ["note", "code", "actor_label", "role", "from_state", "to_state", "request_id", "subject_kind"]
)
def test_an_altered_event_is_found_at_its_place(column: str) -> None:
    third = sealed_events()[2]
    tamper(f"UPDATE foundation_auditevent SET {column} = 'x' WHERE id = %s", third.pk)
    assert found() == [(3, "EVENT_ALTERED")]
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", stdout=out)
    assert end.value.code == 1 and f"第 3 号：事件 {third.pk}" in out.getvalue()


def test_another_day_person_or_amount_is_found() -> None:
    event = record_event(actor=ACTOR, code="a.b", subject=None, day=date(2023, 5, 4), changes={"amount_fen": 100})
    seal_events()
    tamper("UPDATE foundation_auditevent SET business_day = '2023-05-05' WHERE id = %s", event.pk)
    assert found() == [(1, "EVENT_ALTERED")]
    tamper("UPDATE foundation_auditevent SET business_day = '2023-05-04', person_id = 7 WHERE id = %s", event.pk)
    assert found() == [(1, "EVENT_ALTERED")]
    tamper(
        "UPDATE foundation_auditevent SET person_id = NULL, changes = '{\"amount_fen\": 101}' WHERE id = %s", event.pk
    )
    assert found() == [(1, "EVENT_ALTERED")]


def test_a_dropped_event_is_found_at_its_place() -> None:
    fourth = sealed_events()[3]
    tamper("DELETE FROM foundation_auditevent WHERE id = %s", fourth.pk)
    assert found() == [(4, "EVENT_DROPPED")]


def test_an_event_dropped_together_with_its_seal_is_found() -> None:
    second = sealed_events()[1]
    tamper("DELETE FROM foundation_auditevent WHERE id = %s", second.pk)
    tamper("DELETE FROM foundation_auditseal WHERE event_id = %s", second.pk)
    assert (2, "SEAL_MISSING") in found() and (3, "CHAIN_BROKEN") in found()


def test_two_events_that_changed_places_are_found() -> None:
    events = sealed_events()
    notes = {events[1].pk: events[2].note, events[2].pk: events[1].note}
    for pk, note in notes.items():
        tamper("UPDATE foundation_auditevent SET note = %s WHERE id = %s", note, pk)
    assert found() == [(2, "EVENT_ALTERED"), (3, "EVENT_ALTERED")]


def test_two_seals_that_changed_places_are_found() -> None:
    sealed_events()
    two, three = AuditSeal.objects.filter(position__in=(2, 3)).order_by("position")
    tamper("UPDATE foundation_auditseal SET event_id = -1 WHERE id = %s", two.pk)
    for seal, other in ((three, two), (two, three)):
        tamper(
            "UPDATE foundation_auditseal SET event_id = %s, event_digest = %s WHERE id = %s",
            other.event_id, other.event_digest, seal.pk,
        )  # fmt: skip
    assert [place for place in found() if place[1] == "CHAIN_BROKEN"] == [(2, "CHAIN_BROKEN"), (3, "CHAIN_BROKEN")]


def test_a_log_cut_off_at_its_end_is_found_by_the_heads_outside() -> None:
    last = sealed_events()[-1]
    tamper("DELETE FROM foundation_auditseal WHERE position = 5")
    tamper("DELETE FROM foundation_auditevent WHERE id = %s", last.pk)
    assert found() == [(5, "CHAIN_TRUNCATED")]


def test_a_log_written_anew_from_the_beginning_is_found_by_the_heads_outside() -> None:
    sealed_events(2)
    chain = GENESIS
    for seal in AuditSeal.objects.order_by("position"):
        tamper("UPDATE foundation_auditevent SET note = 'x' WHERE id = %s", seal.event_id)
        digest = AuditEvent.objects.get(pk=seal.event_id).digest()
        chain = sm3(chain + digest)
        tamper(
            "UPDATE foundation_auditseal SET event_digest = %s, chain_digest = %s WHERE id = %s", digest, chain, seal.pk
        )
    assert found() == [(2, "HEAD_DIFFERS")]


def test_a_missing_or_empty_file_of_heads_is_itself_a_finding(heads: Path) -> None:
    sealed_events()
    heads.write_text("")
    assert found() == [(0, "HEADS_MISSING")]
    heads.unlink()
    assert found() == [(0, "HEADS_MISSING")]


def test_the_heads_are_for_their_owner_only_and_grow(heads: Path) -> None:
    sealed_events(2)
    seal_events()
    record_event(actor=ACTOR, code="test.noted", subject=None)
    seal_events()
    lines = [line.split() for line in heads.read_text().splitlines()]
    assert [line[0] for line in lines] == ["2", "3"]
    assert lines[-1][1] == AuditSeal.objects.get(position=3).chain_digest
    assert heads.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("table", ["foundation_auditevent", "foundation_auditseal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_log(table: str, change: str) -> None:
    sealed_events(1)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))
    assert AuditEvent.objects.count() == AuditSeal.objects.count() == 1


def set_status(upload: Upload, status: str) -> None:
    tamper("UPDATE park_workers_upload SET status = %s WHERE id = %s", status, upload.pk)


def test_a_state_changed_without_an_event_is_found(cast: Cast) -> None:
    upload = give(cast.hr, "roster", roster(), date(2023, 5, 4))
    assert upload.status == "applied" and verify_chain().is_intact
    set_status(upload, "withdrawn")
    finding = verify_chain().findings[0]
    assert finding.code == "STATE_UNEXPLAINED" and f"上传 {upload.pk}" in finding.message


def test_a_state_changed_before_the_first_move_is_found_too(cast: Cast) -> None:
    upload = give(cast.hr, "roster", roster(), date(2023, 5, 4))
    tamper("DELETE FROM foundation_auditevent WHERE subject_id = %s AND code <> 'upload.received'", upload.pk)
    assert [finding.code for finding in verify_chain().findings] == ["STATE_UNEXPLAINED"]
