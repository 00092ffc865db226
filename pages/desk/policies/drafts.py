"""Drafting: from a YAML file, or by changing the typed terms of a version in a form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.policies.reading import base_terms, version_of
from pages.desk.policies.term_form import edited_text, fields_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from subsidies.models import PolicyVersion
from subsidies.services.policies import draft_from_text, load_policy_packs

LARGEST_FILE = 200_000


def _problems(refusal: RuleViolation) -> list[str]:
    """Every problem with its place, one a line; the first line only says that there are some."""
    lines = refusal.message.split("\n")
    return lines[1:] or lines


def _given_text(request: HttpRequest) -> tuple[str, str]:
    """The file's text, or what was typed; and why there is none."""
    given: Any = request.FILES.get("file")
    if given is None:
        text = request.POST.get("text", "")
        return text, "" if text.strip() else "请选择文件，或粘贴文件内容。"
    if given.size > LARGEST_FILE:
        return "", f"文件超过 {LARGEST_FILE // 1000} KB，不是政策文件。"
    try:
        return given.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "文件不是 UTF-8 编码的文本。请另存为 UTF-8 的 .yaml 文件后再上传。"


@page_for(Role.CLERK)
def import_file(request: HttpRequest) -> HttpResponse:
    """A policies.yaml: every policy in it becomes a draft; mistakes are named with their place, nothing is half-drafted."""
    member = member_of(request)
    typed = {key: request.POST.get(key, "").strip() for key in ("effective_on",)}
    text, problems = "", list[str]()
    if request.method == "POST":
        text, error = _given_text(request)
        begins, wrong = read_day(typed["effective_on"], "")
        error = error or (f"生效日期：{wrong}" if wrong else "")
        before = PolicyVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        try:
            found = [] if error else load_policy_packs(actor=member, text=text, day=business_day(), effective_on=begins)
        except RuleViolation as refusal:
            problems = _problems(refusal)
        else:
            problems = [error] if error else []
            if not error:
                return _drafted(request, found, before)
    context = {"here": "policies", "typed": typed, "text": text, "problems": problems}
    return render(request, "desk/policies/import.html", context, status=422 if problems else 200)


def _drafted(request: HttpRequest, found: list[PolicyVersion], before: int) -> HttpResponse:
    new = [version for version in found if version.pk > before]
    known = len(found) - len(new)
    same = f"，{known} 个与现有版本内容相同，没有重复起草" if known else ""
    messages.success(request, f"已起草 {len(new)} 个版本{same}。")
    return redirect("policy_version", pk=new[0].pk) if len(new) == 1 else redirect("policies")


@page_for(Role.CLERK)
def edit_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """A form over the typed terms of a version; what is changed becomes a new draft, the version itself stays."""
    version = version_of(request, pk)
    member = member_of(request)
    terms, problems = version.parsed_terms, list[str]()
    effective_on = request.POST.get("effective_on", "").strip()
    if request.method == "POST":
        begins, wrong = read_day(effective_on, "请填写日期，如 2026-01-01。")
        text = edited_text(terms, request.POST, base_terms(version))
        try:
            if begins is None:
                raise RuleViolation("DAY_INVALID", f"生效日期：{wrong}", "请填写生效日期")
            made = draft_from_text(
                actor=member, policy=version.policy, text=text, effective_on=begins, day=business_day()
            )
        except RuleViolation as refusal:
            problems = _problems(refusal)
        else:
            is_known = made.pk == version.pk or made.recorded_at < version.recorded_at
            messages.success(
                request, "内容与现有版本相同，没有重复起草。" if is_known else f"已起草第 {made.number} 版。"
            )
            return redirect("policy_version", pk=made.pk)
    context = {
        "here": "policies", "version": version, "policy": version.policy, "problems": problems,
        "groups": fields_of(terms, request.POST if request.method == "POST" else None),
        "effective_on": effective_on or version.effective_from.isoformat(),
    }  # fmt: skip
    return render(request, "desk/policies/edit.html", context, status=422 if problems else 200)
