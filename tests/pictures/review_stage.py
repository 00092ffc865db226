"""A technical review for pictures: a round that is being scored, and the phone of an expert who has sealed one sheet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from PIL import Image, ImageDraw

from park_workers.foundation.actors import SystemActor
from park_workers.models import Employment, Enterprise, Membership, Role, User
from park_workers.services.memberships import grant_membership
from tests.park_workers.numbers import id_number
from tests.training.reviews import GRADES, ITEMS
from training.models import Expert, ReviewApplication, ReviewRound
from training.services.experts import confirm_expert, propose_expert
from training.services.panels import draw_panel, start_scoring
from training.services.review_applications import accept_application, apply_for_review
from training.services.review_rounds import close_round, open_round, plan_round
from training.services.rubrics import draft_rubric_version, publish_rubric
from training.services.score_sheets import seal_scores

INSTALLER = SystemActor("安装")
EXPERTS = ("冯国栋", "卫东升", "吴秀兰", "周建平", "王丽华", "蒋桂英", "褚美玲")
SEATS, CANDIDATES, FREE = 5, 4, 840


@dataclass
class ReviewStaged:
    """Rows the addresses name."""

    round: ReviewRound
    #: log-in name of the expert whose phone is shown
    expert: str


def set_review_stage(clerk: Membership, reviewer: Membership, hr: Membership, day: date) -> ReviewStaged:
    """Seven experts, four candidates of the enterprise, five seats; the review is today."""
    planned, closed = day - timedelta(days=12), day - timedelta(days=4)
    version = draft_rubric_version(
        actor=clerk, trade="平车", items=ITEMS, grades=GRADES, mean_kind="trimmed", outlier_allowance=1_500,
        basis="区紧缺工种技术评审办法（示例）", day=planned,
    )  # fmt: skip
    publish_rubric(actor=reviewer, version=version, day=planned)
    for n, name in enumerate(EXPERTS):
        _expert(clerk, reviewer, name, n, planned)
    round_ = plan_round(
        actor=clerk, rubric_version=version, title="平车技术评审第一批", apply_from=planned, apply_to=closed - timedelta(days=1),
        review_day=day, panel_size=SEATS, notice_days=5, day=planned,
    )  # fmt: skip
    open_round(actor=clerk, round_=round_, day=planned)
    enterprise = Enterprise.objects.get(pk=hr.organisation_id)
    here = Employment.objects.filter(enterprise=enterprise).employed_on(planned).select_related("worker").order_by("pk")
    for n, hire in enumerate(here[:CANDIDATES]):
        application = apply_for_review(
            actor=hr, round_=round_, enterprise=enterprise, worker=hire.worker,
            pictures=[("work", cloth(n)), ("post", cloth(n + 4))], day=planned, request_id=f"pictures-{n}",
        )  # fmt: skip
        shown = list(application.evidence.values_list("reference", flat=True))  # type: ignore[attr-defined]
        accept_application(actor=clerk, application=application, blind=shown, day=planned)
    round_.refresh_from_db()
    close_round(actor=clerk, round_=round_, day=closed)
    draw_panel(actor=clerk, round_=round_, day=closed)
    start_scoring(actor=clerk, round_=round_, day=day)
    return ReviewStaged(round_, _some_sheets(round_, day))


def _expert(clerk: Membership, reviewer: Membership, name: str, n: int, day: date) -> Expert:
    user = User.objects.create_user(username=f"picture_expert_{n}", display_name=name)
    member = grant_membership(actor=INSTALLER, user=user, organisation=clerk.organisation, role=Role.EXPERT, day=day)
    made = propose_expert(
        actor=clerk, membership=member, id_number=id_number(FREE + n), trades=("平车",), title="高级技师",
        available_from=date(2023, 1, 1), day=day,
    )  # fmt: skip
    return confirm_expert(actor=reviewer, expert=made, day=day)


def _some_sheets(round_: ReviewRound, day: date) -> str:
    """The first expert has sealed everything, the second one sheet; the second's log-in name."""
    seats = list(round_.seats.select_related("expert__membership__user", "round").order_by("place"))  # type: ignore[attr-defined]
    numbers = sorted(ReviewApplication.objects.filter(round=round_).values_list("blind_number", flat=True))
    for seat, sheets in ((seats[0], numbers), (seats[1], numbers[:1])):
        for number in sheets:
            seal_scores(
                actor=seat.expert.membership, seat=seat, number=number, marks={"item-1": 86, "item-2": 43}, day=day
            )
    return str(seats[1].expert.membership.user.username)


def cloth(n: int) -> bytes:
    """A piece of sewing: cloth with seams, and nothing that says whose it is."""
    picture = Image.new("RGB", (1200, 900), ("#3c5a80", "#7a4b56", "#4d6b50", "#8a7650")[n % 4])
    pen = ImageDraw.Draw(picture)
    for row in range(90, 900, 120):
        for x in range(40, 1160, 36):
            pen.line((x, row + (x // 12) % (3 + n % 3), x + 22, row + (x // 12) % (3 + n % 3)), fill="#f2efe6", width=5)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
