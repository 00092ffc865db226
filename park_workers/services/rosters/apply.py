"""Writing the good lines of a roster: set by set, inside the one loading transaction of its upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.files import new_reference
from park_workers.models import Employment, Worker
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import (
    PersonLine,
    add_people,
    find_worker_ids,
    phone_hash,
    recorded_now,
    rename_people,
    update_rows,
)
from park_workers.services.rosters.check import JudgedRoster
from park_workers.services.rosters.hire import Hire
from park_workers.services.rosters.known import KnownEmployment, KnownStaff
from park_workers.services.rosters.overlaps import list_overlaps

EMPLOYMENT_COLUMNS = (
    "reference", "worker_id", "enterprise_id", "hired_on", "left_on", "leave_reason", "introducer_id", "source",
    "upload_id", "recorded_at", "recorded_by_id",
)  # fmt: skip
CONTRACT_COLUMNS = ("employment_id", "starts_on", "ends_on", "form", "recorded_at", "recorded_by_id")
POST_COLUMNS = ("employment_id", "starts_on", "trade", "is_front_line", "recorded_at", "recorded_by_id")


@dataclass
class Changes:
    """Rows to write about employments already recorded."""

    leaves: list[tuple[date, int]] = field(default_factory=list)
    introducers: list[tuple[int, int]] = field(default_factory=list)
    contracts: list[tuple[int, date, date | None, str]] = field(default_factory=list)
    corrected_contracts: list[tuple[date | None, str, int]] = field(default_factory=list)
    posts: list[tuple[int, date, str, bool]] = field(default_factory=list)
    corrected_posts: list[tuple[str, bool, int]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


def apply_roster(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """New people and employments; of known employments the leaving date, a renewed contract, another post.

    A file whose content was imported before brings nothing about known employments: what has happened since stands.
    """
    judged: JudgedRoster = checked.found
    lines = [judged.lines[row.number] for row in checked.accepted]
    workers, people_added = _people(context, lines, judged.known)
    fresh = [line for line in lines if _recorded(line, judged.known) is None]
    changes = Changes()
    if not context.is_repeat:
        for line in lines:
            employment = _recorded(line, judged.known)
            if employment is not None:
                _compare(line, employment, judged.known, workers, context.day, changes)
        _refresh_people(lines, judged.known)
    # Leaving dates first: a person re-hired in the same file must have left before.
    _write_changes(context, changes)
    _add_employments(context, fresh, workers)
    return {
        "new": len(fresh), "people": people_added, "leavers": len(changes.leaves),
        "contracts": len(changes.contracts) + len(changes.corrected_contracts),
        "posts": len(changes.posts) + len(changes.corrected_posts),
        "unchanged": len(lines) - len(fresh) - len(changes.touched),
    }  # fmt: skip


def _recorded(line: Hire, known: KnownStaff) -> KnownEmployment | None:
    assert line.hired_on is not None
    return known.employment(line.key, line.hired_on)


def _people(context: ImportContext, lines: Sequence[Hire], known: KnownStaff) -> tuple[dict[str, int], int]:
    """Canonical worker by person key of everybody named, introducers (name not yet known) included."""
    workers = {key: person.worker_id for key, person in known.people.items()}
    unknown = [
        PersonLine(line.id_number, line.key, line.name, line.phone, line.origin)
        for line in lines
        if line.key not in workers
    ]
    unknown += [
        PersonLine(line.introducer_id_number, line.introducer_key)
        for line in lines
        if line.introducer_key and line.introducer_key not in workers
    ]
    if not unknown:
        return workers, 0
    added = add_people(people=unknown, recorded_by=context.actor)
    return workers | find_worker_ids({person.key for person in unknown}), added


def _compare(
    line: Hire, employment: KnownEmployment, known: KnownStaff, workers: dict[str, int], day: date, changes: Changes
) -> None:
    """What a line says anew about a recorded employment; a blank leaving date never takes one back."""
    pk = employment.pk
    if line.left_on is not None and line.left_on != employment.left_on:
        changes.leaves.append((line.left_on, pk))
        changes.touched.add(pk)
    if line.introducer_key and employment.introducer_id is None:
        changes.introducers.append((workers[line.introducer_key], pk))
        changes.touched.add(pk)
    assert line.contract_starts_on is not None
    contract = known.contracts.get(pk, {}).get(line.contract_starts_on)
    if contract is None:
        changes.contracts.append((pk, line.contract_starts_on, line.contract_ends_on, line.form))
        changes.touched.add(pk)
    elif (contract.ends_on, contract.form) != (line.contract_ends_on, line.form):
        changes.corrected_contracts.append((line.contract_ends_on, line.form, contract.pk))
        changes.touched.add(pk)
    _compare_post(line, pk, known, day, changes)


def _compare_post(line: Hire, pk: int, known: KnownStaff, day: date, changes: Changes) -> None:
    begun = [post for post in known.posts.get(pk, []) if post.starts_on <= day]
    now = begun[-1] if begun else None
    if now is not None and (now.trade, now.is_front_line) == (line.trade, line.is_front_line):
        return
    if now is not None and now.starts_on == day:
        changes.corrected_posts.append((line.trade, line.is_front_line, now.pk))
    else:
        changes.posts.append((pk, day, line.trade, line.is_front_line))
    changes.touched.add(pk)


def _write_changes(context: ImportContext, changes: Changes) -> None:
    stamp = (recorded_now(), context.actor.pk)
    update_rows("UPDATE park_workers_employment SET left_on = %s WHERE id = %s", changes.leaves)
    update_rows("UPDATE park_workers_employment SET introducer_id = %s WHERE id = %s", changes.introducers)
    update_rows(
        "UPDATE park_workers_contractspan SET ends_on = %s, form = %s WHERE id = %s", changes.corrected_contracts
    )
    update_rows(
        "UPDATE park_workers_postspan SET trade = %s, is_front_line = %s WHERE id = %s", changes.corrected_posts
    )
    if changes.contracts:
        load_rows("park_workers_contractspan", CONTRACT_COLUMNS, ((*row, *stamp) for row in changes.contracts))
    if changes.posts:
        load_rows("park_workers_postspan", POST_COLUMNS, ((*row, *stamp) for row in changes.posts))


def _refresh_people(lines: Sequence[Hire], known: KnownStaff) -> None:
    """The first roster gives the name (a person known from another list had a provisional one); phones follow the latest."""
    names: dict[int, str] = {}
    phones: list[tuple[str, str, int]] = []
    origins: list[tuple[str, int]] = []
    phone_field = Worker._meta.get_field("phone")
    for line in lines:
        person = known.people.get(line.key)
        if person is None:
            continue
        if not person.is_on_roster and person.name != line.name:
            names.setdefault(person.worker_id, line.name)
        if line.phone and (hashed := phone_hash(line.phone)) != person.phone_hash:
            phones.append((phone_field.seal(line.phone, owner=line.key), hashed, person.own_id))
        if line.origin and not person.origin:
            origins.append((line.origin, person.own_id))
    rename_people(names)
    update_rows("UPDATE park_workers_worker SET phone = %s, phone_hash = %s WHERE id = %s", phones)
    update_rows("UPDATE park_workers_worker SET origin = %s WHERE id = %s", origins)


def _add_employments(context: ImportContext, lines: Sequence[Hire], workers: dict[str, int]) -> None:
    """Employments with their first contract and post, and the list of overlaps with other enterprises."""
    if not lines:
        return
    now, actor, upload = recorded_now(), context.actor.pk, context.upload.pk
    load_rows(
        "park_workers_employment",
        EMPLOYMENT_COLUMNS,
        (
            (
                new_reference(), workers[line.key], context.organisation.pk, line.hired_on, line.left_on,
                "", workers.get(line.introducer_key), Employment.Source.ROSTER.value, upload, now, actor,
            )
            for line in lines
        ),
    )  # fmt: skip
    pks = employments_of_upload(upload)
    ids = [pks[workers[line.key], line.hired_on] for line in lines]
    load_rows(
        "park_workers_contractspan", CONTRACT_COLUMNS,
        (
            (pk, line.contract_starts_on, line.contract_ends_on, line.form, now, actor)
            for pk, line in zip(ids, lines, strict=True)
        ),
    )  # fmt: skip
    load_rows(
        "park_workers_postspan", POST_COLUMNS,
        ((pk, line.hired_on, line.trade, line.is_front_line, now, actor) for pk, line in zip(ids, lines, strict=True)),
    )  # fmt: skip
    list_overlaps(ids, recorded_by_id=actor)


def employments_of_upload(upload: int) -> dict[tuple[int, date | None], int]:
    """Primary key by worker and hire date of the employments an upload brought."""
    rows = Employment.objects.filter(upload_id=upload).values_list("worker_id", "hired_on", "pk")
    return {(worker, hired): pk for worker, hired, pk in rows.iterator(chunk_size=10_000)}
