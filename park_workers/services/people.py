"""People by their document number: found, added in bulk, shown in plain with a reason, merged."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.bulk import load_rows
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.files import new_reference
from park_workers.foundation.identifiers import birth_date_of, clean_name, id_type_of, sex_of
from park_workers.foundation.pinyin import spell
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.models import Membership, Worker
from park_workers.permissions import check_can_merge_workers, check_can_reveal

#: names in Latin letters keep their dots and blanks when cleaned; for comparison all dots are one
DOTS = dict.fromkeys(map(ord, "•・‧∙⋅."), "·")
MIN_REASON = 2


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a line of a file or a form describes them; texts are cleaned already."""

    id_number: str
    key: str
    name: str = ""
    phone: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is recorded of a person; `worker_id` is the canonical record after merging."""

    worker_id: int
    own_id: int
    name: str
    phone_hash: str
    origin: str
    #: employed now or once, by whomever: the name comes from a roster and stays
    is_on_roster: bool


@dataclass(frozen=True)
class Revealed:
    """Personal data in plain, for the eyes of whoever gave the reason."""

    id_number: str
    phone: str


def name_key(name: str) -> str:
    """A name for comparison: one kind of dot, no blanks, one width and case (· • ・ and blanks are equal)."""
    return "".join(clean_name(name).translate(DOTS).split()).casefold()


def matches_any(column: str, values: Collection[Any]) -> tuple[str, Any]:
    """SQL and its one parameter for "column is among values", whatever their number."""
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values))
    return f"{column} = ANY(%s)", list(values)


def select_where_any(sql: str, column: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
    """Rows of `sql` (ending before its WHERE) whose column is among the values; one query."""
    if not values:
        return []
    condition, parameter = matches_any(column, values)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE {condition}", [parameter])
        return list(cursor.fetchall())


def recorded_now() -> Any:
    """This instant the way the engine stores it, for bulk loads."""
    return connection.ops.adapt_datetimefield_value(timezone.now())


def find_people(keys: Collection[str]) -> dict[str, KnownPerson]:
    """Known people by person key."""
    rows = select_where_any(
        "SELECT w.person_key, w.id, COALESCE(w.merged_into_id, w.id), w.name, w.phone_hash, w.origin, "
        "EXISTS (SELECT 1 FROM park_workers_employment e WHERE e.worker_id IN (w.id, COALESCE(w.merged_into_id, w.id))) "
        "FROM park_workers_worker w",
        "w.person_key", set(keys),
    )  # fmt: skip
    return {
        key: KnownPerson(canonical, own, name, phone_hash, origin, bool(on_roster))
        for key, own, canonical, name, phone_hash, origin, on_roster in rows
    }


def find_worker_ids(keys: Collection[str]) -> dict[str, int]:
    """Canonical worker by person key."""
    rows = select_where_any(
        "SELECT w.person_key, COALESCE(w.merged_into_id, w.id) FROM park_workers_worker w", "w.person_key", set(keys)
    )
    return dict(rows)


def add_people(*, people: Iterable[PersonLine], recorded_by: Membership | None) -> int:
    """Put people into the table who are not there yet (first line of a person wins); returns how many were new."""
    first: dict[str, PersonLine] = {}
    for person in people:
        first.setdefault(person.key, person)
    columns = (
        "reference", "person_key", "id_type", "id_number", "last_four_hash", "name", "name_pinyin", "name_initials",
        "phone", "phone_hash", "birth_on", "sex", "origin", "recorded_at", "recorded_by_id",
    )  # fmt: skip
    id_field, phone_field = Worker._meta.get_field("id_number"), Worker._meta.get_field("phone")
    now, actor_id = recorded_now(), recorded_by.pk if recorded_by else None
    rows = (
        (
            new_reference(), p.key, id_type_of(p.id_number), id_field.seal(p.id_number, owner=p.key),
            search_hash(p.id_number[-4:], purpose="last_four"), p.name, *spell(p.name), phone_field.seal(p.phone, owner=p.key),
            phone_hash(p.phone), birth_date_of(p.id_number), sex_of(p.id_number), p.origin, now, actor_id,
        )
        for p in first.values()
    )  # fmt: skip
    return load_rows("park_workers_worker", columns, rows, skip_known=True) if first else 0


def new_person(*, person: PersonLine, recorded_by: Membership | None) -> Worker:
    """One person as a row of the table, not written yet."""
    name_pinyin, name_initials = spell(person.name)
    worker = Worker(
        person_key=person.key, id_type=id_type_of(person.id_number), name=person.name, name_pinyin=name_pinyin,
        name_initials=name_initials, last_four_hash=search_hash(person.id_number[-4:], purpose="last_four"),
        phone_hash=phone_hash(person.phone), birth_on=birth_date_of(person.id_number), sex=sex_of(person.id_number),
        origin=person.origin, recorded_by=recorded_by,
    )  # fmt: skip
    worker.seal_id_number(person.id_number)  # type: ignore[attr-defined]
    worker.seal_phone(person.phone)  # type: ignore[attr-defined]
    return worker


def ensure_people(
    *, people: Sequence[PersonLine], recorded_by: Membership | None, known: dict[str, KnownPerson] | None = None
) -> tuple[dict[str, int], int]:  # fmt: skip
    """Canonical worker by person key for all of them, adding the unknown; and how many were added.

    `known` is what `find_people` has just said of them all, if it was asked.

    A person known by number only (an introducer) gets the first name given; other recorded names stay.
    """
    known = find_people({p.key for p in people}) if known is None else known
    workers = {key: person.worker_id for key, person in known.items()}
    unknown = [p for p in people if p.key not in known]
    names = {
        known[p.key].own_id: p.name for p in reversed(people) if p.key in known and p.name and not known[p.key].name
    }
    rename_people(names)
    if not unknown:
        return workers, 0
    added = add_people(people=unknown, recorded_by=recorded_by)
    return workers | find_worker_ids({p.key for p in unknown}), added


def rename_people(names: Mapping[int, str]) -> None:
    """Another name for each of these workers, and how it is typed."""
    update_rows(
        "UPDATE park_workers_worker SET name = %s, name_pinyin = %s, name_initials = %s WHERE id = %s",
        [(name, *spell(name), pk) for pk, name in names.items()],
    )


def phone_hash(phone: str) -> str:
    """Keyed hash of a phone number, for search."""
    return search_hash(phone, purpose="phone")


def update_rows(sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run one UPDATE for many parameter rows; returns how many there were."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
    return len(rows)


def find_worker(id_number: str) -> Worker | None:
    """The canonical person with a (cleaned) document number."""
    worker = Worker.objects.filter(person_key=person_key(id_number)).select_related("merged_into").first()
    return worker.merged_into or worker if worker else None


def _check_reason(reason: str) -> str:
    cleaned = reason.strip()
    if len(cleaned) < MIN_REASON:
        raise RuleViolation("REASON_MISSING", "请填写事由", "用几个字写明原因，将记入日志")
    return cleaned


@transaction.atomic
def reveal(*, actor: Membership, worker: Worker, reason: str, day: date | None = None) -> Revealed:
    """A person's document number and phone in plain; leaves an event with the reason.

    Raises PermissionRefused, or RuleViolation without a reason.
    """
    check_can_reveal(actor, worker)
    record_event(actor=actor, code="worker.revealed", subject=worker, note=_check_reason(reason), day=day)
    return Revealed(worker.open_id_number(), worker.open_phone())  # type: ignore[attr-defined]


def _stand_for(duplicate: Worker, target_id: int) -> int:
    """The record and those that stood for it stand for another now; returns how many followed.

    The database refuses a merge of two who both hold live money of one kind.
    """
    try:
        with transaction.atomic():
            followers = Worker.objects.filter(merged_into=duplicate).update(merged_into=target_id)
            Worker.objects.filter(pk=duplicate.pk).update(merged_into=target_id)
    except IntegrityError as error:
        raise RuleViolation(
            "BOTH_HOLD_MONEY",
            "两条人员记录都享受着同一补贴，合并后同一人将享受两次",
            "请先移除、撤销或追回其中一笔，再合并",
        ) from error
    return followers


@transaction.atomic
def merge_workers(
    *, actor: Membership, duplicate: Worker, into: Worker, reason: str, day: date | None = None
) -> Worker:
    """Two records are one person: `duplicate` from now on stands for `into`; chains stay flat.  Returns the canonical one.

    Raises PermissionRefused; RuleViolation for a person merged into itself or in a circle, or who would hold the same money twice.
    """
    check_can_merge_workers(actor)
    note = _check_reason(reason)
    into.refresh_from_db()
    wanted = {duplicate.pk, into.pk, into.canonical_id}
    # Locked in the order of their numbers, so that two merges at once take turns instead of making a circle.
    locked = {w.pk: w for w in Worker.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    duplicate, into = locked[duplicate.pk], locked[into.pk]
    target_id = into.canonical_id
    if target_id not in locked or locked[target_id].merged_into_id is not None:
        raise TransitionRefused("VERSION_CHANGED", "该记录刚被他人办理过，本次操作未生效", "请刷新页面后再办理")
    if duplicate.merged_into_id == target_id:
        return Worker.objects.get(pk=target_id)
    if duplicate.pk == target_id:
        raise RuleViolation("MERGE_IN_A_CIRCLE", "不能把人员并入其本人或已并入其名下的记录", "请核对要保留的人员记录")
    if duplicate.merged_into_id is not None:
        raise RuleViolation("ALREADY_MERGED", "该记录已并入另一人员", "请在保留的人员记录上办理")
    followers = _stand_for(duplicate, target_id)
    record_event(
        actor=actor, code="worker.merged", subject=duplicate, note=note, day=day,
        changes={"into": target_id, "followers": followers},
    )  # fmt: skip
    duplicate.refresh_from_db()
    return Worker.objects.get(pk=target_id)
