"""评分标准: drafted, published by a second person, from then on never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from park_workers.foundation.audit import record_event, sm3
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import Rubric, RubricVersion
from training.panel_scores import FULL
from training.permissions import check_can_draft_rubrics, check_can_publish_rubric, check_can_retire_rubric

MOST_ITEMS, MOST_GRADES, MOST_MARKS = 12, 6, 1_000


def judged_items(items: Sequence[Mapping[str, Any]], problems: list[Problem]) -> list[dict[str, Any]]:
    """Items with keys of their own (item-1, item-2 …); problems: names, whole marks, weights that make 100 %."""
    found = []
    for place, item in enumerate(items, start=1):
        label, marks, weight = str(item["label"]).strip()[:40], item["max_marks"], item["weight"]
        if not label:
            problems.append(Problem("items", "ITEM_NAMELESS", f"第 {place} 项没有名称", "请填写评分项名称"))
        elif not 1 <= marks <= MOST_MARKS or not 1 <= weight <= 100:
            fix = f"满分 1 至 {MOST_MARKS}，权重 1 至 100"
            problems.append(Problem("items", "ITEM_OUT_OF_RANGE", f"“{label}”的满分或权重超出范围", fix))
        found.append({"key": f"item-{place}", "label": label, "max_marks": marks, "weight": weight})
    total = sum(item["weight"] for item in found)
    if not 1 <= len(found) <= MOST_ITEMS:
        problems.append(Problem("items", "ITEMS_MISSING", f"评分项须为 1 至 {MOST_ITEMS} 项", "请填写评分项"))
    elif total != 100:
        problems.append(Problem("items", "WEIGHTS_NOT_100", f"权重合计 {total}%，应为 100%", "请调整各项权重"))
    return found


def judged_grades(grades: Sequence[Mapping[str, Any]], problems: list[Problem]) -> list[dict[str, Any]]:
    """Grades from the best down; problems: names and pass lines that differ, within 0 and 100 points."""
    found = [{"name": str(one["name"]).strip()[:20], "pass_line": one["pass_line"]} for one in grades]
    names, lines = {one["name"] for one in found}, {one["pass_line"] for one in found}
    if not 1 <= len(found) <= MOST_GRADES or "" in names:
        fix = "请填写等次和合格线"
        problems.append(Problem("grades", "GRADES_MISSING", f"等次须为 1 至 {MOST_GRADES} 个，并有名称", fix))
    elif len(names) < len(found) or len(lines) < len(found):
        problems.append(Problem("grades", "GRADES_ALIKE", "等次名称或合格线有重复", "请区分各等次"))
    if not all(0 < line <= FULL for line in lines):
        message = "合格线须大于 0、不超过 100 分"
        problems.append(Problem("grades", "PASS_LINE_OUT_OF_RANGE", message, "请核对合格线"))
    return sorted(found, key=lambda one: -one["pass_line"])


def rubric_digest(version: RubricVersion) -> str:
    """SM3 over everything that decides a total or a grade."""
    content = [version.items, version.grades, version.mean_kind, version.outlier_allowance]
    return sm3(json.dumps(content, ensure_ascii=False, sort_keys=True))


@transaction.atomic
def draft_rubric_version(
    *, actor: Membership, trade: str, items: Sequence[Mapping[str, Any]], grades: Sequence[Mapping[str, Any]],
    mean_kind: str, outlier_allowance: int, basis: str, day: date,
) -> RubricVersion:  # fmt: skip
    """The next version of a trade's rubric.  Pass lines and allowance are hundredths of a point, weights percent.

    Raises PermissionRefused, FieldsInvalid with every wrong field.
    """
    check_can_draft_rubrics(actor)
    problems: list[Problem] = []
    if not trade.strip():
        problems.append(Problem("trade", "TRADE_MISSING", "没有填写工种", "请选择工种"))
    if mean_kind not in RubricVersion.Mean.values:
        problems.append(Problem("mean_kind", "MEAN_UNKNOWN", "没有选择合成方法", "请选择平均方法"))
    if not 0 < outlier_allowance <= FULL:
        message = "离群允许差须大于 0、不超过 100 分"
        problems.append(Problem("outlier_allowance", "ALLOWANCE_OUT_OF_RANGE", message, "请核对允许差"))
    judged = judged_items(items, problems), judged_grades(grades, problems)
    if problems:
        raise FieldsInvalid(problems)
    rubric, _ = Rubric.objects.get_or_create(
        bureau=actor.organisation, trade=trade.strip()[:40], defaults={"recorded_by": actor}
    )
    newest = rubric.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = RubricVersion(
        status=RubricVersion.Status.DRAFT, rubric=rubric, number=newest + 1, items=judged[0], grades=judged[1],
        mean_kind=mean_kind, outlier_allowance=outlier_allowance, basis=basis.strip()[:200], drafted_by=actor.user,
        recorded_by=actor,
    )  # fmt: skip
    version.digest = rubric_digest(version)
    version.save()
    record_event(
        actor=actor, code="rubric_version.drafted", subject=version, to_state=version.status, day=day,
        changes={"trade": rubric.trade, "number": version.number, "digest": version.digest},
    )  # fmt: skip
    return version


@transaction.atomic
def publish_rubric(
    *, actor: Membership, version: RubricVersion, day: date, seen_version: int | None = None
) -> RubricVersion:
    """A second person publishes; the version published before is retired.  Raises PermissionRefused, TransitionRefused."""
    check_can_publish_rubric(actor, version)
    for earlier in version.rubric.versions.filter(status=RubricVersion.Status.PUBLISHED):
        move(earlier, "retire", actor=actor, day=day)
    fields = {"published_by": actor.user, "published_on": day}
    move(version, "publish", actor=actor, day=day, seen_version=seen_version, changes={"digest": version.digest},
         with_fields=fields)  # fmt: skip
    return version


@transaction.atomic
def retire_rubric(
    *, actor: Membership, version: RubricVersion, day: date, seen_version: int | None = None
) -> RubricVersion:
    """No new round uses the version; rounds that have begun go on with it.  Raises PermissionRefused, TransitionRefused."""
    check_can_retire_rubric(actor, version)
    move(version, "retire", actor=actor, day=day, seen_version=seen_version)
    return version
