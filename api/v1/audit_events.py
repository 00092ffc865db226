"""The audit log (审计日志): read by the auditor and the log administrator, written by nobody here."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework.request import Request

from api.fields import Out
from api.filters import MomentFilter, search_by
from api.resource import ReadResource
from api.visibility import LOG_READERS
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused


class AuditEventOut(Out):
    """One change: who, what, on what, from which state to which; masked."""

    class Meta:
        model = AuditEvent
        fields = ["id", "recorded_at", "code", "role", "actor_label", "subject_kind", "subject_id", "from_state", "to_state",
                  "business_day", "note", "changes", "request_id"]  # fmt: skip


class AuditEventFilter(django_filters.FilterSet):
    """By what happened, to what, when, by whom."""

    search = search_by("办理人、说明或请求编号", columns=("actor_label", "note"), exact=("request_id",))
    code = django_filters.CharFilter(lookup_expr="startswith", max_length=80)
    subject_kind = django_filters.CharFilter(max_length=80)
    recorded_from = MomentFilter(field_name="recorded_at", lookup_expr="gte")
    recorded_to = MomentFilter(field_name="recorded_at", lookup_expr="lt")

    class Meta:
        model = AuditEvent
        fields = ["search", "code", "subject_kind", "subject_id", "role", "recorded_from", "recorded_to"]


class AuditEvents(ReadResource):
    """Events, the newest first."""

    queryset = AuditEvent.objects.all()
    serializer_class = AuditEventOut
    filterset_class = AuditEventFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A page of the log."""
        if self.member.role not in LOG_READERS:
            raise PermissionRefused("ROLE_NOT_ALLOWED", "您的岗位不能查看审计日志", "请由审计人员或日志管理员查看")
        return super().list(request, *args, **kwargs)
