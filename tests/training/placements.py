"""People who passed at a base, ready to be placed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from park_workers.models import Employment, Enterprise
from park_workers.services.employments import register_employment
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE
from tests.training.lists import give_pass_list, passed
from training.models import Enrolment, Referral
from training.services.referrals import refer_trainee

#: the class of `lists.passed` ended on 2023-02-17
ENDED = date(2023, 2, 17)
REFERRED = date(2023, 3, 1)


def pass_people(cast: Cast, *orders: int, **more: Any) -> list[Enrolment]:
    """So many people of the base passed one class; their seats in order."""
    give_pass_list(cast, [passed(order, **more) for order in orders])
    return list(Enrolment.objects.filter(training_class__base=cast.base).order_by("pk"))


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
