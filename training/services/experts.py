"""The pool of review experts: proposed by one person, confirmed by a second; every change waits for a second person again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_id_number
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.workflow import move
from park_workers.models import Membership, Organisation, Role
from park_workers.services.employments import FieldsInvalid
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import Expert, ExpertAvailability, ExpertTie
from training.permissions import check_can_confirm_expert, check_can_keep_experts

#: the shortage trades of the park
SHORTAGE_TRADES = ("平车", "冚车", "裁床", "打边")


def people_without_entry(*, bureau: Organisation) -> QuerySet[Membership]:
    """Accounts in the role of an expert that are not in the pool yet."""
    held = Membership.objects.in_force().filter(organisation=bureau, role=Role.EXPERT, expert__isnull=True)
    return held.select_related("user").order_by("user__display_name", "pk")


def _key_of(number: str, problems: list[Problem]) -> str:
    try:
        return person_key(check_id_number(number).number)
    except IdentifierProblem as wrong:
        problems.append(Problem("id_number", wrong.code, wrong.message, wrong.fix or "请核对证件号码"))
        return ""


def _trades(trades: Sequence[str], problems: list[Problem]) -> list[str]:
    chosen = sorted({trade.strip()[:40] for trade in trades if trade.strip()})
    if not chosen:
        problems.append(Problem("trades", "TRADES_MISSING", "没有选择评审工种", "请至少选择一个工种"))
    return chosen


def _check(problems: list[Problem]) -> None:
    if problems:
        raise FieldsInvalid(problems)


def _judge_span(starts_on: date, ends_on: date | None, problems: list[Problem]) -> None:
    if ends_on is not None and ends_on < starts_on:
        problems.append(Problem("ends_on", "SPAN_REVERSED", "终止日早于起始日", "请核对起止日期"))


@transaction.atomic
def propose_expert(
    *,
    actor: Membership,
    membership: Membership,
    id_number: str,
    trades: Sequence[str],
    title: str,
    available_from: date,
    day: date,
) -> Expert:
    """Put a person with an expert's account into the pool, available from a day on; not drawn before a second person confirms.

    Raises PermissionRefused; FieldsInvalid with every wrong field: an account that is none of an expert or already in the
    pool, a wrong document number, no trade, a person who is in the pool already.
    """
    check_can_keep_experts(actor)
    problems: list[Problem] = []
    if not people_without_entry(bureau=actor.organisation).filter(pk=membership.pk).exists():
        fix = "请先由安全管理员授予“评审专家”岗位"
        problems.append(Problem("membership", "NOT_AN_EXPERT_ACCOUNT", "该账号不是本局的评审专家账号，或已在库", fix))
    elif membership.user_id == actor.person_id:
        problems.append(Problem("membership", "NOT_FOR_YOURSELF", "不能提出本人入库", "请由另一位经办办理"))
    key, chosen = _key_of(id_number, problems), _trades(trades, problems)
    if key and Expert.objects.filter(bureau=actor.organisation, person_key=key).exists():
        problems.append(Problem("id_number", "EXPERT_KNOWN", "该证件号码的专家已在库", "请在专家库中查找"))
    _check(problems)
    expert = Expert.objects.create(
        status=Expert.Status.PROPOSED, bureau=actor.organisation, membership=membership, trades=chosen, title=title.strip()[:80],
        person_key=key, proposed_by=actor.user, recorded_by=actor,
    )  # fmt: skip
    ExpertAvailability.objects.create(expert=expert, starts_on=available_from, recorded_by=actor)
    record_event(
        actor=actor, code="expert.proposed", subject=expert, to_state=expert.status, day=day, changes={"trades": chosen}
    )
    return expert


@transaction.atomic
def confirm_expert(*, actor: Membership, expert: Expert, day: date, seen_version: int | None = None) -> Expert:
    """A second person has checked trades, ties and availability: the expert may be drawn.  Raises PermissionRefused."""
    check_can_confirm_expert(actor, expert)
    fields = {"confirmed_by": actor.user, "confirmed_on": day}
    move(expert, "confirm", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return expert


@transaction.atomic
def retire_expert(
    *, actor: Membership, expert: Expert, reason: str, day: date, seen_version: int | None = None
) -> Expert:
    """Take an expert out of the pool.  Raises PermissionRefused, TransitionRefused; RuleViolation REASON_MISSING."""
    check_can_keep_experts(actor, expert)
    reason = stated_reason(reason, "没有填写原因", "请写明出库原因")
    move(expert, "retire", actor=actor, note=reason[:200], day=day, seen_version=seen_version)
    return expert


def _reopen(actor: Membership, expert: Expert, day: date, what: str) -> None:
    """What a draw looks at has changed: the entry waits for a second person, and whoever changed it is not that person."""
    fields = {"proposed_by": actor.user, "confirmed_by": None, "confirmed_on": None}
    if expert.status == Expert.Status.PROPOSED:
        Expert.objects.filter(pk=expert.pk).update(**fields)
        record_event(actor=actor, code="expert.changed", subject=expert, day=day, note=what)
        expert.refresh_from_db()
        return
    move(expert, "revise", actor=actor, day=day, note=what, with_fields=fields)


@transaction.atomic
def change_trades(*, actor: Membership, expert: Expert, trades: Sequence[str], title: str, day: date) -> Expert:
    """Other trades or another title.  Raises PermissionRefused, FieldsInvalid TRADES_MISSING."""
    check_can_keep_experts(actor, expert)
    problems: list[Problem] = []
    chosen = _trades(trades, problems)
    _check(problems)
    Expert.objects.filter(pk=expert.pk).update(trades=chosen, title=title.strip()[:80])
    _reopen(actor, expert, day, "评审工种或职称")
    return expert


@transaction.atomic
def add_tie(
    *, actor: Membership, expert: Expert, kind: str, organisation: Organisation | None, id_number: str, note: str,
    starts_on: date, ends_on: date | None, day: date,
) -> ExpertTie:  # fmt: skip
    """A tie to an organisation, or (HOUSEHOLD) to a person named by the document number, of which only a keyed hash is kept.

    Raises PermissionRefused; FieldsInvalid when the party is missing or the span ends before it begins.
    """
    check_can_keep_experts(actor, expert)
    is_household = kind == ExpertTie.Kind.HOUSEHOLD
    problems: list[Problem] = []
    if kind not in ExpertTie.Kind.values:
        problems.append(Problem("kind", "KIND_MISSING", "没有选择关系", "请选择关系"))
    elif not is_household and organisation is None:
        problems.append(
            Problem("organisation", "ORGANISATION_MISSING", "没有选择单位", "请填写单位名称或信用代码后选择")
        )
    key = _key_of(id_number, problems) if is_household else ""
    _judge_span(starts_on, ends_on, problems)
    _check(problems)
    tie = ExpertTie.objects.create(
        expert=expert, kind=kind, organisation=None if is_household else organisation, person_key=key, note=note.strip()[:80],
        starts_on=starts_on, ends_on=ends_on, recorded_by=actor,
    )  # fmt: skip
    _reopen(actor, expert, day, f"新增关联：{tie.get_kind_display()}")
    return tie


@transaction.atomic
def end_tie(*, actor: Membership, tie: ExpertTie, ends_on: date, day: date) -> ExpertTie:
    """A tie is over since a day; it goes on counting for a while.  Raises PermissionRefused, RuleViolation."""
    check_can_keep_experts(actor, tie.expert)
    problems: list[Problem] = []
    _judge_span(tie.starts_on, ends_on, problems)
    _check(problems)
    if not ExpertTie.objects.filter(pk=tie.pk, ends_on__isnull=True).update(ends_on=ends_on):
        raise RuleViolation("TIE_ENDED", "该关联已终止", "请刷新页面查看最新情况")
    tie.refresh_from_db()
    _reopen(actor, tie.expert, day, f"终止关联：{tie.get_kind_display()}")
    return tie


@transaction.atomic
def set_availability(
    *, actor: Membership, expert: Expert, starts_on: date, ends_on: date | None, day: date
) -> ExpertAvailability:
    """Another span in which the expert can be called; spans begun before it and still open end the day before it.

    Raises PermissionRefused; RuleViolation when the span is reversed or one begins on that day already.
    """
    check_can_keep_experts(actor, expert)
    problems: list[Problem] = []
    _judge_span(starts_on, ends_on, problems)
    _check(problems)
    before = date.fromordinal(starts_on.toordinal() - 1)
    expert.availabilities.filter(ends_on__isnull=True, starts_on__lt=starts_on).update(ends_on=before)
    try:
        with transaction.atomic():
            span = ExpertAvailability.objects.create(
                expert=expert, starts_on=starts_on, ends_on=ends_on, recorded_by=actor
            )
    except IntegrityError as error:
        raise RuleViolation("SPAN_KNOWN", "已有从该日开始的时段", "请换一个起始日") from error
    _reopen(actor, expert, day, "可参评时段")
    return span
