"""A small review: a published rubric, a pool of experts with accounts, a round taken to any state.  Not the skill-level assessment."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from PIL import Image

from park_workers.models import Employment, Membership, Role
from park_workers.services.employments import register_employment
from tests.conftest import Cast, make_member
from tests.park_workers.numbers import id_number
from training.models import (
    Expert,
    PanelSeat,
    ReviewApplication,
    ReviewGrade,
    ReviewObjection,
    ReviewRound,
    RubricVersion,
)
from training.services.experts import confirm_expert, propose_expert
from training.services.grade_revocations import propose_grade_revocation
from training.services.panels import draw_panel, start_scoring
from training.services.review_applications import accept_application, apply_for_review
from training.services.review_notices import (
    PUBLIC,
    decide_review_objection,
    finish_round,
    object_to_result,
    publish_results,
)
from training.services.review_results import decide_round
from training.services.review_rounds import close_round, open_round, plan_round
from training.services.rubrics import draft_rubric_version, publish_rubric
from training.services.score_sheets import seal_scores

TRADE = "平车"
STATES = ("draft", "open", "closed", "drawn", "scoring", "opened", "decided", "in_notice", "finished")
ITEMS: tuple[dict[str, Any], ...] = (
    {"label": "缝制质量", "max_marks": 100, "weight": 60}, {"label": "操作规范", "max_marks": 50, "weight": 40},
)  # fmt: skip
GRADES: tuple[dict[str, Any], ...] = ({"name": "甲等", "pass_line": 8_500}, {"name": "乙等", "pass_line": 7_000})


class Day:
    """When what happens in a review."""

    HIRED = date(2023, 2, 1)
    PLANNED = date(2023, 5, 4)
    APPLY_FROM = date(2023, 5, 4)
    APPLY_TO = date(2023, 5, 10)
    CLOSED = date(2023, 5, 11)
    REVIEW = date(2023, 5, 16)
    NOTICED = date(2023, 5, 17)
    LAST = date(2023, 5, 24)
    FINISHED = date(2023, 5, 25)


def picture(shade: str = "#336699") -> bytes:
    """A picture as a phone takes it."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), shade).save(out, "JPEG")
    return out.getvalue()


def publish(cast: Cast, trade: str = TRADE, **more: Any) -> RubricVersion:
    """A rubric, drafted by the clerk and published by a reviewer."""
    terms: dict[str, Any] = {
        "items": ITEMS, "grades": GRADES, "mean_kind": "trimmed", "outlier_allowance": 1_500, "basis": "区技术评审办法",
    }  # fmt: skip
    version = draft_rubric_version(actor=cast.clerk, trade=trade, day=Day.PLANNED, **terms | more)
    return publish_rubric(actor=cast.reviewer, version=version, day=Day.PLANNED)


def expert(cast: Cast, order: int, *, trades: tuple[str, ...] = (TRADE,), confirm: bool = True) -> Expert:
    """A person with an expert's account, in the pool."""
    member = make_member(f"expert-{order}", cast.bureau, Role.EXPERT)
    found = propose_expert(
        actor=cast.clerk, membership=member, id_number=id_number(order), trades=trades, title="高级技师",
        available_from=date(2023, 1, 1), day=Day.PLANNED,
    )  # fmt: skip
    return confirm_expert(actor=cast.clerk_2, expert=found, day=Day.PLANNED) if confirm else found


def employee(cast: Cast, order: int, enterprise: Any = None, **more: Any) -> Employment:
    """Somebody who sews at alpha."""
    terms: dict[str, Any] = {"hired_on": Day.HIRED, "contract_starts_on": Day.HIRED, "is_open_ended": True}
    return register_employment(
        actor=cast.clerk, enterprise=enterprise or cast.alpha, name=f"候选{'零一二三四五六七八九'[order % 10]}",
        id_number=id_number(order), trade=TRADE, is_front_line=True, day=Day.PLANNED, request_id=f"e-{order}", **terms | more,
    ).employment  # fmt: skip


@dataclass
class Review:
    """What stands on the stage of a review."""

    cast: Cast
    round: ReviewRound
    experts: list[Expert] = field(default_factory=list)
    hires: list[Employment] = field(default_factory=list)

    def seats(self) -> list[PanelSeat]:
        """The panel, in the order of the draw."""
        seated = self.round.seats.filter(status="seated").select_related("expert__membership__user", "round")
        return list(seated.order_by("place"))

    def member(self, seat: PanelSeat) -> Membership:
        """The expert's own account."""
        return Membership.objects.select_related("user", "organisation").get(pk=seat.expert.membership_id)

    def applications(self) -> list[ReviewApplication]:
        """By blind number."""
        return list(self.round.applications.order_by("blind_number", "pk"))


