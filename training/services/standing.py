"""What holds now of results and certificates: as recorded, or as the latest amendment in force says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from training.models import Amendment, Assessment, Certificate

IN_FORCE = Amendment.objects.filter(status=Amendment.Status.CONFIRMED)


def _latest(kind: str, **where: OuterRef) -> QuerySet[Any]:
    return IN_FORCE.filter(kind=kind, **where).order_by("-pk")


def verdict_now(to_assessment: str = "assessment") -> Coalesce:
    """The verdict that holds, for a query whose rows have their assessment under a path, or are assessments ("")."""
    before = f"{to_assessment}__" if to_assessment else ""
    amended = _latest(Amendment.Kind.RESULT, assessment=OuterRef(f"{before}pk")).values("verdict")[:1]
    return Coalesce(Subquery(amended), F(f"{before}verdict"))


def passed_now(to_assessment: str = "assessment") -> Q:
    """Whether the result under a path says 合格 as it holds: a condition to count or to filter by."""
    return Q(Exact(verdict_now(to_assessment), Assessment.Verdict.PASSED))


def revoked_certificate(to_certificate: str = "pk") -> Exists:
    """Whether the certificate under a path has been revoked."""
    return Exists(IN_FORCE.filter(kind=Amendment.Kind.REVOCATION, certificate=OuterRef(to_certificate)))


def with_present(certificates: QuerySet[Certificate]) -> QuerySet[Any]:
    """Certificates with `number_now`, `issued_now`, `revoked_on` and `is_waiting` (an amendment waits for its second person)."""
    mine = _latest(Amendment.Kind.CERTIFICATE, certificate=OuterRef("pk"))
    ended = _latest(Amendment.Kind.REVOCATION, certificate=OuterRef("pk"))
    waiting = Amendment.objects.filter(certificate=OuterRef("pk"), status=Amendment.Status.PROPOSED)
    corrected = Subquery(mine.exclude(number="").values("number")[:1])
    return certificates.annotate(
        number_now=Coalesce(corrected, F("number")),
        issued_now=Coalesce(Subquery(mine.filter(issued_on__isnull=False).values("issued_on")[:1]), F("issued_on")),
        revoked_on=Subquery(ended.values("decided_on")[:1]),
        is_waiting=Exists(waiting), is_corrected=Exists(mine),
    )  # fmt: skip


@dataclass(frozen=True)
class PresentResult:
    """A result as it holds; `amendment` is what made it so, None for the row itself."""

    attended_hours: int
    theory_score: int | None
    practice_score: int | None
    verdict: str
    amendment: Amendment | None = None


def result_now(assessment: Assessment) -> PresentResult:
    """The result that holds of an assessment."""
    latest = amended_results([assessment.pk]).get(assessment.pk)
    source: Any = latest or assessment
    attended = latest.attended_hours if latest is not None else assessment.enrolment.attended_hours
    return PresentResult(attended or 0, source.theory_score, source.practice_score, source.verdict, latest)


def amended_results(assessments: Collection[int]) -> dict[int, Amendment]:
    """The latest correction in force of each of these results that has one."""
    rows = IN_FORCE.filter(kind=Amendment.Kind.RESULT, assessment__in=list(assessments)).order_by("pk")
    return {row.assessment_id: row for row in rows}


def certificate_now(pk: int) -> Any:
    """One certificate with what holds of it."""
    return with_present(Certificate.objects.filter(pk=pk)).get()


def holders_of_corrected(numbers: Collection[str]) -> dict[str, int]:
    """Canonical holder by number that a correction, in force or waiting, has given."""
    rows = Amendment.objects.filter(number__in=list(numbers), status__in=("proposed", "confirmed"))
    canonical = Coalesce("certificate__worker__merged_into_id", "certificate__worker_id")
    return dict(rows.values_list("number", canonical))


def issued_by_day(base_id: int) -> dict[date, int]:
    """Standing certificates of a base by the day of issue that holds."""
    mine = Certificate.objects.filter(assessment__enrolment__training_class__base_id=base_id)
    rows = with_present(mine.filter(~revoked_certificate())).values_list("issued_now", flat=True)
    found: dict[date, int] = {}
    for day in rows:
        found[day] = found.get(day, 0) + 1
    return found
