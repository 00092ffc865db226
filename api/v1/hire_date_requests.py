"""入职日期更正申请: asked by an enterprise once a batch has judged the old date, decided by a clerk."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, DayField, NumberField, OptionalReason, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from park_workers.models import Employment, HireDateRequest
from park_workers.services.hire_date_requests import ask_hire_date, decide_hire_date, withdraw_hire_date_request


class HireDateRequestOut(StatefulOut):
    """`before` was recorded when it was asked, `hired_on` is asked for."""

    worker = PersonOut(source="employment.worker")
    enterprise = serializers.IntegerField(source="employment.enterprise_id")

    class Meta:
        model = HireDateRequest
        fields = ["id", "reference", *STATEFUL, "employment", "worker", "enterprise", "before", "hired_on", "reason", "asked_on",
                  "decided_on", "decision_note"]  # fmt: skip


class HireDateRequestForm(Reason):
    """Of which employment, which date, and what proves it."""

    employment = NumberField()
    hired_on = DayField()


class HireDateRequestFilter(django_filters.FilterSet):
    """By state, employment, enterprise and day."""

    search = search_by(
        "姓名（汉字、全拼或首字母）、证件末四位或申请编号", people=("employment__worker",), exact=("reference",)
    )
    enterprise = django_filters.NumberFilter(field_name="employment__enterprise_id")
    asked_from = django_filters.DateFilter(field_name="asked_on", lookup_expr="gte")
    asked_to = django_filters.DateFilter(field_name="asked_on", lookup_expr="lte")

    class Meta:
        model = HireDateRequest
        fields = ["search", "status", "employment", "enterprise", "asked_from", "asked_to"]


class HireDateRequests(ReadResource):
    """Until a batch has judged it the enterprise corrects the date itself: `employments/<id>/correct-hire-date/`."""

    queryset = HireDateRequest.objects.select_related("employment__worker", "employment__enterprise__organisation")
    serializer_class = HireDateRequestOut
    filterset_class = HireDateRequestFilter
    quoting_version = frozenset({"grant", "refuse", "withdraw"})
    subject = "asked"

    @extend_schema(request=HireDateRequestForm, responses={201: HireDateRequestOut})
    def create(self, request: Request) -> Response:
        """Ask for another hire date (申请更正入职日期)."""
        form = self.body(HireDateRequestForm)
        employment = self.named("employment", Employment.objects.all(), form.pop("employment"))
        asked = ask_hire_date(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(asked), 201)

    @step("grant", body=OptionalReason)
    def grant(self, request: Request, pk: str) -> Response:
        """Correct the date as asked, for a clerk of the enterprise's bureau."""
        return self.take(decide_hire_date, OptionalReason, is_granted=True)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse with a reason, which the enterprise reads."""
        return self.take(decide_hire_date, Reason, is_granted=False)

    @step("withdraw")
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before it is decided."""
        return self.take(withdraw_hire_date_request)
