"""每月在岗确认: a month as the rows say it, what changed, confirming it; and what was confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused
from api.fields import Body, Out
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import Enterprise, HeadcountConfirmation, Role
from park_workers.permissions import check_role
from park_workers.services.changed_months import changed_months
from park_workers.services.headcount_confirmations import (
    MonthToConfirm,
    confirm_headcount,
    confirm_until,
    due_month,
    month_to_confirm,
)
from park_workers.services.month_lists import KINDS, month_of

MONTH = r"20\d\d-(0[1-9]|1[0-2])"


class HeadcountOut(Out):
    """What was confirmed of a month: start + joined − left = end."""

    enterprise_name = serializers.CharField(source="enterprise.name")
    month = serializers.SerializerMethodField()

    class Meta:
        model = HeadcountConfirmation
        fields = ["id", "enterprise", "enterprise_name", "month", "edition", "confirmed_on", "heads_at_start", "joined", "left",
                  "heads_at_end", "front_line", "digest"]  # fmt: skip

    def get_month(self, found: HeadcountConfirmation) -> str:
        return f"{found.month:%Y-%m}"


class ChangeOut(serializers.Serializer):
    """One employment that is otherwise than at the last confirmation, or than at the month's beginning."""

    kind = serializers.CharField()
    kind_label = serializers.SerializerMethodField()
    employment = serializers.IntegerField()

    def get_kind_label(self, change: Any) -> str:
        return KINDS[change.kind]


class MonthOut(serializers.Serializer):
    """A month as the rows say it now; quote `digest` to confirm it."""

    month = serializers.CharField()
    until = serializers.DateField(help_text="the last day on which it is confirmed in time")
    heads_at_start = serializers.IntegerField()
    joined = serializers.IntegerField()
    left = serializers.IntegerField()
    heads_at_end = serializers.IntegerField()
    front_line = serializers.IntegerField()
    digest = serializers.CharField()
    is_confirmed = serializers.BooleanField(help_text="confirmed, and unchanged since")
    has_changed_since = serializers.BooleanField(help_text="confirmed once, and changed since")
    changes = ChangeOut(many=True)
    changed_months = serializers.ListField(
        child=serializers.CharField(),
        help_text="confirmed months that are otherwise now, the oldest first; confirm them again",
    )


class HeadcountForm(Body):
    """The month, and the digest of the list that was looked at."""

    month = serializers.RegexField(f"^{MONTH}$", help_text="如 2026-10")
    digest = serializers.RegexField("^[0-9a-f]{64}$", help_text="GET headcounts/month/ 的 digest")


class HeadcountFilter(django_filters.FilterSet):
    """By enterprise and month."""

    search = search_by("企业（汉字、全拼或首字母）", organisations=("enterprise__organisation",))
    enterprise = django_filters.NumberFilter(field_name="enterprise_id")
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")

    class Meta:
        model = HeadcountConfirmation
        fields = ["search", "enterprise", "month_from", "month_to"]


def shown_month(state: MonthToConfirm, day: date) -> dict[str, Any]:
    """The answer about a month."""
    figures = state.now.figures
    changed = changed_months(enterprise_id=state.enterprise_id, day=day)
    answer: dict[str, Any] = MonthOut(
        {
            "month": f"{state.now.month:%Y-%m}", "until": confirm_until(state.now.month), "heads_at_start": figures.at_start,
            "joined": figures.joined, "left": figures.left, "heads_at_end": figures.at_end, "front_line": figures.front_line,
            "digest": state.now.digest, "is_confirmed": state.is_confirmed, "has_changed_since": state.has_drifted,
            "changes": state.changes, "changed_months": [f"{one.month:%Y-%m}" for one in changed],
        }
    ).data  # fmt: skip
    return answer


class Headcounts(ReadResource):
    """Confirmations; an enterprise sees its own."""

    queryset = HeadcountConfirmation.objects.select_related("enterprise__organisation").defer("people")
    serializer_class = HeadcountOut
    filterset_class = HeadcountFilter
    judges_questions = frozenset({"month"})

    def _own(self) -> Enterprise:
        check_role(self.member, frozenset({Role.ENTERPRISE_HR}), "在岗确认")
        return Enterprise.objects.get(pk=self.member.organisation_id)

    @extend_schema(
        responses=MonthOut, filters=False,
        parameters=[OpenApiParameter("month", str, description="如 2026-10；不填为现在应确认的月份", pattern=f"^{MONTH}$")],
    )  # fmt: skip
    @action(detail=False, pagination_class=None)
    def month(self, request: Request) -> Response:
        """A month of the own enterprise as it stands, with what changed and the digest to confirm it by."""
        enterprise = self._own()
        asked = request.query_params.get("month", "")
        month = month_in(asked, due_month(self.day))
        return Response(shown_month(month_to_confirm(enterprise_id=enterprise.pk, month=month), self.day))

    @extend_schema(request=HeadcountForm, responses={201: HeadcountOut})
    def create(self, request: Request) -> Response:
        """Confirm who was there (确认在岗); the same list again is the same confirmation."""
        form, enterprise = self.body(HeadcountForm), self._own()
        done = confirm_headcount(
            actor=self.member, enterprise=enterprise, month=date.fromisoformat(f"{form['month']}-01"),
            seen_digest=form["digest"], day=self.day,
        )  # fmt: skip
        return self.shown(self.again(done), 201)


def month_in(text: str, usual: date) -> date:
    """The month asked for, or the usual one; raises FormRefused for what is none, or is still to come."""
    if not text:
        return usual
    try:
        found = month_of(date.fromisoformat(f"{text}-01"))
    except ValueError:
        found = date.max
    if found > usual or len(text) != 7:
        raise FormRefused(
            [
                {
                    "field": "month",
                    "code": "invalid",
                    "message": "没有这个月份，或还没有结束",
                    "fix": "请写成 2026-10 的样子",
                }
            ]
        )
    return found
