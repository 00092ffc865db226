"""Who may be drawn for a panel, where people have more records than one or have lost their role."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.models import Membership
from park_workers.services.people import merge_workers
from tests.conftest import Cast
from tests.training.reviews import Day, Review, employee, set_review, take_review_to
from training import panel_draw
from training.services.experts import add_tie, confirm_expert
from training.services.panels import decline_seat, pool_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(cast: Cast) -> Review:
    """A planned round with a pool of seven and two candidates."""
    return set_review(cast)


def test_every_record_of_a_person_makes_ties(review: Review) -> None:
    cast, (tied, sewed, *_) = review.cast, review.experts
    add_tie(
        actor=cast.clerk, expert=tied, kind="employer", organisation=cast.beta.organisation, id_number="", note="",
        starts_on=date(2020, 1, 1), ends_on=None, day=Day.PLANNED,
    )  # fmt: skip
    tied.refresh_from_db()
    confirm_expert(actor=cast.clerk_2, expert=tied, day=Day.PLANNED)
    # The candidate's second record is employed at beta; the second expert's, by another number, at alpha.
    named, other = employee(cast, 302, cast.beta).worker, employee(cast, 192, cast.alpha).worker
    canonical = employee(cast, 193, cast.beta).worker
    pairs = (
        (employee(cast, 191, cast.beta).worker, review.hires[0].worker),
        (other, canonical), (named, canonical),
    )  # fmt: skip
    for duplicate, into in pairs:
        merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人", day=Day.PLANNED)
    take_review_to(review, "closed")
    document = pool_of(review.round)
    refusals = {row["reference"]: panel_draw.refusals_of(row, document) for row in document["experts"]}
    assert [refusals[one.reference] for one in (tied, sewed)] == [("TIED",)] * 2
    assert list(refusals.values()).count(()) == 5


def test_nobody_who_has_lost_the_role_takes_a_seat(review: Review) -> None:
    take_review_to(review, "drawn")
    first, order = review.seats()[0], review.round.draw.order
    sixth = next(one for one in review.experts if one.reference == order[5])
    Membership.objects.filter(pk=sixth.membership_id).update(valid_to=Day.CLOSED)
    fresh = decline_seat(actor=review.cast.clerk, seat=first, reason="出差", day=Day.CLOSED)
    assert fresh.expert.reference == order[6]
