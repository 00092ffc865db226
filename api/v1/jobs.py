"""Background work (后台任务): one's own, or the bureau's."""

from __future__ import annotations

from rest_framework import serializers

from api.fields import STATEFUL, StatefulOut
from api.resource import ReadResource
from park_workers.foundation.jobs import Job


class JobOut(StatefulOut):
    """A job and how far it is; `reason` says why one has failed."""

    percent = serializers.IntegerField()

    class Meta:
        model = Job
        fields = ["id", *STATEFUL, "kind", "subject_kind", "subject_id", "done", "total", "percent", "attempt", "result",
                  "reason", "recorded_at", "finished_at"]  # fmt: skip


class Jobs(ReadResource):
    """Jobs; done exactly once, or failed with a reason."""

    queryset = Job.objects.all()
    serializer_class = JobOut
    filterset_fields = {"status": ["exact"], "kind": ["exact"]}
