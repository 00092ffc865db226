"""Money that rests on a revoked grade of the technical review: lines to be taken off the road, or asked back when they are paid."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from subsidies.models import Batch, Clawback, Disbursement, DisbursementLine, LineDecision, LineItem
from subsidies.rules.facts import LIST_SEPARATOR
from training.models import ReviewGrade

PAID = DisbursementLine.objects.filter(line=OuterRef("pk"), is_live=True, disbursement__status=Disbursement.Status.PAID)
ASKED_BACK = Clawback.objects.filter(line=OuterRef("pk"), status__in=("proposed", "approved"))


@dataclass(frozen=True)
class RestingLine:
    """A line that was judged on a grade; `is_paid`: the money has arrived; `is_asked_back`: a clawback waits or is approved."""

    line: LineItem
    is_paid: bool
    is_asked_back: bool


def _lines() -> QuerySet[LineItem]:
    """Eligible lines of computations that stand, of policies that ask for a grade, neither removed nor corrected away."""
    lines = LineItem.objects.filter(
        is_eligible=True, corrects__isnull=True, expert_grade__gt="", calculation_id=F("calculation__batch__current")
    )
    return lines.exclude(calculation__batch__status=Batch.Status.CANCELLED).exclude(calculation__batch__is_trial=True)


def lines_on_grade(grade: ReviewGrade) -> list[RestingLine]:
    """Lines of the grade's holder whose facts name it: the same grade, already in force on their cut-off date."""
    person = Coalesce("employment__worker__merged_into_id", "employment__worker_id")
    rows = _lines().annotate(person=person, paid=Exists(PAID), asked=Exists(ASKED_BACK))
    rows = rows.filter(
        person=grade.worker.canonical_id, expert_grade__contains=grade.grade, expert_grade_on__gte=grade.valid_from,
        calculation__batch__cutoff_on__gte=grade.valid_from,
    )  # fmt: skip
    wanted = rows.select_related("calculation__batch__policy", "claim__organisation").order_by("pk")
    return [
        RestingLine(line, line.paid, line.asked)
        for line in wanted
        if grade.grade in (line.expert_grade or "").split(LIST_SEPARATOR)
    ]


def open_findings(grades: QuerySet[ReviewGrade]) -> list[tuple[ReviewGrade, list[RestingLine]]]:
    """Revoked grades with lines on which nobody has acted yet: paid and not asked back, or still on the road; with these lines.

    Lines removed from their batch are over.
    """
    revoked = grades.filter(revocations__status="confirmed").select_related("worker").order_by("pk")
    found = []
    for grade in revoked:
        lines = [one for one in lines_on_grade(grade) if is_open(one)]
        if lines:
            found.append((grade, lines))
    return found


def is_open(resting: RestingLine) -> bool:
    """Whether something is still to be done about a line."""
    if resting.is_paid:
        return not resting.is_asked_back
    return not resting.line.decisions.filter(kind__in=LineDecision.EXCLUDING, is_standing=True).exists()
