"""What an enterprise has besides its people: a poster, a card with a photo, a picture of a card, a month, a scan, a request."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from park_workers.foundation.files import store_file
from park_workers.models import Employment, IdCardPicture
from park_workers.services.cards import issue_card
from park_workers.services.headcount_confirmations import confirm_headcount, month_to_confirm
from park_workers.services.hire_date_requests import ask_hire_date
from park_workers.services.photos import keep_photo
from tests.conftest import Cast
from tests.park_workers.test_photos import portrait
from tests.park_workers.test_scan_entries import waiting
from tests.subsidies.stage import Day

APRIL = date(2023, 4, 1)


def on_the_phone(cast: Cast, employment: Employment) -> None:
    """One of each, all of alpha's; the scan's poster is alpha's too."""
    about = {"actor": cast.hr, "worker": employment.worker, "enterprise": cast.alpha, "day": Day.LATER}
    issue_card(**about)
    keep_photo(**about, content=portrait())
    waiting(cast)
    IdCardPicture.objects.create(
        enterprise=cast.alpha, picture=store_file(content=b"picture", name="card.jpg"), recorded_by=cast.hr,
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=APRIL).now.digest
    confirm_headcount(actor=cast.hr, enterprise=cast.alpha, month=APRIL, seen_digest=seen, day=Day.LATER)
    ask_hire_date(
        actor=cast.hr, employment=employment, hired_on=date(2023, 2, 13), reason="合同原件", day=Day.LATER
    )  # fmt: skip
