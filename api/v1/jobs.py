"""Background work (后台任务): one's own, or the bureau's."""

from __future__ import annotations

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from park_workers.foundation.jobs import Job
from park_workers.services.background_work import repeat_job


class JobOut(StatefulOut):
    """A job and how far it is; `reason` says why one has failed."""

    percent = serializers.IntegerField()

    class Meta:
        model = Job
        fields = ["id", *STATEFUL, "kind", "subject_kind", "subject_id", "done", "total", "percent", "attempt", "result",
                  "reason", "recorded_at", "finished_at"]  # fmt: skip


class JobFilter(django_filters.FilterSet):
    """By state and kind."""

    search = search_by("种类或失败原因", columns=("kind", "reason"))

    class Meta:
        model = Job
        fields = ["search", "status", "kind"]


class Jobs(ReadResource):
    """Jobs; done exactly once, or failed with a reason."""

    queryset = Job.objects.all()
    serializer_class = JobOut
    filterset_class = JobFilter

    @step("repeat", answer=JobOut, code=201)
    def repeat(self, request: Request, pk: str) -> Response:
        """Do failed work again (重新执行) where that is safe; the failed job stays as it is, the answer is the new one."""
        again = repeat_job(actor=self.member, job=self.get_object())
        return self.shown(self.again(again), 201)
