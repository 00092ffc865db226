"""The panel of a round: drawn from the frozen pool with the committed seed, replaced in the draw's order, proved to anybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.search_hash import search_hash
from park_workers.foundation.workflow import move
from park_workers.models import Employment, Membership, Worker
from park_workers.services.reasons import stated_reason
from training import panel_draw
from training.models import Expert, ExpertAbsence, PanelDraw, PanelSeat, ReviewApplication, ReviewRound
from training.permissions import check_can_decline_seat, check_can_move_round
from training.services.review_rounds import locked

#: a tie to oneself has no beginning
ALWAYS = "1900-01-01"
PARTY_LENGTH = 32


def _party(round_: ReviewRound, kind: str, key: object) -> str:
    """A party as the pool names it: equal within the round, not to be guessed or found again elsewhere."""
    return search_hash(f"{round_.reference}|{kind}|{key}", purpose="review_party")[:PARTY_LENGTH]


def _records_of(people: QuerySet[Worker, Any]) -> QuerySet[Worker, Any]:
    """Every record of these people: the canonical ones, and all that were merged into those."""
    canonical = people.order_by().values(person=Coalesce("merged_into", "pk"))
    return Worker.objects.filter(Q(pk__in=canonical) | Q(merged_into__in=canonical))


def parties_of(round_: ReviewRound) -> list[str]:
    """The candidates, their enterprises, and whoever else employs them on the review day."""
    accepted = round_.applications.filter(status=ReviewApplication.Status.ACCEPTED)
    workers = set(accepted.values_list("worker_id", flat=True))
    firms = set(accepted.values_list("enterprise_id", flat=True))
    records = _records_of(Worker.objects.filter(pk__in=workers))
    employed = Employment.objects.filter(worker__in=records).employed_on(round_.review_day)
    firms |= set(employed.values_list("enterprise_id", flat=True))
    people = set(records.values_list("person_key", flat=True))
    return [_party(round_, "firm", pk) for pk in firms] + [_party(round_, "person", key) for key in people]


def _ties_of(round_: ReviewRound, expert: Expert) -> list[list[str | None]]:
    """What the pool says of an expert, the park's own register, and the accounts the same person holds elsewhere."""
    found: list[list[str | None]] = [[_party(round_, "person", expert.person_key), ALWAYS, None]]
    for tie in expert.ties.all():
        kind, key = ("firm", tie.organisation_id) if tie.organisation_id else ("person", tie.person_key)
        found.append([_party(round_, kind, key), tie.starts_on.isoformat(), _iso(tie.ends_on)])
    worked = Employment.objects.filter(worker__in=_records_of(Worker.objects.filter(person_key=expert.person_key)))
    for firm, first, last in worked.values_list("enterprise_id", "hired_on", "left_on"):
        found.append([_party(round_, "firm", firm), first.isoformat(), _iso(last)])
    others = Membership.objects.filter(user=expert.membership.user_id).exclude(pk=expert.membership_id)
    for firm, first, last in others.values_list("organisation_id", "valid_from", "valid_to"):
        found.append([_party(round_, "firm", firm), first.isoformat(), _iso(last)])
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _away(expert: Expert, day: date) -> list[list[str]]:
    """Spans in which the expert cannot come and in which the review day lies; other days away are nobody's business."""
    spans = [one for one in expert.absences.all() if one.withdrawn_on is None and one.starts_on <= day <= one.ends_on]
    return [[one.starts_on.isoformat(), one.ends_on.isoformat()] for one in spans]


def pool_of(round_: ReviewRound) -> dict[str, Any]:
    """The pool as the draw takes it: confirmed experts with their trades, days and ties, and the candidates' parties."""
    experts = Expert.objects.filter(bureau=round_.bureau_id, status=Expert.Status.CONFIRMED)
    experts = experts.select_related("membership").prefetch_related("ties", "availabilities", "absences")
    live = Membership.objects.in_force().filter(expert__in=experts)
    rows = [
        {
            "reference": expert.reference, "trades": list(expert.trades),
            "available": [[span.starts_on.isoformat(), _iso(span.ends_on)] for span in expert.availabilities.all()],
            "away": _away(expert, round_.review_day), "ties": _ties_of(round_, expert),
        }
        for expert in experts.filter(membership__in=live)
    ]  # fmt: skip
    return panel_draw.in_order(
        {
            "round": round_.reference, "trade": round_.trade, "review_day": round_.review_day.isoformat(),
            "size": round_.panel_size, "tie_days": round_.tie_days, "parties": parties_of(round_), "experts": rows,
        }
    )  # fmt: skip


def _check_ready(round_: ReviewRound) -> None:
    waiting = round_.applications.filter(status=ReviewApplication.Status.SUBMITTED).count()
    if waiting:
        raise RuleViolation("APPLICATIONS_WAIT", f"还有 {waiting} 份申报未受理", "请先受理或不予受理")
    if not round_.applications.filter(status=ReviewApplication.Status.ACCEPTED).exists():
        raise RuleViolation("NO_CANDIDATES", "没有已受理的申报，不能抽取评委", "请取消本批评审")


