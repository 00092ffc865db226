"""Money received, reserved and paid (资金)."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused
from api.fields import Body, MoneyField, NumberField, Out, Reason
from api.filters import search_by
from api.resource import ReadResource, step
from subsidies.models import Appropriation, Receipt
from subsidies.services.funds import receive_appropriation, reverse_receipt


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


class AppropriationFilter(django_filters.FilterSet):
    """By year and source."""

    search = search_by("资金来源或备注", columns=("source", "note"))

    class Meta:
        model = Appropriation
        fields = ["search", "year", "source"]


class ReceiptOut(Out):
    """One receipt, or its reversal (negative)."""

    amount = MoneyField(source="amount_fen")

    class Meta:
        model = Receipt
        fields = ["id", "amount", "received_on", "note", "reverses"]


class ReceiptFilter(django_filters.FilterSet):
    """By day and note."""

    search = search_by("备注", columns=("note",))
    received_from = django_filters.DateFilter(field_name="received_on", lookup_expr="gte")
    received_to = django_filters.DateFilter(field_name="received_on", lookup_expr="lte")


class ReversalForm(Reason):
    """Which receipt, and why."""

    receipt = NumberField()


class Appropriations(ReadResource):
    """Appropriations of the bureau."""

    queryset = Appropriation.objects.all()
    serializer_class = AppropriationOut
    filterset_class = AppropriationFilter

    @extend_schema(request=AppropriationForm, responses={201: AppropriationOut}, examples=[
        OpenApiExample("到位", {"source": "市级就业专项资金", "year": 2026, "amount": "100000.00"}, request_only=True)])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Book money of a source for a year (登记到位资金); a later receipt adds to the ones before.

        The same day, amount and note name the same receipt: it is booked once, however often it is sent.
        """
        made = receive_appropriation(actor=self.member, day=self.day, **self.body(AppropriationForm))
        return self.shown(made, 201)

    @extend_schema(responses=ReceiptOut(many=True), filters=True)
    @action(detail=True, filterset_class=ReceiptFilter)
    def receipts(self, request: Request, pk: str) -> Response:
        """Every receipt and reversal behind the amount (到位记录)."""
        return self.listed(self.get_object().receipts.all(), ReceiptOut)

    @step("reverse-receipt", body=ReversalForm)
    def reverse_receipt(self, request: Request, pk: str) -> Response:
        """Take a mistaken receipt back (冲销到位记录) by a negative one; the right one is booked anew."""
        fund, form = self.get_object(), self.body(ReversalForm)
        receipt = fund.receipts.filter(pk=form["receipt"]).first()
        if receipt is None:
            raise FormRefused([{"field": "receipt", "code": "does_not_exist", "message": "该资金没有这笔到位记录",
                                "fix": "请核对编号"}])  # fmt: skip
        reverse_receipt(actor=self.member, receipt=receipt, reason=form["reason"], day=self.day)
        return self.shown(self.again(fund))
