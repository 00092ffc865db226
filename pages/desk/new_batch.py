"""Opening a batch: policy, name, cut-off date, who is looked at, and whether it is only a trial."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import member_of, page_for
from pages.days import read_day
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from subsidies.models import Batch, Policy, PolicyVersion
from subsidies.services.batches import open_batch

#: what comes after opening, by who is looked at
NEXT_STEP = {"applications": "请企业上传花名册和申报名单，收齐后测算"}

#: the field at which a refusal is said
FIELD_OF = {"BATCH_EXISTS": "name", "NO_VERSION_IN_FORCE": "cutoff_on", "CUTOFF_TOO_FAR": "cutoff_on"}


@page_for(Role.CLERK)
def new_batch(request: HttpRequest) -> HttpResponse:
    """The form, and opening the batch; a refusal keeps what was typed."""
    member = member_of(request)
    policies = list(Policy.objects.filter(bureau_id=member.organisation_id).order_by("pk"))
    typed = {
        key: request.POST.get(key, "").strip()[:80] for key in ("policy", "name", "cutoff_on", "candidates", "trial")
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, fields = _read(typed, policies)
        if not errors:
            try:
                batch = open_batch(actor=member, day=business_day(), **fields)
            except RuleViolation as refusal:
                if refusal.code == "BATCH_EXISTS" and (mine := _just_opened(member, fields)):
                    return redirect("batch", pk=mine.pk)
                field = FIELD_OF.get(refusal.code, "policy")
                errors[field] = refusal.sentences
            else:
                next_step = "测算" if batch.is_trial else NEXT_STEP.get(batch.candidates, "测算")
                messages.success(request, f"已新建批次“{batch.name}”。下一步：{next_step}。")
                return redirect("batch", pk=batch.pk)
    context = {
        "here": "batches",
        "policies": policies,
        "typed": typed,
        "errors": errors,
        "candidates": Batch.Candidates,
    }
    return render(request, "desk/new_batch.html", context, status=422 if errors else 200)


def _read(typed: dict[str, str], policies: list[Policy]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong, by field, and what the service wants."""
    errors = {}
    policy = next((p for p in policies if str(p.pk) == typed["policy"]), None)
    if policy is None:
        errors["policy"] = "请选择政策。"
    if not typed["name"]:
        errors["name"] = "请填写批次名称，如“第一批”。"
    cutoff_on, wrong = read_day(typed["cutoff_on"], "请选择截止日，如 2026-04-30。")
    if wrong:
        errors["cutoff_on"] = wrong
    if typed["candidates"] not in Batch.Candidates.values:
        errors["candidates"] = "请选择候选范围。"
    fields: dict[str, Any] = {
        "policy": policy, "name": typed["name"], "cutoff_on": cutoff_on, "candidates": typed["candidates"],
        "is_trial": typed["trial"] == "1",
    }  # fmt: skip
    if policy is not None and fields["is_trial"]:
        fields["version"] = _version_to_try(policy)
    return errors, fields


def _version_to_try(policy: Policy) -> PolicyVersion | None:
    """A trial of a policy without a published version looks at its newest draft."""
    if policy.versions.filter(status="published").exists():
        return None
    return policy.versions.order_by("-number").first()


def _just_opened(member: Membership, fields: dict[str, Any]) -> Batch | None:
    """The batch a first tap of the same person opened, still untouched."""
    same = {key: fields[key] for key in ("policy", "name", "cutoff_on", "candidates", "is_trial")}
    found: Batch | None = Batch.objects.filter(status="draft", recorded_by=member, version=1, **same).first()
    return found
