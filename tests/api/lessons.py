"""A class with one certified trainee, at any base."""

from __future__ import annotations

from datetime import date

from park_workers.models import Organisation, TrainingBase, Worker
from training.models import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass


def teach(base: TrainingBase, worker: Worker, number: str = "2023-01") -> Certificate:
    """The worker sat in a class of the base, passed and got a certificate."""
    lesson = TrainingClass.objects.create(
        base=base, number=number, trade="缝纫工", level=5, starts_on=date(2023, 2, 1), ends_on=date(2023, 2, 20),
        planned_hours=60, status="completed", is_reported=True,
    )  # fmt: skip
    seat = Enrolment.objects.create(training_class=lesson, worker=worker, attended_hours=56)
    result = Assessment.objects.create(enrolment=seat, theory_score=80, practice_score=91, verdict="合格")
    return Certificate.objects.create(
        number=f"S{number}", assessment=result, worker=worker, trade="缝纫工", level=5, issued_on=date(2023, 3, 1)
    )


def another_base(bureau: Organisation, name: str = "二号基地") -> TrainingBase:
    """One more base of the bureau."""
    organisation = Organisation.objects.create(kind="training_base", name=name)
    return TrainingBase.objects.create(organisation=organisation, bureau=bureau)


def earlier(worker: Worker) -> EarlierTraining:
    """A line of the earlier list."""
    return EarlierTraining.objects.create(worker=worker, trade="缝纫工", trained_on=date(2021, 5, 1), is_leaver=False)
