"""Payment files (付款文件) and their payments (拨付): made, sent to the bank, fetched by finance."""

from __future__ import annotations

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, MoneyField, NumberField, StatefulOut
from api.filters import search_by
from api.resource import XLSX, ReadResource, download, step
from park_workers.services.accounts import mask_account
from subsidies.models import Batch, Disbursement, PaymentFile
from subsidies.services.payments import make_payment_file, payment_file_content, send_payment_file


class PaymentFileOut(StatefulOut):
    """A file of payments, one line a payee."""

    amount = MoneyField(source="amount_fen")

    class Meta:
        model = PaymentFile
        fields = ["id", *STATEFUL, "batch", "number", "repeats", "lines", "amount", "digest", "made_on", "sent_on",
                  "returned_on"]  # fmt: skip


class DisbursementOut(StatefulOut):
    """One payment; of the account only the last four."""

    amount = MoneyField(source="amount_fen")
    account = serializers.SerializerMethodField()

    class Meta:
        model = Disbursement
        fields = ["id", *STATEFUL, "payment_file", "line_number", "payee_name", "bank_name", "account", "people", "amount",
                  "failure_reason", "traded_on"]  # fmt: skip

    def get_account(self, payment: Disbursement) -> str:
        return mask_account(payment.last_four)


class PaymentFileForm(Body):
    """A file to make; `repeats` names the file whose bounced payments are paid again."""

    batch = NumberField()
    number = serializers.CharField(max_length=40)
    repeats = NumberField(required=False)


class PaymentFileFilter(django_filters.FilterSet):
    """By batch, state and number."""

    search = search_by("文件编号或批次名称", columns=("number", "batch__name"))

    class Meta:
        model = PaymentFile
        fields = ["search", "batch", "status", "number"]


class PaymentFiles(ReadResource):
    """Payment files; the bank's answer comes in as an upload of the sheet `bank_returns`, scope `payment_file:<id>`."""

    queryset = PaymentFile.objects.all()
    serializer_class = PaymentFileOut
    filterset_class = PaymentFileFilter
    quoting_version = frozenset({"send"})
    weighty = frozenset({"create", "send", "content"})

    @extend_schema(request=PaymentFileForm, responses={201: PaymentFileOut}, examples=[
        OpenApiExample("制作", {"batch": 1, "number": "2026-HIRE-01"}, request_only=True)])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Make the file of an answered batch (制作付款文件), to the accounts in force today."""
        form = self.body(PaymentFileForm)
        batch = self.named("batch", Batch.objects.all(), form["batch"])
        repeats = self.named("repeats", PaymentFile.objects.all(), form["repeats"]) if "repeats" in form else None
        made = make_payment_file(actor=self.member, batch=batch, number=form["number"], day=self.day, repeats=repeats)
        return self.shown(made, 201)

    @step("send")
    def send(self, request: Request, pk: str) -> Response:
        """Record that the file was handed to the bank (送银行)."""
        payment_file = self.get_object()
        self.seen_version(payment_file)
        return self.shown(send_payment_file(actor=self.member, payment_file=payment_file, day=self.day))

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponse:
        """The workbook for the bank, accounts in plain, for finance only; each download leaves an event."""
        payment_file = self.get_object()
        found = payment_file_content(actor=self.member, payment_file=payment_file)
        return download(found, f"付款文件 {payment_file.number}.xlsx")


class DisbursementFilter(django_filters.FilterSet):
    """By file, batch, payee and state."""

    search = search_by("收款人或开户行", columns=("payee_name", "bank_name"))
    batch = django_filters.NumberFilter(field_name="payment_file__batch_id")

    class Meta:
        model = Disbursement
        fields = ["search", "payment_file", "batch", "organisation", "status"]


class Disbursements(ReadResource):
    """Payments; an enterprise sees those to itself."""

    queryset = Disbursement.objects.all()
    serializer_class = DisbursementOut
    filterset_class = DisbursementFilter
