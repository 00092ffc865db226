"""What the enterprise records or puts right about a person: leaving, taking it back, phone, name, post, contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from pages import hires
from pages.acting import member_of, page_for
from pages.days import day_asked, typed_day
from pages.phone.person import employment_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import ContractSpan, Employment, Membership, Role
from park_workers.services.corrections import correct_name, correct_phone
from park_workers.services.employments import record_leave
from park_workers.services.spans import state_contract, state_post, undo_leave

LEAVE_REASONS = ("本人辞职", "合同期满", "企业解除", "退休", "自行离开", "其他")
UNDO_REASONS = ("登记错了人", "员工没有走", "日期填错")
FORMS = tuple(ContractSpan.Form.values)
CHOOSE_DAY = "请选择日期，如 2026-11-01。"
NAME_REASONS = ("与证件不一致", "录入有误", "本人改名")


@dataclass
class Form:
    """What was typed and what is wrong with it, by field; `whole` for what concerns no single field."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@page_for(Role.ENTERPRISE_HR)
def leave(request: HttpRequest, employment: str) -> HttpResponse:
    """The sheet of a leaver: today unless changed, and the reason is the button, so that two taps do it."""
    found, today = employment_of(request, employment), business_day()
    error, typed = "", (found.left_on or today).isoformat()
    if request.method == "POST":
        typed = request.POST.get("left_on", "").strip()[:20]
        left_on, reason = day_asked(typed), request.POST.get("reason", "")
        if left_on is None:
            error = "请选择最后在职日，如 2026-11-01。"
        elif reason not in LEAVE_REASONS:
            error = "请选择离职原因。"
        else:
            try:
                record_leave(actor=member_of(request), employment=found, left_on=left_on, reason=reason, day=today)
                messages.success(request, f"已登记 {found.worker} 离职，最后在职日 {left_on}。")
                return redirect("roster_person", employment=found.reference)
            except RuleViolation as refusal:
                error = refusal.sentences
    context = {"employment": found, "typed": typed, "error": error, "reasons": LEAVE_REASONS, "today": today}
    return render(request, "phone/leave.html", context, status=422 if error else 200)


@page_for(Role.ENTERPRISE_HR)
def undo(request: HttpRequest, employment: str) -> HttpResponse:
    """A leaving that was none; why is one tap."""
    found = employment_of(request, employment)
    error = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            undo_leave(
                actor=member_of(request), employment=found, reason=reason if reason in UNDO_REASONS else "",
                day=business_day(),
            )  # fmt: skip
            messages.success(request, f"已撤销离职登记，{found.worker} 仍在职。")
            return redirect("roster_person", employment=found.reference)
        except RuleViolation as refusal:
            error = refusal.sentences
    elif found.left_on is None:
        return redirect("roster_person", employment=found.reference)
    context = {"employment": found, "reasons": UNDO_REASONS, "error": error}
    return render(request, "phone/undo_leave.html", context, status=422 if error else 200)


def _phone(actor: Membership, employment: Employment, form: Form, today: date) -> None:
    correct_phone(actor=actor, employment=employment, phone=form.typed["phone"], day=today)


def _name(actor: Membership, employment: Employment, form: Form, today: date) -> None:
    correct_name(
        actor=actor, employment=employment, name=form.typed["name"], reason=form.typed["reason"], day=today
    )  # fmt: skip


def _post(actor: Membership, employment: Employment, form: Form, today: date) -> None:
    starts_on = typed_day(form.typed, "starts_on", form.errors, missing=CHOOSE_DAY)
    if not form.typed["trade"]:
        form.errors["trade"] = "请填写工种，如“平车”。"
    if starts_on is not None and not form.errors:
        state_post(
            actor=actor, employment=employment, starts_on=starts_on, trade=form.typed["trade"],
            is_front_line=form.typed["is_front_line"] == "1", day=today, instead_of=day_asked(form.typed["of"]),
        )  # fmt: skip


