"""Two districts: everybody may look people up, masked; a number in plain is for the district that knows the person."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership, Role, Worker
from park_workers.services.people import merge_workers, reveal
from tests.conftest import Cast, make_enterprise, make_member
from tests.pages.clients import as_person
from tests.park_workers.districts import another_bureau
from tests.standing import standing
from tests.subsidies.stage import Day, hire

pytestmark = pytest.mark.django_db
WHY = {"reason": "核对证件", "day": Day.LATER}


@standing
def neighbour(cast: Cast) -> Membership:
    """A clerk of the other district, which has an enterprise of its own."""
    bureau = another_bureau(cast)
    cast.extra["delta"] = make_enterprise(bureau, "邻区丁制衣有限公司", "91441899000000051A", 1)
    return make_member("clerk_next_door", bureau, Role.CLERK)


def test_the_other_district_finds_a_person_masked_because_one_person_is_paid_once_anywhere(
    cast: Cast, neighbour: Membership
) -> None:
    one = hire(cast, cast.alpha, 901)
    assert Worker.objects.visible_to(neighbour).get() == one.worker
    page = as_person(neighbour).get(f"/workers/{one.worker_id}/")
    assert page.status_code == 200 and one.worker.open_id_number() not in page.content.decode()  # type: ignore[attr-defined]


def test_it_reads_no_number_in_plain_of_whom_only_we_know(cast: Cast, neighbour: Membership) -> None:
    one = hire(cast, cast.alpha, 901)
    with pytest.raises(PermissionRefused) as refusal:
        reveal(actor=neighbour, worker=one.worker, **WHY)
    assert refusal.value.code == "NOT_YOUR_DISTRICT"
    assert reveal(actor=cast.clerk, worker=one.worker, **WHY).id_number


def test_who_works_in_both_districts_is_both_districts_business(cast: Cast, neighbour: Membership) -> None:
    one = hire(cast, cast.alpha, 901)
    hire(cast, cast.extra["delta"], 901)
    assert reveal(actor=neighbour, worker=one.worker, **WHY).id_number


def test_a_merged_record_counts_for_the_person(cast: Cast, neighbour: Membership) -> None:
    ours, theirs = hire(cast, cast.alpha, 901).worker, hire(cast, cast.extra["delta"], 903).worker
    merge_workers(actor=cast.clerk, duplicate=theirs, into=ours, reason="同一人", day=Day.LATER)
    assert reveal(actor=neighbour, worker=ours, **WHY).id_number


def test_somebody_nobody_employed_is_nobodys_alone(cast: Cast, neighbour: Membership) -> None:
    one = hire(cast, cast.alpha, 901)
    stranger = Worker.objects.create(
        person_key="k", id_number="", last_four_hash="", name="名单上的人", birth_on="1990-01-01", sex="女"
    )
    assert not stranger.is_known_only_outside(neighbour.organisation_id)
    assert one.worker.is_known_only_outside(neighbour.organisation_id)
