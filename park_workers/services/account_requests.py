"""开户申请: somebody asks to act for an enterprise; two clerks look at it, and the person is in.

The first clerk agrees, which proposes the role; a second one (or an administrator of accounts) confirms it.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.files import store_file
from park_workers.foundation.identifiers import IdentifierProblem, check_credit_code, clean_name
from park_workers.foundation.jobs import JobRun, enqueue, job_kind
from park_workers.foundation.pictures import clean_picture
from park_workers.foundation.workflow import move
from park_workers.models import AccountRequest, Membership, OneTimeCode, Organisation, Role, User
from park_workers.permissions import check_can_decide_account_request, check_can_open_account
from park_workers.services.acting import PersonActor
from park_workers.services.employments import FieldsInvalid
from park_workers.services.memberships import end_waiting_membership, grant_membership
from park_workers.services.own_phones import bind_phone
from park_workers.services.phone_codes import Purpose, hand_over
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem

TELL = "texts.tell_applicant"
APPLICANT = SystemActor("开户申请人")
#: a proven telephone is good for the rest of the form for so long
PROOF_LASTS = timedelta(minutes=30)
LICENCE_NAME = "licence.jpg"


def firm_named(credit_code: str) -> Organisation | None:
    """The enterprise of the directory with this credit code."""
    return Organisation.objects.filter(credit_code=credit_code, enterprise__isnull=False).first()


def proven_phone(*, reference: str, purpose: Purpose, now: datetime) -> OneTimeCode | None:
    """The used code behind a form that is being filled in."""
    return OneTimeCode.objects.filter(
        reference=reference, purpose=purpose, used_at__isnull=False, used_at__gt=now - PROOF_LASTS
    ).first()


def _judged(credit_code: str, name: str, licence: bytes, has_consented: bool) -> tuple[str, str, bytes]:
    problems, code, picture = [], "", b""
    try:
        code = check_credit_code(credit_code)
    except IdentifierProblem as wrong:
        problems.append(Problem("credit_code", wrong.code, wrong.message, wrong.fix))
    name = clean_name(name)[:60]
    if len(name) < 2:
        problems.append(Problem("applicant_name", "NAME_MISSING", "没有填写姓名", "请填写您本人的姓名"))
    try:
        picture = clean_picture(licence, watermark="仅用于一线通企业开户审核").plain
    except FileRefused as refused:
        problems.append(Problem("licence", refused.code, refused.message, refused.fix))
    if not has_consented:
        problems.append(Problem("consent", "CONSENT_MISSING", "没有勾选同意", "请阅读说明并勾选"))
    if problems:
        raise FieldsInvalid(problems)
    return code, name, picture


@transaction.atomic
def request_account(
    *, actor: Actor, proof: OneTimeCode, credit_code: str, applicant_name: str, licence: bytes, has_consented: bool,
    now: datetime,
) -> AccountRequest:  # fmt: skip
    """Ask for an account; the same telephone and firm again, while one is open, is the same request.

    Raises FieldsInvalid with every wrong field.
    """
    code, name, picture = _judged(credit_code, applicant_name, licence, has_consented)
    wanted = AccountRequest(
        status=AccountRequest.Status.WAITING, credit_code=code, applicant_name=name, phone_hash=proof.phone_hash,
        consented_at=now,
    )  # fmt: skip
    wanted.seal_phone(proof.open_phone())  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        open_one = AccountRequest.objects.filter(
            credit_code=code, phone_hash=proof.phone_hash, status__in=("waiting", "agreed")
        ).first()
        if open_one is None:
            raise
        return open_one
    wanted.licence = store_file(content=picture, name=LICENCE_NAME)
    wanted.save(update_fields=["licence"])
    record_event(actor=actor, code="account_request.received", subject=wanted, changes={"firm": code})
    return wanted


@transaction.atomic
def withdraw_account_request(*, actor: PersonActor | SystemActor, request: AccountRequest, now: datetime) -> None:
    """The applicant takes it back, after showing the telephone."""
    move(request, "withdraw", actor=_Applicant(), with_fields={"decided_at": now})


class _Applicant:
    """Somebody without an account who has shown the telephone of the request."""

    actor_id, person_id, role, actor_label = None, None, "person", "开户申请人（手机号已验证）"


@transaction.atomic
def agree_to_account(
    *, actor: Membership, request: AccountRequest, day: date, now: datetime, seen_version: int | None = None
) -> AccountRequest:
    """The first clerk agrees: the person and the role are there, in force once a second person confirms.

    Raises PermissionRefused, TransitionRefused, RuleViolation FIRM_NOT_IN_DIRECTORY, MEMBERSHIP_EXISTS, STAFF_KEEP_PASSWORD.
    """
    check_can_decide_account_request(actor)
    firm = firm_named(request.credit_code)
    if firm is None:
        raise RuleViolation("FIRM_NOT_IN_DIRECTORY", "企业名录中没有该企业", "请先按营业执照将企业列入名录，再同意申请")
    user = _person_of(request, actor, now)
    if user.memberships.filter(organisation=firm, valid_to__isnull=True).exists():
        raise RuleViolation("MEMBERSHIP_EXISTS", "该手机号已是此企业的人员", "请退回本申请，并告知申请人直接登录")
    membership = grant_membership(
        actor=actor, user=user, organisation=firm, role=Role.ENTERPRISE_HR, day=day, granted_by=actor.user,
        is_owner=True,
    )  # fmt: skip
    move(
        request, "agree", actor=actor, day=day, seen_version=seen_version, changes={"firm": firm.name},
        with_fields={"agreed_by": actor.user, "membership": membership},
    )  # fmt: skip
    return request


def _person_of(request: AccountRequest, actor: Membership, now: datetime) -> User:
    """Who has the telephone of the request already, or a new person without a password."""
    user = User.objects.filter(phone_hash=request.phone_hash).first()
    if user is None:
        user = new_person(actor=actor, name=request.applicant_name)
        return bind_phone(actor=actor, user=user, phone=request.open_phone(), now=now)  # type: ignore[attr-defined]
    if user.memberships.filter(valid_to__isnull=True).exclude(role=Role.ENTERPRISE_HR).exists():
        raise RuleViolation("STAFF_KEEP_PASSWORD", "该手机号属于机关工作人员", "请退回本申请；企业人员须使用本人手机号")
    return user


@transaction.atomic
def new_person(*, actor: Actor, name: str) -> User:
    """A person who comes in by telephone; the log-in name is drawn, a password may be set later."""
    user = User.objects.create_user(f"hr-{secrets.token_hex(4)}", None, name)
    record_event(actor=actor, code="person.entered", subject=user, changes={"username": user.username})
    return user


@transaction.atomic
def open_account(*, actor: Membership, request: AccountRequest, day: date, now: datetime) -> AccountRequest:
    """A second person confirms: the role is in force and the applicant is told.  Raises PermissionRefused, TransitionRefused."""
    check_can_open_account(actor, request)
    membership = request.membership
    waiting = Membership.objects.waiting().filter(pk=request.membership_id).exclude(granted_by=actor.user)
    if membership is None or not waiting.update(confirmed_by=actor.user):
        raise RuleViolation("NOT_WAITING", "该岗位不在等待确认", "请刷新页面查看最新情况")
    record_event(
        actor=actor, code="membership.confirmed", subject=membership, day=day,
        changes={"user": membership.user.username, "role": membership.role, "organisation": membership.organisation.name},
    )  # fmt: skip
    move(request, "open", actor=actor, day=day, with_fields={"opened_by": actor.user, "decided_at": now})
    enqueue(actor=actor, kind=TELL, subject=request, parameters={"request": request.pk})
    return request


@transaction.atomic
def refuse_account_request(
    *, actor: Membership, request: AccountRequest, reason: str, day: date, now: datetime
) -> AccountRequest:
    """Send it back with a reason, which the applicant is told; a role that waits ends.  Raises RuleViolation REASON_MISSING."""
    check_can_decide_account_request(actor)
    reason = stated_reason(reason, "请填写退回原因", "用几个字写明原因，申请人会收到", longest=200)
    if request.membership is not None:
        end_waiting_membership(actor=actor, membership=request.membership, reason=reason, day=day)
    move(request, "refuse", actor=actor, day=day, note=reason, with_fields={"reason": reason, "decided_at": now})
    enqueue(actor=actor, kind=TELL, subject=request, parameters={"request": request.pk})
    return request


@transaction.atomic
def reveal_licence(*, actor: Membership, request: AccountRequest, now: datetime) -> bytes:
    """The licence as a JPEG with viewer and time across it; the look leaves an event."""
    check_can_decide_account_request(actor)
    if request.licence is None:
        raise RuleViolation("LICENCE_GONE", "营业执照照片已按期限删除", "如仍需核对，请联系企业")
    record_event(actor=actor, code="account_request.licence_revealed", subject=request)
    words = f"{actor.user.display_name} {now:%Y-%m-%d %H:%M} 仅用于开户审核"
    return clean_picture(request.licence.read(), watermark=words).marked


@job_kind(TELL)
def tell_applicant(run: JobRun) -> dict[str, bool]:
    """What became of the request, by a text to the applicant's telephone."""
    request = AccountRequest.objects.get(pk=run.parameters["request"])
    phone = request.open_phone()  # type: ignore[attr-defined]
    if not phone:
        return {"is_sent": False}
    words = {
        "opened": "您的企业账号申请已开通，请用本手机号获取验证码登录。",
        "refused": f"您的企业账号申请已退回：{request.reason}。修改后可重新申请。",
    }[request.status]
    hand_over(number=f"request-{request.reference}-{request.version}", phone=phone, words=words)
    return {"is_sent": True}


def request_shown(*, reference: str, phone_hash: str) -> AccountRequest | None:
    """A request for whoever has shown its telephone."""
    return AccountRequest.objects.filter(reference=reference, phone_hash=phone_hash).exclude(phone_hash="").first()


__all__ = ["Purpose", "agree_to_account", "open_account", "refuse_account_request", "request_account"]
