"""Two phones with one person, and two HR with one entry: one row, and the other is told kindly."""

from __future__ import annotations

import pytest

from park_workers.models import Employment, Role, ScanEntry, WorkerRegistration
from tests.attacks.threads import at_once
from tests.conftest import Cast, make_member
from tests.park_workers.test_scan_entries import OTHER_PHONE, confirm, poster_of, refuse, scan, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_scans_of_one_person_at_once_are_one_entry(committed_cast: Cast) -> None:
    poster = poster_of(committed_cast)
    outcomes = at_once([lambda: scan(committed_cast, poster=poster)] * 6)
    assert outcomes.codes == [] and len({done.entry for done in outcomes.done}) == 1
    assert ScanEntry.objects.count() == 1


def test_two_phones_with_one_number_at_once_both_wait_and_one_is_marked(committed_cast: Cast) -> None:
    poster, phones = poster_of(committed_cast), [OTHER_PHONE, "13700001111", "13800001234"]
    outcomes = at_once([lambda phone=phone: scan(committed_cast, poster=poster, phone=phone) for phone in phones])  # type: ignore[misc]
    assert outcomes.codes == []
    assert sorted(ScanEntry.objects.values_list("status", "is_unproven")) == [
        ("waiting", False),
        ("waiting", True),
        ("waiting", True),
    ]


def test_two_hr_confirm_at_once_and_there_is_one_row(committed_cast: Cast) -> None:
    cast, entry = committed_cast, waiting(committed_cast)
    second = make_member("hr_2", cast.alpha.organisation, Role.ENTERPRISE_HR)
    outcomes = at_once([lambda who=who: confirm(cast, entry, actor=who) for who in (cast.hr, second)])  # type: ignore[misc]
    assert len(outcomes.done) == 1 and outcomes.codes[0] in ("STATE_NOT_ALLOWED", "VERSION_CHANGED")
    assert WorkerRegistration.objects.count() == Employment.objects.count() == 1


def test_one_confirms_while_another_refuses_and_only_one_of_it_stands(committed_cast: Cast) -> None:
    cast, entry = committed_cast, waiting(committed_cast)
    outcomes = at_once([lambda: confirm(cast, entry), lambda: refuse(cast, entry)])
    assert len(outcomes.done) == 1 and outcomes.codes[0] in ("STATE_NOT_ALLOWED", "VERSION_CHANGED")
    entry.refresh_from_db()
    assert (entry.status == "confirmed") == Employment.objects.exists()
