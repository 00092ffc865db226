"""One hire, one leaving, one corrected hire date: the services behind the phone page and the API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Model

from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import (
    clean_id_number,
    clean_name,
    clean_phone,
)
from park_workers.foundation.rows import NewRow, insert_together
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.models import ContractSpan, Employment, Enterprise, Membership, PostSpan, Worker
from park_workers.permissions import check_can_correct_hire_date, check_can_record_leave, check_can_register_employment
from park_workers.services.hire_numbers import judge_numbers
from park_workers.services.people import PersonLine, ensure_people, new_person, rename_people
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.check import overlap_notice, overlaps_elsewhere
from park_workers.services.rosters.hire import Hire, Problem, judge_contract, judge_hire, notice_about_person
from park_workers.services.rosters.known import KnownStaff
from park_workers.services.rosters.overlaps import list_overlaps

REGISTERED = "employment.registered"


class FieldsInvalid(RuleViolation):
    """Every wrong field of a form at once: `problems` names field, code, message and fix."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("FIELDS_INVALID", "；".join(p.message for p in problems), "请按提示修改标出的栏目")
        self.problems = list(problems)


@dataclass(frozen=True)
class Registration:
    """A registered hire: the employment, warnings that do not stop it, and whether the request had come before.

    `contract` and `post` are those just written with it, and the employment knows its worker and enterprise; a request
    that had come before has the employment only.
    """

    employment: Employment
    warnings: list[Problem] = field(default_factory=list)
    is_repeat: bool = False
    contract: ContractSpan | None = None
    post: PostSpan | None = None


def register_employment(
    *,
    actor: Membership,
    enterprise: Enterprise,
    name: str,
    id_number: str,
    hired_on: date | None,
    contract_starts_on: date | None,
    day: date,
    request_id: str,
    contract_ends_on: date | None = None,
    is_open_ended: bool = False,
    form: str = ContractSpan.Form.CONTRACT,
    trade: str = "",
    is_front_line: bool = False,
    id_type: str = "",
    sex: str = "",
    origin: str = "",
    phone: str = "",
    introducer_id_number: str = "",
    source: str = Employment.Source.FORM,
) -> Registration:
    """Register one hire (登记入职).  The same `request_id` with the same content is the same registration.

    Raises PermissionRefused; FieldsInvalid naming every wrong field; RuleViolation IDEMPOTENCY_CONFLICT (the request id came
    before with other content), ALREADY_REGISTERED, EMPLOYMENT_SPANS_OVERLAP (still employed here).  Employed by another
    enterprise at the same time is a warning, and is listed.
    """
    check_can_register_employment(actor, enterprise)
    number, introducer = clean_id_number(id_number), clean_id_number(introducer_id_number)
    hire = Hire(
        id_number=number, key=person_key(number), name=clean_name(name), hired_on=hired_on, left_on=None,
        contract_starts_on=contract_starts_on, contract_ends_on=contract_ends_on, is_open_ended=is_open_ended, form=form,
        trade=trade.strip(), is_front_line=is_front_line, id_type=id_type, sex=sex, origin=origin.strip(),
        phone=clean_phone(phone), introducer_id_number=introducer, introducer_key=person_key(introducer),
    )  # fmt: skip
    problems = judge_form(hire, day)
    if problems:
        raise FieldsInvalid(problems)
    try:
        with transaction.atomic():
            return _register(actor, enterprise, hire, day, request_id, source)
    except IntegrityError as error:
        # Somebody was faster: the same request, the same person, or an overlapping span.  Look again and say which.
        with transaction.atomic():
            again = _same_request(enterprise, request_id, _digest(hire))
            if again is not None:
                return again
            _check_not_here(hire, KnownStaff.read(enterprise_id=enterprise.pk, keys={hire.key}))
        raise RuleViolation("EMPLOYMENT_SPANS_OVERLAP", "该员工的在职记录刚被更改", "请刷新后再办理") from error


def judge_form(hire: Hire, day: date) -> list[Problem]:
    """Every wrong field of a stated hire, in the order of the form; a form without an enterprise is judged too."""
    problems = judge_numbers(hire, day)
    if hire.form not in ContractSpan.Form.values:
        problems.append(Problem("form", "VALUE_NOT_ALLOWED", "用工形式不在可选范围", "请选“劳动合同”或“劳务派遣”"))
    problems += judge_hire(hire, day=day)
    # Of a row without a hire date the one thing to mend is that date; a form names everything that is missing.
    return problems + (judge_contract(hire) if hire.hired_on is None else [])


