"""用工需求 (demand for labour): posted by an enterprise or by a clerk in its name; bases see the open ones."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, MoneyField, NumberField, OptionalReason, Reason, StatefulOut
from api.filters import search_by
from api.idempotency import key_of
from api.resource import ReadResource, step
from park_workers.models import Enterprise
from training.models import LabourDemand
from training.services.demand_board import demand_figures
from training.services.demands import MOST_HEADS, DemandTerms, end_demand, post_demand


class DemandOut(StatefulOut):
    """A demand: wages in yuan a month; `seats` of classes opened to order, of whom so many `passed`."""

    enterprise_name = serializers.CharField(source="enterprise.organisation.name")
    wage_from = MoneyField(source="wage_from_fen", allow_null=True)
    wage_to = MoneyField(source="wage_to_fen", allow_null=True)
    seats = serializers.SerializerMethodField()
    passed = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = LabourDemand
        fields = ["id", "reference", *STATEFUL, "enterprise", "enterprise_name", "trade", "level", "heads", "wage_from",
                  "wage_to", "posted_on", "needed_by", "has_dormitory", "has_meals", "note", "ended_on", "end_reason", "seats",
                  "passed", "missing"]  # fmt: skip

    def _figures(self, demand: LabourDemand) -> Any:
        """Of the whole page at once."""
        known = self.context.setdefault("demand_figures", {})
        if demand.pk not in known:
            page = self.parent.instance if self.parent is not None else [demand]
            known.update(demand_figures(list(page) if isinstance(page, list) else [demand]))
            known.setdefault(demand.pk, demand_figures([demand])[demand.pk])
        return known[demand.pk]

    def get_seats(self, demand: LabourDemand) -> int:
        return int(self._figures(demand).seats)

    def get_passed(self, demand: LabourDemand) -> int:
        return int(self._figures(demand).passed)

    def get_missing(self, demand: LabourDemand) -> int:
        return int(self._figures(demand).missing)


class DemandForm(Body):
    """Whom an enterprise looks for; enterprise staff post for their own enterprise and leave `enterprise` out."""

    enterprise = NumberField(required=False)
    trade = serializers.CharField(max_length=40)
    level = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=5,
        help_text="最低级别，5 为五级；空为不限",
    )
    heads = serializers.IntegerField(min_value=1, max_value=MOST_HEADS)
    wage_from = MoneyField(required=False, allow_null=True, default=None)
    wage_to = MoneyField(required=False, allow_null=True, default=None)
    needed_by = DayField()
    has_dormitory = serializers.BooleanField(required=False, default=False)
    has_meals = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class DemandFilter(django_filters.FilterSet):
    """By state, enterprise, trade and day."""

    search = search_by(
        "企业、工种或需求编号", columns=("trade",), organisations=("enterprise__organisation",), exact=("reference",)
    )
    needed_from = django_filters.DateFilter(field_name="needed_by", lookup_expr="gte")
    needed_to = django_filters.DateFilter(field_name="needed_by", lookup_expr="lte")

    class Meta:
        model = LabourDemand
        fields = ["search", "status", "enterprise", "trade", "needed_from", "needed_to"]


class Demands(ReadResource):
    """Demands; an enterprise sees its own, a base the open ones and those it has a class for."""

    queryset = LabourDemand.objects.select_related("enterprise__organisation")
    serializer_class = DemandOut
    filterset_class = DemandFilter
    quoting_version = frozenset({"withdraw", "fill", "close"})
    subject = "demand"

    @extend_schema(request=DemandForm, responses={201: DemandOut})
    def create(self, request: Request) -> Response:
        """Post a demand (发布用工需求)."""
        form = self.body(DemandForm)
        enterprise = self.named("enterprise", Enterprise.objects.all(), self.enterprise_wanted(form))
        terms = DemandTerms(wage_from_fen=form.pop("wage_from"), wage_to_fen=form.pop("wage_to"), **form)
        demand = post_demand(
            actor=self.member, enterprise=enterprise, terms=terms, day=self.day, request_id=key_of(request)
        )
        return self.shown(demand, 201)

    @step("withdraw", body=OptionalReason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back (撤回需求)."""
        return self.take(end_demand, OptionalReason, action="withdraw")

    @step("fill", body=OptionalReason)
    def fill(self, request: Request, pk: str) -> Response:
        """Mark it as filled (标为招满)."""
        return self.take(end_demand, OptionalReason, action="fill")

    @step("close", body=Reason)
    def close(self, request: Request, pk: str) -> Response:
        """Close it with a reason (关闭需求), for a clerk."""
        return self.take(end_demand, Reason, action="close")
