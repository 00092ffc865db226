"""Families of policies with their versions, one version read whole, and two beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.bureaus import of_own_bureau
from pages.why import short_words
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, Policy, PolicyVersion, Simulation
from subsidies.permissions import (
    can_draft_policies,
    can_publish_policy_version,
    can_retire_policy_version,
    can_simulate,
)
from subsidies.rules.differences import WORDS, compare_terms
from subsidies.rules.pack_writer import write_pack
from subsidies.rules.readable import looks_at, parameters_of, readings_of, worked_example
from subsidies.rules.terms import UNCONFIRMED, ConditionTerms, PolicyTerms
from subsidies.services.policies import version_in_force


@dataclass(frozen=True)
class ConditionReading:
    """One condition ready to print."""

    code: str
    needs: str
    clause: str
    parameters: list[tuple[str, str]]
    source: str
    reason: str


def versions_seen_by(member: Membership) -> Any:
    """Versions of the own bureau's policies, with what every page of them shows."""
    wanted = PolicyVersion.objects.select_related("policy__bureau", "drafted_by", "published_by")
    return of_own_bureau(wanted, member, "policy__bureau")


def version_of(request: HttpRequest, pk: int) -> PolicyVersion:
    """One version this person may see; 404 otherwise."""
    found: PolicyVersion = get_object_or_404(versions_seen_by(member_of(request)), pk=pk)
    return found


def clause_text(clause: str) -> str:
    """A clause, or that it still has to be confirmed."""
    return "条款待核定" if clause in ("", UNCONFIRMED) else clause


def condition_readings(terms: PolicyTerms) -> list[ConditionReading]:
    """The conditions in order."""

    def read(one: ConditionTerms) -> ConditionReading:
        reason = short_words(terms, one.code)
        return ConditionReading(one.code, one.needs, clause_text(one.clause), parameters_of(one), looks_at(one), reason)

    return [read(one) for one in terms.conditions]


@page_for(BUREAU_ROLES)
@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every family with its versions, newest first; what is in force today is marked."""
    member = member_of(request)
    versions = PolicyVersion.objects.select_related("drafted_by", "published_by").order_by("-number")
    policies = list(
        of_own_bureau(Policy.objects.all(), member).prefetch_related(Prefetch("versions", versions)).order_by("pk")
    )
    today, drafts = business_day(), 0
    for policy in policies:
        policy.rows = list(policy.versions.all())
        drafts += sum(row.status == "draft" for row in policy.rows)
        for row in policy.rows:
            begun = row.effective_from <= today and (row.effective_to is None or row.effective_to >= today)
            row.is_in_force = row.status == "published" and begun
            row.may_publish = row.status == "draft" and can_publish_policy_version(member, _with(row, policy))
    context = {
        "here": "policies", "policies": policies, "drafts": drafts, "may_draft": can_draft_policies(member),
        "today": today,
    }  # fmt: skip
    return render(request, "desk/policies/list.html", context)


def _with(version: PolicyVersion, policy: Policy) -> PolicyVersion:
    version.policy = policy
    return version


@page_for(BUREAU_ROLES)
@require_safe
def version_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as a printed text: every condition with clause, numbers, units and reason; amounts with an example."""
    version = version_of(request, pk)
    member = member_of(request)
    terms = version.parsed_terms
    sections = [(name, list(rows)) for name, rows in groupby(_sorted(readings_of(terms)), key=lambda one: one.section)]
    others = list(version.policy.versions.exclude(pk=version.pk).order_by("-number"))
    simulations = Simulation.objects.filter(version=version).select_related("baseline", "job", "batch__current")
    context = {
        "here": "policies", "version": version, "policy": version.policy, "sections": sections, "others": others,
        "conditions": condition_readings(terms), "example": worked_example(terms), "stacks_on": terms.stacks_on,
        "simulations": simulations.order_by("-number")[:20], "against": other_version(version),
        "may_simulate": can_simulate(member, version), "may_draft": can_draft_policies(member),
        "may_publish": version.status == "draft" and can_publish_policy_version(member, version),
        "may_retire": can_retire_policy_version(member, version),
        "batches": Batch.objects.filter(policy_version=version, is_trial=False).exclude(status="cancelled").count(),
    }  # fmt: skip
    return render(request, "desk/policies/version.html", context)


def _sorted(readings: list[Any]) -> list[Any]:
    order = {name: place for place, name in enumerate(dict.fromkeys(one.section for one in readings))}
    return sorted(readings, key=lambda one: order[one.section])


def other_version(version: PolicyVersion) -> PolicyVersion | None:
    """What a version is compared with: the one in force when it begins, or the one before it."""
    found = version_in_force(version.policy, version.effective_from)
    if found is None or found.pk == version.pk:
        found = version.policy.versions.filter(number__lt=version.number).order_by("-number").first()
    return found


@page_for(BUREAU_ROLES)
@require_safe
def compare_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions of a family side by side; what differs is marked and said in words."""
    version = version_of(request, pk)
    text = request.GET.get("with", "")
    others = list(version.policy.versions.exclude(pk=version.pk).order_by("-number"))
    if text and not any(str(one.pk) == text for one in others):
        raise Http404
    other = next((one for one in others if str(one.pk) == text), None) or other_version(version)
    if other is None:
        return redirect("policy_version", pk=pk)
    pairs = compare_terms(other.parsed_terms, version.parsed_terms)
    shows_all = request.GET.get("all") == "1"
    rows = [pair for pair in pairs if shows_all or pair.kind]
    context = {
        "here": "policies", "version": version, "other": other, "others": others, "policy": version.policy,
        "changes": [pair for pair in pairs if pair.kind], "words": WORDS, "shows_all": shows_all, "total": len(pairs),
        "sections": [(name, list(found)) for name, found in groupby(_sorted(rows), key=lambda one: one.section)],
        "dates_differ": other.effective_from != version.effective_from,
    }  # fmt: skip
    return render(request, "desk/policies/compare.html", context)


@page_for(BUREAU_ROLES)
@require_safe
def version_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The version as a policies.yaml, to be edited and given back as a draft."""
    version = version_of(request, pk)
    response = HttpResponse(pack_text(version), content_type="application/yaml; charset=utf-8")
    name = f"{version.policy.code}-{version.number}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def pack_text(version: PolicyVersion) -> str:
    """The file of a version, with the base it stacks on."""
    return write_pack(*base_terms(version), version.parsed_terms)


def base_terms(version: PolicyVersion) -> list[PolicyTerms]:
    """Terms of the newest version of the family this one stacks on; nothing for a family of its own."""
    code = version.parsed_terms.stacks_on
    base = PolicyVersion.objects.filter(policy__bureau_id=version.policy.bureau_id, policy__code=code)
    newest = base.order_by("-number").first() if code else None
    return [newest.parsed_terms] if newest is not None else []