def _contract(actor: Membership, employment: Employment, form: Form, today: date) -> None:
    starts_on, ends_on = (
        typed_day(form.typed, "starts_on", form.errors, missing=CHOOSE_DAY),
        typed_day(form.typed, "ends_on", form.errors),
    )
    if form.typed["form"] not in FORMS:
        form.errors["form"] = "请选择用工形式。"
    if starts_on is not None and not form.errors:
        state_contract(
            actor=actor, employment=employment, starts_on=starts_on, ends_on=ends_on, form=form.typed["form"],
            is_open_ended=form.typed["is_open_ended"] == "1", day=today, instead_of=day_asked(form.typed["of"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One form: its title, its fields, the service behind it, and where each refusal of that service belongs."""

    title: str
    fields: tuple[str, ...]
    act: Callable[[Membership, Employment, Form, date], None]
    places: dict[str, str] = field(default_factory=dict)


PARTS = {
    "phone": Part("更正手机号码", ("phone",), _phone),
    "name": Part("更正姓名", ("name", "reason"), _name, {"NAME_MISSING": "name", "REASON_MISSING": "reason"}),
    "post": Part(
        "登记岗位", ("starts_on", "trade", "is_front_line", "of"), _post,
    ),
    "contract": Part(
        "登记合同", ("starts_on", "ends_on", "is_open_ended", "form", "of"), _contract,
        dict.fromkeys(("CONTRACT_END_MISSING", "CONTRACT_END_CONTRADICTS", "CONTRACT_END_BEFORE_START"), "ends_on"),
    ),
}  # fmt: skip


def _begun(part: str, employment: Employment, today: date, of: date | None) -> dict[str, str]:
    """What a form shows at first: what is held already (of the span that begins on `of`), but no phone number."""
    if of is not None:
        return _held(part, employment, of)
    if part == "name":
        return {"name": employment.worker.name}
    if part == "post":
        post = employment.posts.order_by("-starts_on").first()
        return {
            "starts_on": today.isoformat(), "trade": post.trade if post else "",
            "is_front_line": "1" if post is None or post.is_front_line else "",
        }  # fmt: skip
    if part == "contract":
        contract = employment.contracts.order_by("-starts_on").first()
        form = contract.form if contract else "劳动合同"
        return {"starts_on": "" if contract else employment.hired_on.isoformat(), "form": form}
    return {}


def _held(part: str, employment: Employment, of: date) -> dict[str, str]:
    """A recorded post or contract as it stands, to be put right; 404 where none begins on the day."""
    begins = {"of": of.isoformat(), "starts_on": of.isoformat()}
    if part == "post":
        post = get_object_or_404(employment.posts, starts_on=of)
        return begins | {"trade": post.trade, "is_front_line": "1" if post.is_front_line else ""}
    contract = get_object_or_404(employment.contracts, starts_on=of)
    ends = contract.ends_on.isoformat() if contract.ends_on else ""
    return begins | {"ends_on": ends, "is_open_ended": "" if ends else "1", "form": contract.form}


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("phone")
def correct(request: HttpRequest, employment: str, part: str) -> HttpResponse:
    """One thing put right; all that is wrong is named at once, and what was typed is kept."""
    chosen, today = PARTS.get(part), business_day()
    found = employment_of(request, employment)
    if chosen is None:
        raise Http404
    of = day_asked(request.GET.get("of", "")) if "of" in chosen.fields else None
    form = Form(dict.fromkeys(chosen.fields, "") | _begun(part, found, today, of))
    if request.method == "POST":
        form.typed = {name: request.POST.get(name, "").strip()[:80] for name in chosen.fields}
        try:
            chosen.act(member_of(request), found, form, today)
        except PermissionRefused as refusal:
            form.errors["whole"] = refusal.sentences
        except RuleViolation as refusal:
            form.errors[chosen.places.get(refusal.code, chosen.fields[0])] = refusal.sentences
        if not form.errors:
            messages.success(request, "已保存。更正前的内容留在“变更记录”里。")
            return redirect("roster_person", employment=found.reference)
    context = {
        "employment": found, "worker": found.worker, "part": part, "form": form,
        "title": chosen.title.replace("登记", "更正") if form.typed.get("of") else chosen.title,
        "trades": hires.TRADES, "reasons": NAME_REASONS, "forms": FORMS,
    }  # fmt: skip
    return render(request, "phone/correct.html", context, status=422 if form.errors else 200)
