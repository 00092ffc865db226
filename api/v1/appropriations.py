"""Money received, reserved and paid (资金)."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, MoneyField, Out
from api.filters import Filters, search_by
from api.resource import ReadResource
from subsidies.models import Appropriation
from subsidies.services.funds import receive_appropriation


class AppropriationOut(Out):
    """Money of one source for one year."""

    amount = MoneyField(source="amount_fen")
    committed = MoneyField(source="committed_fen")
    paid = MoneyField(source="paid_fen")

    class Meta:
        model = Appropriation
        fields = ["id", "source", "year", "amount", "committed", "paid", "received_on", "note"]


class AppropriationForm(Body):
    """Money that came in."""

    source = serializers.CharField(max_length=80)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    amount = MoneyField(source="amount_fen")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class AppropriationFilter(Filters):
    """By year and source."""

    search = search_by("资金来源或备注", columns=("source", "note"))

    class Meta:
        model = Appropriation
        fields = ["search", "year", "source"]


class Appropriations(ReadResource):
    """Appropriations of the bureau."""

    queryset = Appropriation.objects.all()
    serializer_class = AppropriationOut
    filterset_class = AppropriationFilter

    @extend_schema(request=AppropriationForm, responses={201: AppropriationOut}, examples=[
        OpenApiExample("到位", {"source": "市级就业专项资金", "year": 2026, "amount": "100000.00"}, request_only=True)])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Book money of a source for a year (登记到位资金); a second receipt adds to the first."""
        made = receive_appropriation(actor=self.member, day=self.day, **self.body(AppropriationForm))
        return self.shown(made, 201)
