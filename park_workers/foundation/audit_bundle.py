"""The audit log as one file (审计包): every event, every seal and the heads, and its verification without a database.

A ZIP of `events.jsonl` and `seals.jsonl` (one object a line, columns as in the tables), `heads.log` and `manifest.json`
(made by whom and when, counts, SM3 of each part).  The digests are those of `audit.py`, so the file proves itself.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from park_workers.foundation.audit import GENESIS, AuditEvent, AuditSeal, sm3
from park_workers.foundation.audit_chain import ChainReport, Finding

EVENTS, SEALS, HEADS, MANIFEST = "events.jsonl", "seals.jsonl", "heads.log", "manifest.json"
EVENT_COLUMNS = [field.attname for field in AuditEvent._meta.concrete_fields]
SEAL_COLUMNS = ["position", "event_id", "event_digest", "chain_digest", "sealed_at"]


def _plain(value: Any) -> Any:
    """Instants in UTC and days as text; everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _write_part(archive: zipfile.ZipFile, name: str, lines: Iterable[str]) -> dict[str, Any]:
    """Write lines one by one, so that memory does not grow with the log; count and SM3 of what was written."""
    digest, count = hashes.Hash(hashes.SM3()), 0
    with archive.open(name, "w", force_zip64=True) as out:
        for line in lines:
            content = f"{line}\n".encode()
            digest.update(content)
            out.write(content)
            count += 1
    return {"lines": count, "sm3": digest.finalize().hex()}


def _rows(rows: Any, columns: list[str]) -> Iterator[str]:
    for values in rows.values_list(*columns).iterator(chunk_size=2000):
        row = {column: _plain(value) for column, value in zip(columns, values, strict=True)}
        yield json.dumps(row, ensure_ascii=False, sort_keys=True)


def write_bundle(path: Path, *, made_by: str, made_at: datetime) -> dict[str, Any]:
    """Write the bundle; returns its manifest."""
    heads = Path(settings.AUDIT_HEADS_FILE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # Seals first: an event sealed while this runs is then in the events, never a seal without its event.
        seals = _write_part(archive, SEALS, _rows(AuditSeal.objects.order_by("position"), SEAL_COLUMNS))
        events = _write_part(archive, EVENTS, _rows(AuditEvent.objects.order_by("pk"), EVENT_COLUMNS))
        lines = heads.read_text(encoding="ascii").splitlines() if heads.exists() else []
        kept = [line for line in lines if line.split()[:1] and int(line.split()[0]) <= seals["lines"]]
        parts = {SEALS: seals, EVENTS: events, HEADS: _write_part(archive, HEADS, kept)}
        manifest = {"made_by": made_by, "made_at": made_at.astimezone(UTC).isoformat(), "parts": parts}
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _read_part(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as lines:
        yield from lines


def _event_of(row: dict[str, Any]) -> AuditEvent:
    row = row | {"recorded_at": datetime.fromisoformat(row["recorded_at"])}
    if row["business_day"]:
        row["business_day"] = date.fromisoformat(row["business_day"])
    return AuditEvent(**row)


def verify_bundle(path: Path) -> ChainReport:
    """Every part as the manifest says, every event as its seal says, every seal as the chain before it, every head in it."""
    report = ChainReport()
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        for name, told in manifest["parts"].items():
            digest = hashes.Hash(hashes.SM3())
            for line in _read_part(archive, name):
                digest.update(line)
            if digest.finalize().hex() != told["sm3"]:
                report.findings.append(Finding(0, None, "PART_ALTERED", f"{name} 与清单中的摘要不符"))
        digests = {
            row["id"]: _event_of(row).digest() for row in map(json.loads, _read_part(archive, EVENTS))
        }  # fmt: skip
        chain = _walk(archive, digests, report)
        for line in _read_part(archive, HEADS):
            position, digest_then = line.decode().split()[:2]
            report.heads += 1
            if chain.get(int(position)) != digest_then:
                message = f"第 {position} 号的链摘要与链头不同，或该号已不在包中"
                report.findings.append(Finding(int(position), None, "HEAD_DIFFERS", message))
    return report


def _walk(archive: zipfile.ZipFile, digests: dict[int, str], report: ChainReport) -> dict[int, str]:
    """Follow the chain; returns the chain digest at each position."""
    before, found, sealed = GENESIS, dict[int, str](), set[int]()
    for position, seal in enumerate(map(json.loads, _read_part(archive, SEALS)), 1):
        event_id = seal["event_id"]
        sealed.add(event_id)
        if seal["position"] != position:
            report.findings.append(Finding(position, None, "SEAL_MISSING", f"第 {position} 号封存记录缺失"))
        if event_id not in digests:
            report.findings.append(
                Finding(position, event_id, "EVENT_DROPPED", f"第 {position} 号：事件 {event_id} 不在包中")
            )
        elif digests[event_id] != seal["event_digest"]:
            message = f"第 {position} 号：事件 {event_id} 内容被改动"
            report.findings.append(Finding(position, event_id, "EVENT_ALTERED", message))
        before_and_this = sm3(before + seal["event_digest"])
        if before_and_this != seal["chain_digest"]:
            report.findings.append(Finding(position, event_id, "CHAIN_BROKEN", f"第 {position} 号：链摘要与前文不符"))
        before = found[seal["position"]] = seal["chain_digest"]
        report.sealed += 1
    report.unsealed = len(digests.keys() - sealed)
    return found
