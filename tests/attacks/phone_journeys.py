"""What the phone can do, by the API, each in fifty copies."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from park_workers.foundation.jobs import Job
from park_workers.models import HeadcountConfirmation, HireDateRequest, IdCardPicture, Poster, WorkerCard
from park_workers.services.headcount_confirmations import month_to_confirm
from tests.api.test_whole_batch import on
from tests.attacks.fifty import Copies
from tests.attacks.journeys import plays
from tests.conftest import Cast
from tests.park_workers.test_photos import portrait
from tests.park_workers.test_scan_entries import DAY, poster_of, waiting
from tests.subsidies.stage import Day, hire

APRIL = date(2023, 4, 1)


@plays(
    "cards_create", "cards_replace_create", "cards_photo_create", "cards_forget_photo_create", "cards_revoke_create",
    "posters_create", "posters_replace_create", "posters_revoke_create", "id_card_pictures_create", "id_card_pictures_forget_create",
)  # fmt: skip
def cards_and_posters_are_given_out(copies: Copies, cast: Cast) -> None:
    hr, one = cast.hr, hire(cast, cast.alpha, 901)
    card = copies.fifty("cards_create", hr, body={"worker": one.worker_id}, makes=WorkerCard)
    card = copies.fifty("cards_replace_create", hr, card["id"], {"reason": "遗失"}, makes=WorkerCard)
    copies.fifty("cards_photo_create", hr, card["id"], file=portrait())
    copies.fifty("cards_forget_photo_create", hr, card["id"])
    copies.fifty("cards_revoke_create", hr, card["id"], {"reason": "损坏"})
    poster = copies.fifty("posters_create", hr, makes=Poster)
    poster = copies.fifty("posters_replace_create", hr, poster["id"], {"reason": "破损"}, makes=Poster)
    copies.fifty("posters_revoke_create", hr, poster["id"], {"reason": "暂停招工"})
    taken = copies.fifty("id_card_pictures_create", hr, file=portrait(), makes=IdCardPicture)
    copies.fifty("id_card_pictures_forget_create", hr, taken["id"])


@plays(
    "scan_entries_confirm_create", "scan_entries_refuse_create", "headcounts_create", "jobs_repeat_create",
    "hire_date_requests_create", "hire_date_requests_withdraw_create", "hire_date_requests_grant_create",
    "hire_date_requests_refuse_create",
)  # fmt: skip
def what_waits_on_the_phone_is_done(copies: Copies, cast: Cast) -> None:
    hr, clerk, one = cast.hr, cast.clerk, hire(cast, cast.alpha, 901)
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=APRIL).now.digest
    with on(Day.LATER):
        confirmation = {"month": "2023-04", "digest": seen}
        copies.fifty("headcounts_create", hr, body=confirmation, makes=HeadcountConfirmation)
        wanted = {"employment": one.pk, "hired_on": "2023-02-13", "reason": "合同原件"}
        asked = copies.fifty("hire_date_requests_create", hr, body=wanted, makes=HireDateRequest)
        copies.fifty("hire_date_requests_withdraw_create", hr, asked["id"])
        asked = copies.fifty("hire_date_requests_create", hr, body=wanted, makes=HireDateRequest)
        copies.fifty("hire_date_requests_refuse_create", clerk, asked["id"], {"reason": "依据不足"}, seen=1)
        asked = copies.fifty("hire_date_requests_create", hr, body=wanted, makes=HireDateRequest)
        copies.fifty("hire_date_requests_grant_create", clerk, asked["id"], {"reason": "与合同一致"}, seen=1)
    with on(DAY):
        poster_of(cast)
        first, second = waiting(cast), waiting(cast, id_number="441899199005179011", phone="13900005678")
        copies.fifty("scan_entries_confirm_create", hr, first.pk, {"only_register": True}, seen=1)
        copies.fifty("scan_entries_refuse_create", hr, second.pk, {"reason": "尚未录用"}, seen=1)
    failed = Job.objects.create(
        status="failed",
        kind="headcount.snapshot",
        actor_id=clerk.pk,
        parameters={"month_ends": []},
        reason="中断",
        finished_at=timezone.now(),
    )
    copies.fifty("jobs_repeat_create", clerk, failed.pk, makes=Job)
