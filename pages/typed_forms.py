"""What forms have in common: typed text read as numbers, days and money, errors by field, the key of one filling-in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from django.http import HttpRequest

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import clean_text
from park_workers.services.employments import FieldsInvalid

CLIENT_KEY = re.compile(r"[0-9a-f-]{36}")
YUAN = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")


def key_of(request: HttpRequest) -> str:
    """The key that came with the form, or a new one: a second tap sends the same and makes no second row."""
    key = request.POST.get("key", "")
    return key if CLIENT_KEY.fullmatch(key) else str(uuid.uuid4())


def typed_texts(request: HttpRequest, fields: Iterable[str], longest: int = 200) -> dict[str, str]:
    """What was typed, by field."""
    return {name: request.POST.get(name, "").strip()[:longest] for name in fields}


def reason_of(request: HttpRequest) -> str:
    """The tapped phrase and the typed note together."""
    parts = (request.POST.get("phrase", "").strip(), request.POST.get("note", "").strip())
    return "；".join(filter(None, parts))[:300]


def whole(text: str) -> int | None:
    """A whole number; -1 for what is none (the service then names the field), None for nothing typed."""
    cleaned = clean_text(text)
    if not cleaned:
        return None
    return int(cleaned) if cleaned.isascii() and cleaned.isdigit() and len(cleaned) < 9 else -1


def fen(text: str) -> int | None:
    """Yuan as typed, in fen; -1 for what is none (the service then names the field), None for nothing typed."""
    cleaned = clean_text(text).removeprefix("¥").replace(",", "")
    if not cleaned:
        return None
    if not YUAN.fullmatch(cleaned):
        return -1
    yuan, _, rest = cleaned.partition(".")
    return int(yuan) * 100 + int(rest.ljust(2, "0"))


def say(errors: dict[str, str], refusal: RuleViolation, elsewhere: str = "whole") -> None:
    """Every wrong field of a refusal by its name, or its one reason."""
    if not isinstance(refusal, FieldsInvalid):
        errors.setdefault(elsewhere, refusal.sentences)
        return
    for problem in refusal.problems:
        errors.setdefault(problem.field, problem.sentences)


def number_in(text: str) -> int:
    """The number of a row as an address or a field names it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
