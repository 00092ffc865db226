"""What the pages of certificates share: who looks, what the filters say, the tabs above the lists, reasons given."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.search_hash import search_hash
from park_workers.models import Membership, Role, TrainingBase
from park_workers.models.named import name_begins_with
from park_workers.models.people import LAST_FOUR
from training.models import Amendment, TrainingClass
from training.pass_list.reader import LEVEL_NAMES

LEVELS = [(str(level), LEVEL_NAMES[level]) for level in sorted(LEVEL_NAMES, reverse=True)]
#: signs that only numbers of certificates have, so many that no last four is meant
LEAST_NUMBER = 6


def number_in(request: HttpRequest, key: str) -> int:
    """The number of a row that the address names; 0 for nonsense."""
    text = request.GET.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def typed_number(text: str) -> str:
    """What was typed, when it can only be a certificate's number."""
    plain = "".join(clean_text(text).split()).upper()
    return plain if len(plain) >= LEAST_NUMBER and any(sign.isdigit() for sign in plain) and plain.isascii() else ""


def person_found(text: str, *, to: str = "worker__") -> Q:
    """People by the beginning of their name (signs, pinyin, initials) or the last four of their number."""
    typed = clean_text(text)
    if LAST_FOUR.fullmatch(typed):
        return Q(**{f"{to}last_four_hash": search_hash(typed.upper(), purpose="last_four")})
    return name_begins_with(typed, to=to)


def bases_of(member: Membership) -> list[TrainingBase]:
    """Bases that the filter offers; a base is offered none, it sees its own only."""
    if member.role == Role.BASE_CLERK:
        return []
    return list(TrainingBase.objects.select_related("organisation").order_by("pk"))


def classes_seen(member: Membership) -> QuerySet[TrainingClass]:
    """Classes that somebody may see."""
    rows = TrainingClass.objects.select_related("base__organisation", "base__bureau")
    return rows if member.sees_business_of_all else rows.filter(base_id=member.organisation_id)


def tabs_for(member: Membership, here: str) -> list[tuple[str, str, int | None, bool]]:
    """Address name, word, count and whether it is the open one."""
    waiting = Amendment.objects.visible_to(member).filter(status="proposed").count()
    tabs: list[tuple[str, str, int | None]] = [
        ("certificates", "职业技能等级证书", None), ("completions", "结业证", None), ("results", "考核成绩", None),
        ("amendments", "更正与作废", waiting), ("bursts", "集中发证", None), ("pass_rules", "考核规则", None),
    ]  # fmt: skip
    return [(name, word, count, name == here) for name, word, count in tabs]


def whole_number(text: str) -> int | None:
    """A whole number of at most six digits; None for anything else."""
    plain = clean_text(text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 6 else None
