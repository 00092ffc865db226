"""Figures of training: how many were trained, passed, certified, and hired afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from park_workers.models import Employment, Organisation
from training.models import Assessment, EarlierTraining, Enrolment
from training.pass_list.reader import LEVEL_NAMES
from training.services.recorded_results import in_chunks, with_merged
from training.services.standing import revoked_certificate, verdict_now

PERSON = Coalesce("worker__merged_into_id", "worker_id")
Verdict = Assessment.Verdict


@dataclass(frozen=True)
class ClassFigures:
    """One class: attendances by verdict, and certificates."""

    number: str
    base: str
    trade: str
    level: int
    starts_on: date
    trained: int
    passed: int
    failed: int
    absent: int
    certificates: int

    @property
    def cell(self) -> dict[str, int]:
        """As the tables state it."""
        return {"trained": self.trained, "passed": self.passed, "certificates": self.certificates}


def training_figures(*, bureau: Organisation | None = None) -> dict[str, Any]:
    """Attendances of the earlier list and of the bases, people, results, and tables by base, trade, level and class.

    `bureau` limits them to its bases and the lists it gave.  Attendances count rows, people count natural persons, and
    `passed_then_hired` people employed by an enterprise after the last day of a class they passed.  Results and certificates
    are counted as they hold now: corrected ones as corrected, revoked certificates not at all.
    """
    earlier, seats = _earlier(bureau), _seats(bureau)
    classes = class_figures(bureau=bureau)
    history = earlier.aggregate(lines=Count("pk"), left=Count("pk", filter=Q(is_leaver=True)))
    trained = sum(c.trained for c in classes)
    people = set(earlier.values_list(PERSON, flat=True)) | set(seats.values_list(PERSON, flat=True))
    return {
        "history": history["lines"],
        "history_left": history["left"],
        "bases": trained,
        "total_attendances": history["lines"] + trained,
        "distinct_people": len(people),
        "passed": sum(c.passed for c in classes),
        "failed": sum(c.failed for c in classes),
        "absent": sum(c.absent for c in classes),
        "certificates": sum(c.certificates for c in classes),
        "passed_then_hired": _passed_then_hired(seats),
        "by_base": _table((c.base, c) for c in classes),
        "by_trade": _table((c.trade, c) for c in classes),
        "by_level": _table((LEVEL_NAMES[c.level], c) for c in sorted(classes, key=lambda c: -c.level)),
        "by_class": _table(zip(_class_names(classes), classes, strict=True)),
    }


def class_figures(*, bureau: Organisation | None = None) -> list[ClassFigures]:
    """Every class that is over and has had anybody in it, in the order of bases and of days."""
    seat = "training_class__"
    rows = (
        _seats(bureau)
        .annotate(verdict_now=verdict_now())
        .values(f"{seat}number", f"{seat}base__organisation__name", f"{seat}trade", f"{seat}level", f"{seat}starts_on")
        .annotate(
            trained=Count("pk"),
            passed=Count("pk", filter=Q(verdict_now=Verdict.PASSED)),
            failed=Count("pk", filter=Q(verdict_now=Verdict.FAILED)),
            absent=Count("pk", filter=Q(verdict_now=Verdict.ABSENT)),
            certificates=Count("assessment__certificate", filter=~revoked_certificate("assessment__certificate")),
        )
        .order_by(f"{seat}base_id", f"{seat}starts_on", f"{seat}number")
        .values_list(
            f"{seat}number", f"{seat}base__organisation__name", f"{seat}trade", f"{seat}level", f"{seat}starts_on",
            "trained", "passed", "failed", "absent", "certificates",
        )
    )  # fmt: skip
    return [ClassFigures(*row) for row in rows]


def _class_names(classes: Sequence[ClassFigures]) -> list[str]:
    """The number, with the base where two bases use it, and with the first day where a base has used it again."""
    by_number = Counter(number for number, _ in {(c.number, c.base) for c in classes})
    runs = Counter((c.number, c.base) for c in classes)
    return [
        (f"{c.base} " if by_number[c.number] > 1 else "")
        + c.number
        + (f" {c.starts_on}" if runs[c.number, c.base] > 1 else "")
        for c in classes
    ]


def _earlier(bureau: Organisation | None) -> QuerySet[EarlierTraining]:
    every = EarlierTraining.objects.all()
    return every if bureau is None else every.filter(upload__organisation=bureau)


def _seats(bureau: Organisation | None) -> QuerySet[Enrolment]:
    every = Enrolment.objects.trained()
    return every if bureau is None else every.filter(training_class__base__bureau=bureau)


def _passed_then_hired(seats: QuerySet[Enrolment]) -> int:
    """People whose latest employment began after the end of the first class they passed, whichever record it hangs on."""
    passed = seats.annotate(verdict_now=verdict_now()).filter(verdict_now=Verdict.PASSED).order_by()
    first_end = dict(passed.values_list(PERSON).annotate(ends_on=Min("training_class__ends_on")))
    latest_hire: dict[int, date] = {}
    for chunk in in_chunks(with_merged(first_end)):
        hires = Employment.objects.filter(worker_id__in=chunk).values_list(PERSON).annotate(hired_on=Max("hired_on"))
        for person, hired_on in hires.order_by():
            latest_hire[person] = max(hired_on, latest_hire.get(person, hired_on))
    return sum(hired_on > first_end[person] for person, hired_on in latest_hire.items())


def _table(cells: Iterable[tuple[str, ClassFigures]]) -> dict[str, dict[str, int]]:
    """Sums by name, in the order in which names first appear."""
    table: dict[str, Counter[str]] = {}
    for name, figures in cells:
        table.setdefault(name, Counter()).update(figures.cell)
    return {name: dict(sums) for name, sums in table.items()}
