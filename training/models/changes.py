"""名册变更申请: after the filing a roster changes only by a request that the bureau has granted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Role, User, Worker
from park_workers.models.recorded import RecordedModel
from training.models.classes import Enrolment, TrainingClass

BASE, BUREAU = (Role.BASE_CLERK.value,), (Role.CLERK.value,)


class ClassChangeRequestQuerySet(models.QuerySet["ClassChangeRequest"]):
    """Requests, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ClassChangeRequestQuerySet:
        """Of the classes that are seen from there."""
        seen = TrainingClass.objects.visible_to(membership)
        return self.filter(training_class__in=seen)


class ClassChangeRequest(StatefulModel, RecordedModel):
    """A person more, a person less, or one in another's place."""

    class Kind(models.TextChoices):
        ADD = "add", "增补"
        REMOVE = "remove", "退出"
        REPLACE = "replace", "替换"

    class Status(models.TextChoices):
        WAITING = "waiting", "待决定"
        GRANTED = "granted", "已同意"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "grant": Transition(("waiting",), "granted", BUREAU, "同意变更"),
        "refuse": Transition(("waiting",), "refused", BUREAU, "不同意变更"),
        "withdraw": Transition(("waiting",), "withdrawn", BASE, "撤回变更"),
    }
    EVENT_NAME: ClassVar[str] = "class_change"

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="changes", verbose_name="班次")
    kind = models.CharField("变更", max_length=8, choices=Kind)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, related_name="changes", verbose_name="退出的学员"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+", verbose_name="增补的人员")
    reason = WordsField("原因", max_length=200)
    asked_on = models.DateField("申请日期")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decision_note = WordsField("决定说明", max_length=200, blank=True, default="")
    request_id = models.CharField("请求编号", max_length=80)

    objects: ClassVar[ClassChangeRequestQuerySet] = ClassChangeRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "名册变更申请"
        indexes = [models.Index(fields=["status", "asked_on"], name="class_change_queue")]
        constraints = [
            models.UniqueConstraint(fields=["training_class", "request_id"], name="one_change_per_request"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(status="waiting"), name="one_waiting_change_per_seat"
            ),
            models.UniqueConstraint(
                fields=["training_class", "worker"], condition=Q(status="waiting"), name="one_waiting_change_per_person"
            ),
            models.CheckConstraint(
                name="change_names_its_people",
                condition=Q(kind="add", worker__isnull=False, enrolment__isnull=True)
                | Q(kind="remove", worker__isnull=True, enrolment__isnull=False)
                | Q(kind="replace", worker__isnull=False, enrolment__isnull=False),
            ),
            models.CheckConstraint(name="change_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="change_decided_by_another",
                condition=~Q(status__in=("granted", "refused"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decision_note="") & ~Q(decided_by=F("asked_by"))),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.training_class_id} {self.kind}"
