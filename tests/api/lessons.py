"""A class with one certified trainee, at any base."""

from __future__ import annotations

from datetime import date, time

from park_workers.models import Organisation, TrainingBase, Worker
from tests.conftest import Cast
from training.models import (
    Assessment,
    Attendance,
    Certificate,
    ClassChangeRequest,
    ClassSession,
    EarlierTraining,
    Enrolment,
    LabourDemand,
    Referral,
    TrainingClass,
)
from training.services.amendments import propose_completion_revocation
from training.services.completions import issue_completions


def teach(
    base: TrainingBase, worker: Worker, number: str = "2023-01", *, trade: str = "缝纫工", level: int = 5,
    ends_on: date = date(2023, 2, 20), issued_on: date = date(2023, 3, 1),
) -> Certificate:  # fmt: skip
    """The worker sat in a class of the base, passed and got a certificate."""
    lesson = TrainingClass.objects.create(
        base=base, number=number, trade=trade, level=level, starts_on=date(2023, 2, 1), ends_on=ends_on,
        planned_hours=60, status="completed", is_reported=True,
    )  # fmt: skip
    seat = Enrolment.objects.create(training_class=lesson, worker=worker, attended_hours=56)
    morning = ClassSession.objects.create(
        training_class=lesson, day=date(2023, 2, 1), number=1, from_time=time(8, 30), to_time=time(11, 30), hours=4
    )
    Attendance.objects.create(session=morning, enrolment=seat, mark="present", source="qr")
    result = Assessment.objects.create(enrolment=seat, theory_score=80, practice_score=91, verdict="合格")
    return Certificate.objects.create(
        number=f"S{number}", assessment=result, worker=worker, trade=trade, level=level, issued_on=issued_on
    )


def give_paper(cast: Cast, certificate: Certificate) -> None:
    """The base's own paper beside a certificate, and a revocation of the paper that waits."""
    of = certificate.assessment.enrolment.training_class
    (paper,) = issue_completions(actor=cast.clerk, training_class=of, day=certificate.issued_on)
    day = certificate.issued_on
    propose_completion_revocation(actor=cast.clerk, completion=paper, reason="重复发证", day=day)


def another_base(bureau: Organisation, name: str = "二号基地") -> TrainingBase:
    """One more base of the bureau."""
    organisation = Organisation.objects.create(kind="training_base", name=name)
    return TrainingBase.objects.create(organisation=organisation, bureau=bureau)


def referred(certificate: Certificate, cast: Cast) -> Referral:
    """The holder, referred to alpha by the base that taught."""
    seat = certificate.assessment.enrolment
    return Referral.objects.create(
        status="referred", enrolment=seat, worker=certificate.worker, base=seat.training_class.base, enterprise=cast.alpha,
        referred_on=date(2023, 2, 21),
    )  # fmt: skip


def earlier(worker: Worker) -> EarlierTraining:
    """A line of the earlier list."""
    return EarlierTraining.objects.create(worker=worker, trade="缝纫工", trained_on=date(2021, 5, 1), is_leaver=False)


def change_asked(certificate: Certificate, cast: Cast) -> ClassChangeRequest:
    """Somebody asked to take the trainee off the roster."""
    seat = certificate.assessment.enrolment
    return ClassChangeRequest.objects.create(
        status="waiting", training_class=seat.training_class, kind="remove", enrolment=seat, reason="本人放弃",
        asked_on=date(2023, 2, 2), asked_by=cast.base_clerk.user, request_id="r",
    )  # fmt: skip


def demand_taken_back(cast: Cast) -> LabourDemand:
    """A demand of alpha's that no base sees any more."""
    return LabourDemand.objects.create(
        status="withdrawn", enterprise=cast.alpha, trade="平车", heads=5, posted_on=date(2023, 2, 1),
        needed_by=date(2023, 3, 1), ended_on=date(2023, 2, 2), request_id="d",
    )  # fmt: skip
