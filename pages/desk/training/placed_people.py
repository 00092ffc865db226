"""The people of a page of the board: who they are, where they were referred, where they work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from park_workers.models import Enterprise, TrainingBase, Worker
from training.models import Enrolment, Referral


@dataclass
class Placed:
    """One person in a class, with the row of figures."""

    seat: Enrolment
    worker: Worker
    base: TrainingBase
    row: dict[str, Any]
    firm: str = ""
    waited: int = 0
    #: referrals from this seat, the newest first
    referrals: list[Referral] = field(default_factory=list)


def people_of(seats: Sequence[int], rows: pl.DataFrame, day: date) -> list[Placed]:
    """These enrolments in this order."""
    figures = {
        row["enrolment_id"]: row for row in rows.filter(pl.col("enrolment_id").is_in(list(seats))).iter_rows(named=True)
    }
    found = Enrolment.objects.filter(pk__in=seats).select_related(
        "worker__merged_into", "training_class__base__organisation"
    )
    by_key = {seat.pk: seat for seat in found}
    firms = _names({row["enterprise_id"] for row in figures.values() if row["enterprise_id"]})
    people = [_placed(by_key[pk], figures[pk], firms, day) for pk in seats]
    referrals = Referral.objects.filter(enrolment__in=seats).select_related("enterprise__organisation").order_by("-pk")
    by_seat = {one.seat.pk: one for one in people}
    for referral in referrals:
        by_seat[referral.enrolment_id].referrals.append(referral)
    return people


def _placed(seat: Enrolment, row: dict[str, Any], firms: dict[int, str], day: date) -> Placed:
    worker = seat.worker.merged_into or seat.worker
    return Placed(
        seat, worker, seat.training_class.base, row, firms.get(row["enterprise_id"], ""), (day - row["ends_on"]).days
    )


def _names(firms: set[int]) -> dict[int, str]:
    return dict(Enterprise.objects.filter(pk__in=firms).values_list("pk", "organisation__name"))