def _digest(hire: Hire) -> str:
    """Keyed digest of a request's content: tells a repeated request from a changed one and reveals nothing."""
    content = {name: getattr(hire, name) for name in Hire.__slots__}
    return search_hash(json.dumps(content, default=str, sort_keys=True), purpose="employment_request")


def _same_request(enterprise: Enterprise, request_id: str, digest: str) -> Registration | None:
    if not request_id:
        return None
    known = Employment.objects.filter(enterprise=enterprise, request_id=request_id).first()
    if known is None:
        return None
    event = AuditEvent.objects.filter(
        subject_kind=Employment._meta.label, subject_id=known.pk, code=REGISTERED
    ).latest("pk")  # fmt: skip
    if event.changes.get("request_digest") != digest:
        raise RuleViolation("IDEMPOTENCY_CONFLICT", "同一请求编号已用于另一份内容", "请重新打开登记页面后再提交")
    return Registration(known, is_repeat=True)


def _check_not_here(hire: Hire, known: KnownStaff) -> None:
    for span in known.here(hire.key):
        if span.hired_on == hire.hired_on:
            raise RuleViolation("ALREADY_REGISTERED", "该员工的这次入职已登记，无需重复登记", "可在花名册中查看")
        assert hire.hired_on is not None
        if span.left_on is None or span.left_on >= hire.hired_on:
            until = f"至 {span.left_on}" if span.left_on else "至今未离职"
            raise RuleViolation(
                "EMPLOYMENT_SPANS_OVERLAP", f"该员工 {span.hired_on} 起在本企业在职{until}，与本次入职重叠",
                "请先登记上一段的离职日期，或核对入职日期",
            )  # fmt: skip


def _register(
    actor: Membership, enterprise: Enterprise, hire: Hire, day: date, request_id: str, source: str
) -> Registration:
    digest, warnings = _digest(hire), notice_about_person(hire)
    made = _new_rows(actor, enterprise, hire, request_id, source)
    person = PersonLine(hire.id_number, hire.key, hire.name, hire.phone, hire.origin)
    # Most are new to us: who can be put in need not be looked for first, and nothing recorded stands against the hire.  A
    # request sent again names a person known by then; should its id come with somebody new, the unique key speaks.
    if not _write(made, new_person(person=person, recorded_by=actor), is_new=True):
        known = KnownStaff.read(enterprise_id=enterprise.pk, keys={hire.key})
        again = _same_request(enterprise, request_id, digest)
        if again is not None:
            return again
        _check_not_here(hire, known)
        _write(made, _known_person(actor, person, known), is_new=False)
        list_overlaps([made.employment.pk], recorded_by_id=actor.pk)
        if next(overlaps_elsewhere(hire, known), None) is not None:
            warnings.append(overlap_notice())
    record_event(
        actor=actor, code=REGISTERED, subject=made.employment, day=day, request_id=request_id,
        changes={"hired_on": str(hire.hired_on), "request_digest": digest, "warnings": [w.code for w in warnings]},
    )  # fmt: skip
    return replace(made, warnings=warnings)


def _new_rows(actor: Membership, enterprise: Enterprise, hire: Hire, request_id: str, source: str) -> Registration:
    """Employment, contract and post, not written yet; the person is still to be named."""
    assert hire.hired_on is not None and hire.contract_starts_on is not None
    employment = Employment(
        enterprise=enterprise, hired_on=hire.hired_on, source=source, introducer_id=_introducer_id(actor, hire),
        request_id=request_id or None, recorded_by=actor,
    )  # fmt: skip
    contract = ContractSpan(
        starts_on=hire.contract_starts_on, ends_on=hire.contract_ends_on, form=hire.form, recorded_by=actor
    )
    post = PostSpan(starts_on=hire.hired_on, trade=hire.trade, is_front_line=hire.is_front_line, recorded_by=actor)
    return Registration(employment, contract=contract, post=post)


def _introducer_id(actor: Membership, hire: Hire) -> int | None:
    if not hire.introducer_key:
        return None
    line = PersonLine(hire.introducer_id_number, hire.introducer_key)
    return ensure_people(people=[line], recorded_by=actor)[0][hire.introducer_key]


def _write(made: Registration, worker: Worker, *, is_new: bool) -> bool:
    """Write the rows, with the person's own if it is new; False, and nothing written, if that person is known after all."""
    assert made.contract is not None and made.post is not None
    beneath: dict[str, Model] = {"employment": made.employment}
    rows: list[NewRow] = [(made.contract, beneath), (made.post, beneath)]
    if is_new:
        return insert_together([(worker, {}), (made.employment, {"worker": worker}), *rows], skip_known=True)
    made.employment.worker = worker
    return insert_together([(made.employment, {}), *rows])


