"""Bounced payments given up (不再补付): proposed by finance, decided by an approver who is another person."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, MoneyField, NumberField, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from subsidies.models import Disbursement, WriteOff
from subsidies.services.write_offs import approve_write_off, propose_write_off, refuse_write_off


class WriteOffOut(StatefulOut):
    """A bounced payment that is not to be repeated, and why."""

    payment = NumberField(source="disbursement_id")
    amount = MoneyField(source="amount_fen")

    class Meta:
        model = WriteOff
        fields = ["id", *STATEFUL, "payment", "amount", "reason", "proposed_on", "decided_on"]


class WriteOffForm(Reason):
    """Which bounced payment, and why."""

    payment = NumberField()


class WriteOffFilter(django_filters.FilterSet):
    """By batch, payment and state."""

    search = search_by("收款人或原因", columns=("disbursement__payee_name", "reason"))
    batch = django_filters.NumberFilter(field_name="disbursement__payment_file__batch_id")
    payment = django_filters.NumberFilter(field_name="disbursement_id")

    class Meta:
        model = WriteOff
        fields = ["search", "batch", "payment", "status"]


class WriteOffs(ReadResource):
    """Payments given up."""

    queryset = WriteOff.objects.all()
    serializer_class = WriteOffOut
    filterset_class = WriteOffFilter
    quoting_version = frozenset({"approve", "refuse"})
    subject = "write_off"
    weighty = frozenset({"approve"})

    @extend_schema(request=WriteOffForm, responses={201: WriteOffOut})
    def create(self, request: Request) -> Response:
        """Ask that a bounced payment be given up (提出不再补付)."""
        form = self.body(WriteOffForm)
        payment = self.named("payment", Disbursement.objects.all(), form["payment"])
        made = propose_write_off(actor=self.member, payment=payment, reason=form["reason"], day=self.day)
        return self.shown(made, 201)

    @step("approve")
    def approve(self, request: Request, pk: str) -> Response:
        """Approve (批准不再补付): its people and money are free again, the batch may close."""
        return self.take(approve_write_off)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Say no, with a reason; the payment may be repeated."""
        return self.take(refuse_write_off, Reason)
