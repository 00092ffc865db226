"""Certificates in bursts: so many of one base or one assessor within so few days, with the rows that are the evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from park_workers.foundation.identifiers import IdentifierProblem, check_certificate_number
from park_workers.models import Membership
from training.models import Certificate
from training.pass_list.certificate_numbers import busiest_span
from training.pass_list.limits import PassLimits
from training.services.standing import revoked_certificate, with_present


@dataclass(frozen=True)
class Burst:
    """The fullest span of one base or one assessor, when it is fuller than the measure."""

    #: base or assessor
    kind: str
    name: str
    first: date
    last: date
    count: int
    classes: int
    #: the certificates themselves, by day and number
    numbers: tuple[tuple[date, str], ...]


def find_bursts(*, viewer: Membership, limits: PassLimits) -> list[Burst]:
    """Bursts among the standing certificates that somebody may see, the fullest first."""
    seen = Certificate.objects.visible_to(viewer).filter(~revoked_certificate())
    rows = with_present(seen).order_by("issued_now", "pk").values_list(
        "assessment__enrolment__training_class__base__organisation__name", "assessment__enrolment__training_class_id",
        "number_now", "issued_now",
    )  # fmt: skip
    groups: dict[tuple[str, str], list[tuple[date, str, int]]] = defaultdict(list)
    for base, the_class, number, issued_on in rows:
        groups["base", base].append((issued_on, number, the_class))
        if assessor := _assessor(number):
            groups["assessor", assessor].append((issued_on, number, the_class))
    found = [_burst(kind, name, lines, limits) for (kind, name), lines in groups.items()]
    return sorted((one for one in found if one is not None), key=lambda one: (-one.count, one.kind, one.name))


def _assessor(number: str) -> str:
    try:
        return check_certificate_number(number).assessor
    except IdentifierProblem:
        return ""


def _burst(kind: str, name: str, lines: list[tuple[date, str, int]], limits: PassLimits) -> Burst | None:
    span: Any = busiest_span(Counter(day for day, _, _ in lines), limits.burst_days)
    if span is None or span[2] <= limits.burst_certificates:
        return None
    first, last, count = span
    inside = [line for line in lines if first <= line[0] <= last]
    classes = len({the_class for _, _, the_class in inside})
    return Burst(kind, name, first, last, count, classes, tuple((day, number) for day, number, _ in inside))