def _known_person(actor: Membership, person: PersonLine, known: KnownStaff) -> Worker:
    """The canonical record of somebody in the table before; a name that no roster gave is corrected."""
    found = known.people[person.key]
    ensure_people(people=[person], recorded_by=actor, known=known.people)
    if not found.is_on_roster and found.name != person.name:
        rename_people({found.worker_id: person.name})
    return Worker.objects.get(pk=found.worker_id)


@transaction.atomic
def record_leave(*, actor: Membership, employment: Employment, left_on: date, reason: str, day: date) -> Employment:
    """The last day of an employment (that day still counts as employed); the same date again changes nothing.

    Raises PermissionRefused; RuleViolation for a day before the hire, after today, or inside a later employment here.
    """
    check_can_record_leave(actor, employment)
    employment = Employment.objects.select_for_update().get(pk=employment.pk)
    if left_on < employment.hired_on:
        message = f"离职日期 {left_on} 早于入职日期 {employment.hired_on}"
        raise RuleViolation("LEAVE_BEFORE_HIRE", message, "请核对离职日期")
    if left_on > day:
        raise RuleViolation("DATE_IN_FUTURE", f"离职日期 {left_on} 尚未到", "请在离职当日或之后登记")
    if employment.left_on == left_on:
        return employment
    before = employment.left_on
    employment.left_on, employment.leave_reason = left_on, reason.strip()[:60]
    _save_span(employment, "left_on", "leave_reason")
    record_event(
        actor=actor, code="employment.left", subject=employment, day=day, note=reason.strip(),
        changes={"left_on": [str(before) if before else None, str(left_on)]},
    )  # fmt: skip
    return employment


@transaction.atomic
def correct_hire_date(
    *, actor: Membership, employment: Employment, hired_on: date, reason: str, day: date | None = None, is_judged: bool = True
) -> Employment:  # fmt: skip
    """Another hire date for a recorded employment, with a reason; the first post begins with it.

    `is_judged`: whether a batch may have judged it; then only the bureau corrects.
    Raises PermissionRefused; RuleViolation without a reason, after the leaving date, or inside another employment here.
    """
    check_can_correct_hire_date(actor, employment, is_judged=is_judged)
    reason = stated_reason(reason, "请填写更正原因", "用几个字写明原因，将记入日志")
    employment = Employment.objects.select_for_update().get(pk=employment.pk)
    before = employment.hired_on
    if hired_on == before:
        return employment
    check_hire_date(employment=employment, hired_on=hired_on, day=day)
    employment.hired_on = hired_on
    _save_span(employment, "hired_on")
    _move_first_post(employment)
    list_overlaps([employment.pk], recorded_by_id=actor.pk)
    record_event(
        actor=actor, code="employment.hire_date_corrected", subject=employment, note=reason, day=day,
        changes={"hired_on": [str(before), str(hired_on)]},
    )  # fmt: skip
    return employment


def check_hire_date(*, employment: Employment, hired_on: date, day: date | None) -> None:
    """A hire date that this employment may have.  Raises RuleViolation LEAVE_BEFORE_HIRE, DATE_IN_FUTURE."""
    if employment.left_on is not None and hired_on > employment.left_on:
        message = f"入职日期 {hired_on} 晚于离职日期 {employment.left_on}"
        raise RuleViolation("LEAVE_BEFORE_HIRE", message, "请核对两个日期")
    if day is not None and hired_on > day:
        raise RuleViolation("DATE_IN_FUTURE", f"入职日期 {hired_on} 尚未到", "请核对年份")


def _move_first_post(employment: Employment) -> None:
    """Posts begin with the hire: the one in force on the new date (or else the first) starts on it, older ones go."""
    posts = list(employment.posts.order_by("starts_on"))
    begun = [post for post in posts if post.starts_on <= employment.hired_on]
    first = begun[-1] if begun else (posts[0] if posts else None)
    if first is None or first.starts_on == employment.hired_on:
        return
    PostSpan.objects.filter(pk__in=[post.pk for post in begun[:-1]]).delete()
    PostSpan.objects.filter(pk=first.pk).update(starts_on=employment.hired_on)


def _save_span(employment: Employment, *fields: str) -> None:
    """Save dates of an employment; the database's own guard speaks when spans here would overlap (I10)."""
    try:
        with transaction.atomic():
            employment.save(update_fields=fields)
    except IntegrityError as error:
        raise RuleViolation(
            "EMPLOYMENT_SPANS_OVERLAP", "该员工在本企业的另一段在职记录与此日期重叠", "请核对入职、离职日期"
        ) from error
