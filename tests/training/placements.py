"""People who passed at a base, ready to be placed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from park_workers.foundation.search_hash import person_key
from park_workers.models import Employment, Enterprise
from park_workers.services.employments import register_employment
from park_workers.services.people import PersonLine, ensure_people
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE
from tests.training.lists import NAMES
from training.models import Assessment, Enrolment, Referral, TrainingClass
from training.services.referrals import refer_trainee

BEGAN = date(2023, 2, 6)
ENDED = date(2023, 2, 17)
REFERRED = date(2023, 3, 1)


def pass_people(
    cast: Cast,
    *orders: int,
    number: str = "1-平车",
    trade: str = "平车",
    level: int = 5,
    order: str = "示例甲制衣有限公司",
) -> list[Enrolment]:
    """So many people of the base passed one class; their seats in order."""
    lines = [
        PersonLine(number, person_key(number), f"学员{NAMES[n % 10]}", f"1990000{n:04d}")
        for n in orders
        for number in [id_number(900 + n)]
    ]
    workers, _ = ensure_people(people=lines, recorded_by=cast.base_clerk)
    held, _ = TrainingClass.objects.get_or_create(
        base=cast.base, number=number, starts_on=BEGAN,
        defaults={"status": "completed", "is_reported": True, "trade": trade, "level": level, "ends_on": ENDED, "planned_hours": 40},
    )  # fmt: skip
    seats = Enrolment.objects.bulk_create(
        Enrolment(training_class=held, worker_id=workers[line.key], attended_hours=38, order_enterprise_name=order)
        for line in lines
    )
    Assessment.objects.bulk_create(
        Assessment(enrolment=seat, theory_score=80, practice_score=82, verdict="合格") for seat in seats
    )
    return list(Enrolment.objects.filter(training_class=held).select_related("worker").order_by("pk"))


def refer(
    cast: Cast, enrolment: Enrolment, *, to: Enterprise | None = None, day: date = REFERRED, **more: Any
) -> Referral:
    """Referred by the base, to alpha by default."""
    return refer_trainee(actor=cast.base_clerk, enrolment=enrolment, enterprise=to or cast.alpha, day=day, **more)


def hire(cast: Cast, order: int, day: date, *, at_beta: bool = False, **more: Any) -> Employment:
    """The person begins at alpha (or beta), by the form."""
    actor, firm = (cast.hr_beta, cast.beta) if at_beta else (cast.hr, cast.alpha)
    line: dict[str, Any] = {
        "id_number": id_number(900 + order), "hired_on": day, "contract_starts_on": day, "day": day + timedelta(days=1),
    }  # fmt: skip
    request_id = f"hire-{order}-{day}-{firm.pk}"
    return register_employment(actor=actor, enterprise=firm, request_id=request_id, **(HIRE | line | more)).employment
