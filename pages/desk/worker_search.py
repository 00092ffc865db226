"""Finding people: by name in the address; by number or phone through keyed hashes, so that no number is ever in an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from park_workers.foundation.identifiers import clean_id_number, clean_name, clean_phone
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.models import Worker
from park_workers.services.people import phone_hash

FULL_NUMBER = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
PHONE = re.compile(r"1[0-9]{10}")
HASH = re.compile(r"[0-9a-f]{64}")
#: what the address carries instead of digits -> the column it is compared with, and how the filter is shown
HASHED = {"four": ("last_four_hash", "证件号码末四位"), "phone": ("phone_hash", "手机号码")}


@dataclass(frozen=True)
class Search:
    """What was asked: the filter of the list (name of the parameter, its value), or the one person found by full number."""

    parameter: str = ""
    value: str = ""
    worker: Worker | None = None
    is_full_number: bool = False


def understand(text: str, seen: Any) -> Search:
    """What a person typed into the one search box; `seen` are the people they may see."""
    number, phone = clean_id_number(text), clean_phone(text)
    if FULL_NUMBER.fullmatch(number):
        found = seen.filter(person_key=person_key(number)).select_related("merged_into").first()
        return Search(worker=(found.merged_into or found) if found else None, is_full_number=True)
    if PHONE.fullmatch(phone):
        return Search("phone", phone_hash(phone))
    if LAST_FOUR.fullmatch(number):
        return Search("four", search_hash(number, purpose="last_four"))
    return Search("name", clean_name(text)[:40])


def narrowed(rows: Any, parameters: Any) -> tuple[Any, dict[str, str]]:
    """People narrowed by the address, and what the filter bar says of it."""
    shown = {"name": " ".join(parameters.get("name", "").split())[:40], "by": ""}
    if shown["name"]:
        rows = rows.named_like(shown["name"])
    for parameter, (column, words) in HASHED.items():
        value = parameters.get(parameter, "")
        if HASH.fullmatch(value):
            rows, shown["by"] = rows.filter(**{column: value}), words
    return rows, shown
