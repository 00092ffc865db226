"""The people of a stage of placement: who they are, where they were referred, where they work; also as lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from park_workers.foundation.masking import mask_id_number
from park_workers.models import Enterprise, TrainingBase, Worker
from training.models import Enrolment, Referral
from training.pass_list.reader import LEVEL_NAMES
from training.services.placement_funnel import IS_IN, never_placed

STAGES = (
    ("passed", "合格"), ("referred", "已推荐"), ("interviewed", "已面试"), ("hired", "已入职"), ("kept_3", "满 3 个月在岗"),
    ("kept_6", "满 6 个月在岗"),
)  # fmt: skip
#: who passed, was hired nowhere since and is referred to nobody now
NEVER = "never"
PEOPLE_HEADERS = (
    "姓名", "证件号码", "基地", "班次", "工种", "级别", "结业日期", "首次推荐", "面试", "入职企业", "入职日期", "经推荐", "满3个月",
    "满6个月",
)  # fmt: skip
CHUNK = 1_000


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


def title_of(stage: str) -> str:
    """What a list of a stage is called."""
    return "合格未就业名单" if stage == NEVER else f"就业安置名单（{dict(STAGES)[stage]}）"


def seats_in(rows: pl.DataFrame, stage: str) -> list[int]:
    """Enrolments of the people in a stage, one a person, the latest class first; of NEVER in the order of waiting."""
    if stage == NEVER:
        return never_placed(rows)["enrolment_id"].to_list()
    found = rows.filter(IS_IN[stage]).sort("ends_on", "enrolment_id")
    one_each = found.unique("person_id", keep="last", maintain_order=True).sort(
        "ends_on", "enrolment_id", descending=True
    )
    return one_each["enrolment_id"].to_list()


def people_lines(seats: Sequence[int], rows: pl.DataFrame, day: date) -> Iterator[tuple[Any, ...]]:
    """One line a person, masked, in the order of PEOPLE_HEADERS."""
    words = {True: "在岗", False: "不在岗", None: ""}
    for at in range(0, len(seats), CHUNK):
        for one in people_of(seats[at : at + CHUNK], rows, day):
            yield (
                one.worker.name, mask_id_number(one.worker.open_id_number()), str(one.base), one.seat.training_class.number,  # type: ignore[attr-defined]
                one.seat.training_class.trade, LEVEL_NAMES[one.seat.training_class.level], one.seat.training_class.ends_on,
                one.row["referred_on"], one.row["interviewed_on"], one.firm, one.row["hired_on"], "是" if one.row["by_referral"] else "",
                words[one.row["kept_3"]], words[one.row["kept_6"]],
            )  # fmt: skip
