"""评分标准: drafted, published by a second person, from then on never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from park_workers.foundation.audit import record_event, sm3
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from training.models import Rubric, RubricVersion
from training.panel_scores import FULL
from training.permissions import check_can_draft_rubrics, check_can_publish_rubric, check_can_retire_rubric

MOST_ITEMS, MOST_GRADES, MOST_MARKS = 12, 6, 1_000


def judged_items(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Items with keys of their own (item-1, item-2 …); raises RuleViolation: names, whole marks, weights that make 100 %."""
    found = []
    for place, item in enumerate(items, start=1):
        label, marks, weight = str(item["label"]).strip()[:40], item["max_marks"], item["weight"]
        if not label:
            raise RuleViolation("ITEM_NAMELESS", f"第 {place} 项没有名称", "请填写评分项名称")
        if not 1 <= marks <= MOST_MARKS or not 1 <= weight <= 100:
            raise RuleViolation("ITEM_OUT_OF_RANGE", f"“{label}”的满分或权重超出范围", "满分 1 至 1000，权重 1 至 100")
        found.append({"key": f"item-{place}", "label": label, "max_marks": marks, "weight": weight})
    if not 1 <= len(found) <= MOST_ITEMS:
        raise RuleViolation("ITEMS_MISSING", f"评分项须为 1 至 {MOST_ITEMS} 项", "请填写评分项")
    total = sum(item["weight"] for item in found)
    if total != 100:
        raise RuleViolation("WEIGHTS_NOT_100", f"权重合计 {total}%，应为 100%", "请调整各项权重")
    return found


def judged_grades(grades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Grades from the best down; raises RuleViolation: names and pass lines that differ, within 0 and 100 points."""
    found = [{"name": str(one["name"]).strip()[:20], "pass_line": one["pass_line"]} for one in grades]
    names, lines = {one["name"] for one in found}, {one["pass_line"] for one in found}
    if not 1 <= len(found) <= MOST_GRADES or "" in names:
        raise RuleViolation("GRADES_MISSING", f"等次须为 1 至 {MOST_GRADES} 个，并有名称", "请填写等次和合格线")
    if len(names) < len(found) or len(lines) < len(found):
        raise RuleViolation("GRADES_ALIKE", "等次名称或合格线有重复", "请区分各等次")
    if not all(0 < line <= FULL for line in lines):
        raise RuleViolation("PASS_LINE_OUT_OF_RANGE", "合格线须大于 0、不超过 100 分", "请核对合格线")
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

    Raises PermissionRefused, RuleViolation.
    """
    check_can_draft_rubrics(actor)
    if not trade.strip():
        raise RuleViolation("TRADE_MISSING", "没有填写工种", "请选择工种")
    if mean_kind not in RubricVersion.Mean.values:
        raise RuleViolation("MEAN_UNKNOWN", "没有选择合成方法", "请选择平均方法")
    if not 0 < outlier_allowance <= FULL:
        raise RuleViolation("ALLOWANCE_OUT_OF_RANGE", "离群允许差须大于 0、不超过 100 分", "请核对允许差")
    rubric, _ = Rubric.objects.get_or_create(
        bureau=actor.organisation, trade=trade.strip()[:40], defaults={"recorded_by": actor}
    )
    newest = rubric.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = RubricVersion(
        status=RubricVersion.Status.DRAFT, rubric=rubric, number=newest + 1, items=judged_items(items),
        grades=judged_grades(grades), mean_kind=mean_kind, outlier_allowance=outlier_allowance, basis=basis.strip()[:200],
        drafted_by=actor.user, recorded_by=actor,
    )  # fmt: skip
    version.digest = rubric_digest(version)
    version.save()
    record_event(
        actor=actor, code="rubric_version.drafted", subject=version, to_state=version.status, day=day,
        changes={"trade": rubric.trade, "number": version.number, "digest": version.digest},
    )  # fmt: skip
    return version


@transaction.atomic
def publish_rubric(*, actor: Membership, version: RubricVersion, day: date) -> RubricVersion:
    """A second person publishes; the version published before is retired.  Raises PermissionRefused, TransitionRefused."""
    check_can_publish_rubric(actor, version)
    for earlier in version.rubric.versions.filter(status=RubricVersion.Status.PUBLISHED):
        move(earlier, "retire", actor=actor, day=day)
    fields = {"published_by": actor.user, "published_on": day}
    move(version, "publish", actor=actor, day=day, changes={"digest": version.digest}, with_fields=fields)
    return version


@transaction.atomic
def retire_rubric(*, actor: Membership, version: RubricVersion, day: date) -> RubricVersion:
    """No new round uses the version; rounds that have begun go on with it.  Raises PermissionRefused, TransitionRefused."""
    check_can_retire_rubric(actor, version)
    move(version, "retire", actor=actor, day=day)
    return version