@transaction.atomic
def draw_panel(*, actor: Membership, round_: ReviewRound, day: date, seen_version: int | None = None) -> PanelDraw:
    """Freeze the pool, open the seed, seat the panel, and give candidates their blind numbers.

    Raises PermissionRefused, TransitionRefused; RuleViolation when applications wait, nobody is a candidate, or the experts
    without ties are too few.
    """
    check_can_move_round(actor, locked(round_, seen_version), "draw")
    _check_ready(round_)
    pool, seed = pool_of(round_), round_.open_seed()  # type: ignore[attr-defined]
    try:
        drawn = panel_draw.draw(pool, seed)
    except panel_draw.TooFewExperts as few:
        raise RuleViolation(
            "TOO_FEW_EXPERTS",
            f"可抽取的专家只有 {few.eligible} 人，不足 {few.size} 人",
            "请补充专家入库并经第二人确认，或取消本批评审",
        ) from few
    made = PanelDraw.objects.create(
        round=round_, drawn_on=day, algorithm=panel_draw.ALGORITHM, seed=seed, pool_digest=drawn.pool_digest, pool=pool,
        order=list(drawn.order), recorded_by=actor,
    )  # fmt: skip
    experts = {expert.reference: expert for expert in Expert.objects.filter(reference__in=drawn.panel)}
    for place, reference in enumerate(drawn.panel, start=1):
        _seat(actor, round_, experts[reference], place, day)
    _number_candidates(round_, drawn.pool_digest, seed)
    changes = {"pool_digest": drawn.pool_digest, "seed": seed, "people": len(drawn.panel)}
    move(round_, "draw", actor=actor, day=day, changes=changes, with_fields={"drawn_on": day, "drawn_by": actor.user})
    return made


def _seat(
    actor: Membership, round_: ReviewRound, expert: Expert, place: int, day: date, replaces: PanelSeat | None = None
) -> PanelSeat:
    return PanelSeat.objects.create(
        status=PanelSeat.Status.SEATED, round=round_, expert=expert, place=place, seated_on=day, replaces=replaces,
        recorded_by=actor,
    )  # fmt: skip


def _number_candidates(round_: ReviewRound, pool_digest: str, seed: str) -> None:
    accepted = list(round_.applications.filter(status=ReviewApplication.Status.ACCEPTED))
    accepted.sort(key=lambda one: panel_draw.key_of(pool_digest=pool_digest, seed=seed, reference=one.reference))
    for number, application in enumerate(accepted, start=1):
        ReviewApplication.objects.filter(pk=application.pk).update(blind_number=number)


@transaction.atomic
def decline_seat(
    *, actor: Membership, seat: PanelSeat, reason: str, day: date, seen_version: int | None = None
) -> PanelSeat:
    """An expert leaves the panel; the next of the draw's order who is still in the pool takes the seat, which is returned.

    Raises PermissionRefused, TransitionRefused; RuleViolation REASON_MISSING, NO_REPLACEMENT.
    """
    round_ = locked(seat.round)
    seat.refresh_from_db()
    seat.round = round_
    check_can_decline_seat(actor, seat)
    stated = stated_reason(reason, "没有填写原因", "请写明不能参评的原因", longest=200)
    fields = {"declined_on": day, "decline_reason": stated}
    move(seat, "decline", actor=actor, note=stated, day=day, seen_version=seen_version, with_fields=fields)
    place, expert = _next_in_order(round_)
    fresh = _seat(actor, round_, expert, place, day, seat)
    record_event(actor=actor, code="panel_seat.replaced", subject=fresh, day=day, note=stated, to_state=fresh.status,
                 changes={"position": [seat.place, place]})  # fmt: skip
    return fresh


def away_on(day: date) -> QuerySet[ExpertAbsence, Any]:
    """Numbers of the experts who have said that they cannot come on a day."""
    return ExpertAbsence.objects.filter(withdrawn_on__isnull=True, starts_on__lte=day, ends_on__gte=day).values(
        "expert"
    )


def _next_in_order(round_: ReviewRound) -> tuple[int, Expert]:
    last = max(round_.seats.values_list("place", flat=True))
    order: list[str] = round_.draw.order
    in_pool = Expert.objects.filter(reference__in=order[last:], status=Expert.Status.CONFIRMED)
    in_pool = in_pool.filter(membership__in=Membership.objects.in_force())
    in_pool = in_pool.exclude(pk__in=away_on(round_.review_day))
    able = {expert.reference: expert for expert in in_pool}
    for place, reference in enumerate(order[last:], start=last + 1):
        if reference in able:
            return place, able[reference]
    raise RuleViolation("NO_REPLACEMENT", "抽取顺序中已没有可递补的专家", "请由审批人中止本批评审")


@transaction.atomic
def start_scoring(*, actor: Membership, round_: ReviewRound, day: date, seen_version: int | None = None) -> ReviewRound:
    """From the review day on the experts score; the panel is complete and everybody on it still in the pool.

    Raises PermissionRefused, TransitionRefused, RuleViolation.
    """
    check_can_move_round(actor, locked(round_, seen_version), "start")
    if day < round_.review_day:
        raise RuleViolation("REVIEW_DAY_AHEAD", f"评审日期为 {round_.review_day}，尚未到", "请在评审日开始评分")
    seated = round_.seats.filter(status=PanelSeat.Status.SEATED)
    out = seated.exclude(expert__status=Expert.Status.CONFIRMED).count()
    if out or seated.count() != round_.panel_size:
        raise TransitionRefused("PANEL_CHANGED", f"有 {out} 位评委已不在库", "请先办理退出并递补")
    move(round_, "start", actor=actor, day=day, with_fields={"started_on": day})
    return round_


def proof_of(round_: ReviewRound) -> dict[str, Any]:
    """Everything that anybody needs to make the draw again elsewhere; experts and parties by references only."""
    made = round_.draw
    return {
        "pool": made.pool, "seed": made.seed, "commitment": round_.commitment, "pool_digest": made.pool_digest,
        "order": made.order, "panel": made.order[: round_.panel_size],
    }  # fmt: skip
