"""Background work (后台任务): one's own, or the bureau's."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import STATEFUL, StatefulOut
from api.filters import search_by
from api.resource import ReadResource
from park_workers.foundation.jobs import Job


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
