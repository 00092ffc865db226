"""Policies: drafted from a pack by one person, published by another, never edited once published."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from subsidies.models import Policy, PolicyVersion
from subsidies.permissions import (
    check_can_draft_policies,
    check_can_publish_policy_version,
    check_can_retire_policy_version,
)
from subsidies.rules.terms import Pack, PolicyTerms, TermsInvalid, load_packs, terms_digest, terms_to_json

DISTRICT_MARK = "区"
ONE_DAY = timedelta(days=1)


@transaction.atomic
def load_policy_packs(
    *, actor: Membership, text: str, day: date, effective_on: date | None = None
) -> list[PolicyVersion]:
    """Draft a version of every policy of every pack of a policies.yaml; returns the versions, known ones included.

    Drafts begin on `effective_on`, or on the first day of their window.  Terms that a living version of the family
    already has make nothing new.  Raises PermissionRefused, RuleViolation
    (POLICY_PACK_INVALID, every problem named).
    """
    check_can_draft_policies(actor)
    try:
        packs = load_packs(text)
    except TermsInvalid as error:
        raise RuleViolation("POLICY_PACK_INVALID", str(error), "请改正后重新载入") from error
    return [
        draft_version(actor=actor, terms=terms, begins=effective_on or effective_from(pack, terms, day), day=day,
                      pack=pack.key)
        for pack in packs for terms in pack.policies
    ]  # fmt: skip


@transaction.atomic
def draft_from_text(*, actor: Membership, policy: Policy, text: str, effective_on: date, day: date) -> PolicyVersion:
    """Draft a new version of one family from a file; whatever else is in the file only serves it (such as its base).

    Raises PermissionRefused, RuleViolation (POLICY_PACK_INVALID, POLICY_MISSING).
    """
    check_can_draft_policies(actor)
    check_own_organisation(actor, policy.bureau_id, "起草政策")
    try:
        packs = load_packs(text)
    except TermsInvalid as error:
        raise RuleViolation("POLICY_PACK_INVALID", str(error), "请改正后重新提交") from error
    for pack in packs:
        for terms in pack.policies:
            if terms.code == policy.code:
                return draft_version(actor=actor, terms=terms, begins=effective_on, day=day, pack=pack.key)
    raise RuleViolation("POLICY_MISSING", f"文件中没有政策 {policy.code}", "请核对文件，或从政策列表导入")


def draft_version(*, actor: Membership, terms: PolicyTerms, begins: date, day: date, pack: str = "") -> PolicyVersion:
    """The living version with these terms, drafted now if there is none; a draft that begins otherwise is another one."""
    policy, _ = Policy.objects.get_or_create(
        bureau_id=actor.organisation_id, code=terms.code,
        defaults={"title": terms.title, "level": level_of(terms), "payee_kind": terms.payee, "recorded_by": actor},
    )  # fmt: skip
    digest = terms_digest(terms)
    alive = policy.versions.exclude(status=PolicyVersion.Status.RETIRED).filter(digest=digest)
    known = alive.filter(Q(effective_from=begins) | Q(status=PolicyVersion.Status.PUBLISHED)).first()
    if known is not None:
        return known
    number = (policy.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version: PolicyVersion = policy.versions.create(
        status=PolicyVersion.Status.DRAFT, number=number, effective_from=begins,
        terms=terms_to_json(terms), digest=digest, drafted_by=actor.user, recorded_by=actor,
    )  # fmt: skip
    changes = {"policy": terms.code, "number": number, "digest": digest, "pack": pack}
    record_event(actor=actor, code="policy_version.drafted", subject=version, day=day, changes=changes)
    return version


def level_of(terms: PolicyTerms) -> str:
    """A policy paid by the district alone is the district's; 市级 or unnamed money makes it the city's."""
    sources = [share.source for share in terms.funding]
    is_district = bool(sources) and all(source.startswith(DISTRICT_MARK) for source in sources)
    return Policy.Level.DISTRICT if is_district else Policy.Level.CITY


def effective_from(pack: Pack, terms: PolicyTerms, day: date) -> date:
    """First day of the window; without one, the first day of the year of the pack's stated date (or of loading)."""
    if terms.window_from is not None:
        return terms.window_from
    return date((pack.stated_date or day).year, 1, 1)


@transaction.atomic
def publish_policy_version(*, actor: Membership, version: PolicyVersion, day: date) -> PolicyVersion:
    """Put a draft in force; the version before it ends on the day before the new one begins.

    Raises PermissionRefused (the drafter, or no approver), TransitionRefused, RuleViolation VERSIONS_OVERLAP.
    """
    check_can_publish_policy_version(actor, version)
    _end_predecessor(actor, version, day)
    try:
        with transaction.atomic():
            move(version, "publish", actor=actor, day=day, with_fields={"published_by": actor.user, "published_on": day},
                 changes={"policy": version.policy.code, "digest": version.digest})  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation(
            "VERSIONS_OVERLAP", f"{version} 与已发布的版本生效期重叠", "请先停用原版本，或调整生效日期后重新起草"
        ) from error
    return version


def _end_predecessor(actor: Membership, version: PolicyVersion, day: date) -> None:
    earlier = PolicyVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=version.effective_from),
        policy=version.policy_id, status=PolicyVersion.Status.PUBLISHED, effective_from__lt=version.effective_from,
    ).exclude(pk=version.pk)  # fmt: skip
    last_day = version.effective_from - ONE_DAY
    for predecessor in earlier:
        PolicyVersion.objects.filter(pk=predecessor.pk).update(effective_to=last_day)
        record_event(actor=actor, code="policy_version.ended", subject=predecessor, day=day,
                     changes={"effective_to": last_day.isoformat(), "successor": version.number})  # fmt: skip


@transaction.atomic
def retire_policy_version(*, actor: Membership, version: PolicyVersion, day: date, reason: str = "") -> PolicyVersion:
    """Take a published version out of use; batches that were computed under it keep it.

    Raises PermissionRefused, TransitionRefused.
    """
    check_can_retire_policy_version(actor, version)
    move(version, "retire", actor=actor, day=day, note=reason)
    return version


def titles_named(terms: PolicyTerms, *, bureau_id: int) -> dict[str, str]:
    """Code -> title of the bureau's other policies that the terms name, for people who know no codes."""
    codes = terms.named_codes()
    found = Policy.objects.filter(bureau_id=bureau_id, code__in=codes) if codes else Policy.objects.none()
    return dict(found.values_list("code", "title"))


def version_in_force(policy: Policy, on: date) -> PolicyVersion | None:
    """The published version of a family on a day."""
    return (
        policy.versions.filter(status=PolicyVersion.Status.PUBLISHED, effective_from__lte=on)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on))
        .first()
    )
