"""Putting a draft in force, and taking a version out of use: by an approver who did not draft it, after confirming oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.policies.reading import other_version, version_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from subsidies.models import PolicyVersion, Simulation
from subsidies.permissions import can_publish_policy_version, can_retire_policy_version
from subsidies.rules.differences import WORDS, differences
from subsidies.services.policies import publish_policy_version, retire_policy_version

RETIRE_PHRASES = ("政策到期，不再执行", "上级文件废止", "条款有误，另行发布")


def _is_sent(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST"


def _settled(request: HttpRequest, version: PolicyVersion, status: str, word: str) -> HttpResponse:
    if version.status == status:
        messages.info(request, f"“{word}”已办理，无需重复操作。")
    else:
        reason = "起草人不能发布自己的草稿" if version.status == "draft" else f"当前为“{version.status_label()}”"
        messages.warning(request, f"{reason}，您不能办理“{word}”。")
    return redirect("policy_version", pk=version.pk)


@page_for(Role.APPROVER)
@freshly_confirmed(when=_is_sent)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes against the version in force, what the simulation found, and the signature."""
    version = version_of(request, pk)
    member = member_of(request)
    if version.status != "draft" or not can_publish_policy_version(member, version):
        return _settled(request, version, "published", "发布")
    if request.method == "POST":
        if request.POST.get("version") != str(version.version):
            return _settled(request, version, "published", "发布")
        try:
            publish_policy_version(actor=member, version=version, day=business_day())
        except RuleViolation as refusal:
            messages.error(request, refusal.sentences)
        else:
            messages.success(request, f"第 {version.number} 版已发布，自 {version.effective_from} 起执行。")
        return redirect("policy_version", pk=pk)
    against = other_version(version)
    context = {
        "here": "policies", "version": version, "policy": version.policy, "against": against, "words": WORDS,
        "changes": differences(against.parsed_terms, version.parsed_terms) if against else [],
        "simulation": Simulation.objects.filter(version=version, job__status="done").order_by("-number").first(),
    }  # fmt: skip
    return render(request, "desk/policies/publish.html", context)


@page_for(Role.APPROVER)
@freshly_confirmed(when=_is_sent)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, with a reason; batches computed under it keep it."""
    version = version_of(request, pk)
    member = member_of(request)
    if not can_retire_policy_version(member, version):
        return _settled(request, version, "retired", "停用")
    error = ""
    if request.method == "POST":
        reason = reason_of(request)
        if reason:
            try:
                retire_policy_version(actor=member, version=version, day=business_day(), reason=reason)
            except RuleViolation as refusal:
                messages.error(request, refusal.sentences)
            else:
                messages.success(request, f"第 {version.number} 版已停用。")
            return redirect("policy_version", pk=pk)
        error = "请说明停用原因：选择一条常用原因，或填写具体情况。"
    context = {"here": "policies", "version": version, "policy": version.policy, "phrases": RETIRE_PHRASES,
               "error": error, "note": request.POST.get("note", "")}  # fmt: skip
    return render(request, "desk/policies/retire.html", context, status=422 if error else 200)
