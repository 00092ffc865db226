"""The audit log as one file proves itself, and betrays every change made to it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.audit_bundle import verify_bundle, write_bundle
from park_workers.foundation.audit_chain import seal_events

ACTOR = SystemActor("试验")
Part = list[bytes]


@pytest.fixture
def bundle(db: None, tmp_path: Path, settings) -> Path:
    """Five sealed events and one that is not."""
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.log"
    for n in range(5):
        record_event(actor=ACTOR, code="batch.opened", subject=None, note=f"第 {n} 件", changes={"n": n})
    seal_events()
    record_event(actor=ACTOR, code="batch.opened", subject=None, note="未封存")
    path = tmp_path / "audit.zip"
    write_bundle(path, made_by="审计甲", made_at=timezone.now())
    return path


def changed(path: Path, name: str, change: Callable[[Part], Part]) -> Path:
    """The bundle with the lines of one part changed, and the manifest brought up to it as a forger would."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = b"".join(change(parts[name].splitlines(keepends=True)))
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return other


def codes(path: Path) -> set[str]:
    return {finding.code for finding in verify_bundle(path).findings}


def test_a_bundle_proves_itself_without_the_database(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = verify_bundle(bundle)
    assert (report.is_intact, report.sealed, report.unsealed, report.heads) == (True, 5, 1, 1)
    call_command("verify_audit", bundle=bundle)
    assert "核验通过" in capsys.readouterr().out


def test_an_altered_event_is_found(bundle: Path) -> None:
    def alter(lines: Part) -> Part:
        row = json.loads(lines[2]) | {"note": "改过"}
        return [*lines[:2], f"{json.dumps(row, ensure_ascii=False)}\n".encode(), *lines[3:]]

    assert {"EVENT_ALTERED", "PART_ALTERED"} <= codes(changed(bundle, "events.jsonl", alter))


def test_a_dropped_event_is_found(bundle: Path) -> None:
    assert "EVENT_DROPPED" in codes(changed(bundle, "events.jsonl", lambda lines: lines[1:]))


def test_swapped_and_missing_seals_are_found(bundle: Path) -> None:
    assert "CHAIN_BROKEN" in codes(changed(bundle, "seals.jsonl", lambda s: [s[1], s[0], *s[2:]]))
    assert "SEAL_MISSING" in codes(changed(bundle, "seals.jsonl", lambda s: s[1:]))


def test_a_truncated_chain_is_found_by_its_head(bundle: Path) -> None:
    assert "HEAD_DIFFERS" in codes(changed(bundle, "seals.jsonl", lambda s: s[:-1]))


def test_a_finding_ends_the_command_with_an_error(bundle: Path) -> None:
    broken = changed(bundle, "events.jsonl", lambda lines: lines[1:])
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", bundle=broken)
    assert ended.value.code == 1
