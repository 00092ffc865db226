"""Knots of learning and work: registered, trained, assessed, certified, hired, contracts, posts, left."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.urls import reverse

from pages.desk.thread.knots import Knot, Sources, who_recorded
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Employment, WorkerRegistration
from training.models import EarlierTraining, Enrolment

LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级", 5: "五级"}
FRONT_LINE: dict[bool | None, str] = {True: "一线", False: "非一线", None: ""}
UPLOAD = ("upload__file", "recorded_by__user")


def registered(people: Collection[int], sources: Sources) -> Iterator[Knot]:
    """Entered in the park's register."""
    rows = WorkerRegistration.objects.filter(worker__in=people).select_related("enterprise__organisation", *UPLOAD)
    for row in rows:
        words = [row.get_method_display(), row.trade, FRONT_LINE[row.is_front_line]]
        yield Knot(
            row.registered_on, f"采集登记：{row.enterprise.name}", "edit", text="，".join(filter(None, words)), order=1,
            who=who_recorded(row), **sources.of(row.upload, row.get_method_display()),
        )  # fmt: skip


def trained(people: Collection[int], sources: Sources) -> Iterator[Knot]:
    """Classes with result and certificate, and the earlier task force's list."""
    for earlier in EarlierTraining.objects.filter(worker__in=people).select_related(*UPLOAD):
        text = "，".join(filter(None, (earlier.trade, earlier.enterprise_name)))
        yield Knot(
            earlier.trained_on, "参加专班培训", "school", text=text, order=2, who=who_recorded(earlier),
            **sources.of(earlier.upload),
        )  # fmt: skip
    enrolments = Enrolment.objects.on_roster().filter(worker__in=people)
    enrolments = enrolments.exclude(training_class__status__in=("draft", "returned", "cancelled"))
    enrolments = enrolments.select_related("training_class__base__organisation", "assessment__certificate", *UPLOAD)
    enrolments = enrolments.prefetch_related(
        "assessment__amendments__proposed_by", "assessment__amendments__decided_by"
    )
    for enrolment in enrolments:
        yield from _class_of(enrolment, sources)


def _class_of(enrolment: Enrolment, sources: Sources) -> Iterator[Knot]:
    one = enrolment.training_class
    common: dict[str, Any] = {"who": who_recorded(enrolment), **sources.of(enrolment.upload)}
    yield Knot(
        one.starts_on, f"培训开班：{one.base} {one.number}", "school", order=2,
        text=f"{one.trade} {LEVELS[one.level]}，至 {one.ends_on}，学时 {enrolment.attended_hours} / {one.planned_hours}",
        **common,
    )  # fmt: skip
    assessment = getattr(enrolment, "assessment", None)
    if assessment is None:
        return
    marks = [("理论", assessment.theory_score), ("实操", assessment.practice_score)]
    text = "，".join(f"{name} {mark} 分" for name, mark in marks if mark is not None)
    role = {"合格": "good", "不合格": "bad"}.get(assessment.verdict, "wait")
    yield Knot(one.ends_on, f"考核{assessment.verdict}", "certificate", role, text, order=3, **common)
    certificate = getattr(assessment, "certificate", None)
    if certificate is not None:
        text = f"{certificate.trade} {LEVELS[certificate.level]}，证书编号 {certificate.number}"
        yield Knot(
            certificate.issued_on, "取得证书", "certificate", "good", text, order=4, **common, **_at(certificate)
        )
    yield from _amended(assessment)


def _at(certificate: Any) -> dict[str, Any]:
    return {"href": reverse("certificate", args=[certificate.pk]), "link": "查看证书"}


def _amended(assessment: Any) -> Iterator[Knot]:
    """Corrections and revocations in force, on the day they came into force."""
    for one in assessment.amendments.all():
        if one.status == "confirmed":
            role = "bad" if one.kind in ("revocation", "completion") else "calm"
            who = f"{one.proposed_by}提出，{one.decided_by}确认"
            href = reverse("amendment", args=[one.pk])
            yield Knot(
                one.decided_on,
                one.get_kind_display(),
                "edit",
                role,
                one.reason,
                who=who,
                href=href,
                link="查看",
                order=4,
            )


def employed(people: Collection[int], sources: Sources) -> Iterator[Knot]:
    """Hires, later contracts and posts, leavings."""
    rows = (
        Employment.objects.filter(worker__in=people)
        .select_related("enterprise__organisation", "introducer", *UPLOAD)
        .prefetch_related("contracts", "posts")
    )
    spans = list(rows)
    left = _left_by_hand(spans)
    for row in spans:
        yield from _span(row, sources, left.get(row.pk, {}))


def _left_by_hand(spans: list[Employment]) -> dict[int, dict[str, str]]:
    """Who recorded a leaving one by one, not with a file: the file of the hire says nothing about it."""
    events = AuditEvent.objects.filter(
        subject_kind=Employment._meta.label, subject_id__in=[row.pk for row in spans], code="employment.left"
    ).order_by("pk")
    return {
        event.subject_id: {"source": "登记离职", "source_href": "", "who": event.actor_label.split("（")[0]}
        for event in events
        if event.subject_id is not None
    }


def _span(row: Employment, sources: Sources, left: dict[str, str]) -> Iterator[Knot]:
    contracts = sorted(row.contracts.all(), key=lambda one: one.starts_on)
    posts = sorted(row.posts.all(), key=lambda one: one.starts_on)
    firm, href = row.enterprise.name, reverse("enterprise", args=[row.enterprise_id])
    common: dict[str, Any] = {"who": who_recorded(row), **sources.of(row.upload, row.get_source_display())}
    first = [_post_words(posts[0])] if posts else []
    first += [_contract_words(contracts[0])] if contracts else []
    first += [f"引工人 {row.introducer}"] if row.introducer else []
    yield Knot(
        row.hired_on,
        f"入职：{firm}",
        "user-plus",
        "brand",
        "；".join(first),
        href=href,
        link="查看企业",
        order=5,
        **common,
    )
    for contract in contracts[1:]:
        yield Knot(
            contract.starts_on, f"续签合同：{firm}", "file-text", text=_contract_words(contract), order=6, **common
        )
    for post in posts[1:]:
        yield Knot(post.starts_on, f"调整岗位：{firm}", "switch-horizontal", text=_post_words(post), order=6, **common)
    if row.left_on is not None:
        text = row.leave_reason or "未注明原因"
        yield Knot(row.left_on, f"离职：{firm}", "user-minus", "wait", f"最后在职日；{text}", order=7, **common | left)


def _contract_words(contract: Any) -> str:
    until = f"至 {contract.ends_on}" if contract.ends_on else "无固定期限"
    return f"{contract.form} {contract.starts_on} {until}"


def _post_words(post: Any) -> str:
    return f"{post.trade or '未注明工种'}（{'一线' if post.is_front_line else '非一线'}）"
