"""What a person typing a hire is told at once: the same checks as the service, and whether the person is known already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import (
    IdentifierProblem,
    age_on,
    check_id_number,
    check_name,
    check_phone,
    clean_id_number,
)
from park_workers.foundation.search_hash import person_key
from park_workers.models import Enterprise, Membership
from park_workers.permissions import check_can_register_employment
from park_workers.services.introducers import find_introducer, shown
from park_workers.services.rosters.hire import MINIMUM_AGE
from park_workers.services.rosters.known import KnownStaff

GOOD, NOTE, BAD = "good", "note", "bad"


@dataclass(frozen=True)
class Remark:
    """One answer beside a field: good, note (worth a look) or bad (will be refused)."""

    level: str
    text: str


def look_at_hire(
    *, actor: Membership, enterprise: Enterprise, day: date, name: str = "", id_number: str = "", phone: str = "",
    introducer: str = "",
) -> dict[str, list[Remark]]:  # fmt: skip
    """Answers by field, for the fields that hold something; nothing in them says where else somebody works.

    Reads only.  Raises PermissionRefused.
    """
    check_can_register_employment(actor, enterprise)
    checks: list[tuple[str, str, Callable[[], list[Remark]]]] = [
        ("name", name, lambda: _passed(check_name(name))),
        ("id_number", id_number, lambda: _about_person(enterprise, id_number, day)),
        ("phone", phone, lambda: _passed(check_phone(phone), "号码格式正确")),
        ("introducer", introducer, lambda: _about_introducer(introducer, id_number)),
    ]
    answers: dict[str, list[Remark]] = {}
    for field, value, check in checks:
        if not value.strip():
            continue
        try:
            answers[field] = check()
        except (IdentifierProblem, RuleViolation) as wrong:
            answers[field] = [Remark(BAD, wrong.sentences)]
    return answers


def _passed(value: str, words: str = "") -> list[Remark]:
    """What is said of a value that passed its check: little or nothing."""
    return [Remark(GOOD, words)] if value and words else []


def _about_person(enterprise: Enterprise, id_number: str, day: date) -> list[Remark]:
    """Birth date and sex of the number, and where the person stands: here, elsewhere (not named), or nowhere."""
    found = check_id_number(id_number, day=day)
    born = found.birth_on
    text = f"{found.sex}，{born.year}年{born.month}月{born.day}日出生，{age_on(born, day)} 岁"
    remarks = [Remark(GOOD, text if found.id_type == "居民身份证" else f"{found.id_type}，{text}")]
    if age_on(born, day) < MINIMUM_AGE:
        remarks.append(Remark(NOTE, f"今天未满 {MINIMUM_AGE} 周岁，禁止使用童工，请核实"))
    known = KnownStaff.read(enterprise_id=enterprise.pk, keys={person_key(found.number)})
    here = [span for span in known.here(person_key(found.number)) if span.left_on is None or span.left_on >= day]
    away = [span for span in known.elsewhere(person_key(found.number)) if span.left_on is None or span.left_on >= day]
    if here:
        remarks.append(Remark(BAD, f"已在本企业登记，{here[-1].hired_on} 入职，无需重复登记"))
    if away:
        remarks.append(Remark(NOTE, "目前在其他企业在职，请核实是否已离职；仍可登记"))
    return remarks


def _about_introducer(stated: str, id_number: str) -> list[Remark]:
    worker = find_introducer(stated)
    if worker.person_key == person_key(clean_id_number(id_number)):
        return [Remark(BAD, "引工人就是该员工本人。请填写介绍其来的另一位员工，没有就留空。")]
    return [Remark(GOOD, f"引工人：{shown(worker)}")]