def set_review(cast: Cast, *, candidates: int = 2, experts: int = 7, size: int = 5) -> Review:
    """A planned round, a pool, and people at alpha who may apply."""
    version = publish(cast)
    round_ = plan_round(
        actor=cast.clerk, rubric_version=version, title="平车技术评审第一批", apply_from=Day.APPLY_FROM, apply_to=Day.APPLY_TO,
        review_day=Day.REVIEW, panel_size=size, notice_days=5, day=Day.PLANNED,
    )  # fmt: skip
    pool = [expert(cast, 301 + n) for n in range(experts)]
    return Review(cast, round_, pool, [employee(cast, 101 + n) for n in range(candidates)])


def apply(review: Review, hire: Employment, key: str = "") -> ReviewApplication:
    """Alpha's HR puts somebody forward."""
    return apply_for_review(
        actor=review.cast.hr, round_=review.round, enterprise=review.cast.alpha, worker=hire.worker,
        pictures=[("work", picture())], day=Day.PLANNED, request_id=key or f"apply-{hire.pk}",
    )  # fmt: skip


def marks_of(seat: PanelSeat, number: int) -> dict[str, int | None]:
    """Marks that nobody else gives: 80 to 100 and 40 to 50."""
    return {"item-1": 80 + 2 * seat.place + number, "item-2": 40 + seat.place}


def seal(review: Review, seat: PanelSeat, number: int, marks: dict[str, int | None] | None = None) -> Any:
    """One expert seals one sheet on the own account."""
    return seal_scores(
        actor=review.member(seat), seat=seat, number=number, marks=marks or marks_of(seat, number), day=Day.REVIEW
    )


def seal_all(review: Review, *, but_last: bool = False) -> None:
    """Every expert seals every sheet, or all but the very last."""
    pairs = [(seat, one.blind_number or 0) for seat in review.seats() for one in review.applications()]
    for seat, number in pairs[: len(pairs) - but_last]:
        seal(review, seat, number)
    review.round.refresh_from_db()


def _open(review: Review) -> None:
    open_round(actor=review.cast.clerk, round_=review.round, day=Day.PLANNED)


def _close(review: Review) -> None:
    for hire in review.hires:
        application = apply(review, hire)
        blind = list(application.evidence.values_list("reference", flat=True))
        accept_application(actor=review.cast.clerk, application=application, blind=blind, day=Day.PLANNED)
    review.round.refresh_from_db()
    close_round(actor=review.cast.clerk, round_=review.round, day=Day.CLOSED)


def _draw(review: Review) -> None:
    draw_panel(actor=review.cast.clerk, round_=review.round, day=Day.CLOSED)


def _start(review: Review) -> None:
    start_scoring(actor=review.cast.clerk, round_=review.round, day=Day.REVIEW)


def _decide(review: Review) -> None:
    decide_round(actor=review.cast.reviewer, round_=review.round, day=Day.REVIEW)


def _notice(review: Review) -> None:
    publish_results(actor=review.cast.clerk, round_=review.round, day=Day.NOTICED)


def _finish(review: Review) -> None:
    finish_round(actor=review.cast.clerk, round_=review.round, day=Day.FINISHED)


STEPS: tuple[Callable[[Review], None], ...] = (_open, _close, _draw, _start, seal_all, _decide, _notice, _finish)


def take_review_to(review: Review, state: str) -> Review:
    """Every step before a state."""
    for step in STEPS[STATES.index(review.round.status) : STATES.index(state)]:
        step(review)
        review.round.refresh_from_db()
    assert review.round.status == state
    return review


def objected(review: Review, number: int = 1) -> ReviewObjection:
    """Somebody doubts a result while it is in notice."""
    said = {"objector_name": "李四", "contact": "13800005678", "text": "非本人作品"}
    return object_to_result(actor=PUBLIC, notice=review.round.notice, number=number, day=Day.NOTICED, **said)


def reviewed(cast: Cast) -> Review:
    """A finished round of one candidate, with an objection that was not upheld and a revocation that waits."""
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "in_notice")
    decide_review_objection(
        actor=cast.reviewer, objection=objected(review), is_upheld=False, note="经核实不成立", day=Day.NOTICED
    )
    take_review_to(review, "finished")
    propose_grade_revocation(
        actor=cast.clerk, grade=ReviewGrade.objects.get(), cause="forged", reason="照片为他人作品", day=Day.FINISHED
    )
    return review
