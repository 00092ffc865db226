"""What a picture needs beyond the replayed year: a December day at one enterprise, staged on a copy of the demo's state.

The year 2023 has been played; it is the first week of December, so November waits to be confirmed, lists of insured months
are fresh, and the next people are about to qualify.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from park_workers.foundation.actors import SystemActor
from park_workers.models import CardPrint, Employment, Enterprise, Membership, Poster, Role, ScanEntry, Upload, Worker
from park_workers.services.card_prints import employed_people, order_card_print
from park_workers.services.cards import issue_card
from park_workers.services.consents import CURRENT
from park_workers.services.posters import issue_poster, standing_poster
from park_workers.services.scan_decisions import HireTerms, confirm_entry
from park_workers.services.scan_entries import enter_by_scan
from park_workers.services.uploads import receive_upload
from subsidies.models import Batch, CorrectionRequest, Policy
from subsidies.services.batches import compute_batch, open_batch
from subsidies.services.confirmations import ask_confirmation
from subsidies.services.corrections import ask_correction
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number

TODAY = date(2023, 12, 6)
ADDRESS = "http://127.0.0.1:8000"
WORKERS = SystemActor("扫码登记")
#: of the synthetic numbers, those no list of the year holds
FREE = 870


@dataclass
class Staged:
    """Rows the addresses name."""

    hr: Membership
    clerk: Membership
    batch: Batch
    employment: Employment
    newest: Employment
    worker: Worker
    poster: Poster
    sheet: CardPrint
    entry: ScanEntry
    correction: CorrectionRequest
    upload: Upload
    left: Employment


def set_pictures_stage(hr: Membership) -> Staged:
    """A poster, cards, an entry by scan that waits and one confirmed, a roster with errors, a request, a batch to confirm."""
    enterprise = Enterprise.objects.get(pk=hr.organisation_id)
    clerk = Membership.objects.in_force().filter(role=Role.CLERK).order_by("pk")[0]
    here = Employment.objects.filter(enterprise=enterprise).order_by("pk")
    employment = here.employed_on(TODAY).select_related("worker")[0]
    poster = standing_poster(enterprise) or issue_poster(actor=hr, enterprise=enterprise, day=date(2023, 11, 20))
    issue_card(actor=hr, worker=employment.worker, enterprise=enterprise, day=TODAY)
    sheet = order_card_print(
        actor=hr, enterprise=enterprise, workers=employed_people(enterprise, TODAY)[:24], choice="全部在职员工", day=TODAY,
        address=ADDRESS, request_id="pictures",
    )  # fmt: skip
    done = confirm_entry(
        actor=hr, entry=_scan(poster, "莫小凤", FREE), day=TODAY, trade="冚车", is_front_line=True, hire=_terms()
    ).entry
    assert done.employment is not None
    left = here.filter(left_on__isnull=False).order_by("-left_on")[0]
    return Staged(
        hr=hr, clerk=clerk, batch=_batch_to_confirm(clerk), employment=employment, newest=done.employment,
        worker=employment.worker, poster=poster, sheet=sheet, entry=_scan(poster, "覃秋月", FREE + 1),
        correction=_correction(clerk, enterprise, employment), upload=_roster(hr), left=left,
    )  # fmt: skip


def _scan(poster: Poster, name: str, order: int) -> ScanEntry:
    entered = enter_by_scan(
        actor=WORKERS, poster=poster, name=name, id_number=id_number(order), phone=f"1380000{order:04d}", trade="平车",
        consent_version=CURRENT.version, now=timezone.now(), day=TODAY, request_id=f"pictures-{order}",
    )  # fmt: skip
    assert entered.entry is not None
    return entered.entry


def _terms() -> HireTerms:
    return HireTerms(hired_on=TODAY, contract_starts_on=TODAY, contract_ends_on=date(2024, 12, 5))


def _correction(clerk: Membership, enterprise: Enterprise, employment: Employment) -> CorrectionRequest:
    return ask_correction(
        actor=clerk, enterprise=enterprise, employment=employment, about=CorrectionRequest.About.CONTRACT,
        text="合同终止日与所附合同不一致，请核对后更正", until=TODAY + timedelta(days=9), day=TODAY,
    )  # fmt: skip


def _batch_to_confirm(clerk: Membership) -> Batch:
    """Everybody of the park judged at the end of November, put before the enterprises."""
    batch = open_batch(
        actor=clerk, policy=Policy.objects.get(code="HIRE"), name="年末补报批", cutoff_on=date(2023, 11, 30), day=TODAY,
        candidates=Batch.Candidates.ALL,
    )  # fmt: skip
    compute_batch(actor=clerk, batch=batch, day=TODAY)
    batch.refresh_from_db()
    ask_confirmation(actor=clerk, batch=batch, working_days=5, day=TODAY)
    return batch


def _roster(hr: Membership) -> Upload:
    """Seven people, three of whose lines are wrong."""
    lines: list[dict[str, Any]] = [
        staff(f"韦{sign}", id_number(FREE + 10 + n), date(2023, 12, 1)) for n, sign in enumerate("甲乙丙丁")
    ]
    lines.append(staff("韦戊", id_number(FREE + 15)[:-1] + "0", date(2023, 12, 1)))
    lines.append(staff("韦己", id_number(FREE + 16), date(2023, 12, 1)) | {"合同终止日": date(2023, 1, 1)})
    lines.append(staff("韦庚", id_number(FREE + 17), date(2023, 12, 1)) | {"手机号码": "1380013"})
    upload = receive_upload(
        actor=hr, sheet_kind="roster", content=workbook(ROSTER_HEADER, lines), name="十二月新员工.xlsx", day=TODAY
    )
    upload.refresh_from_db()
    return upload
