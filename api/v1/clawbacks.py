"""Money asked back (追回): proposed by finance, decided by an approver who is another person."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, MoneyField, NumberField, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from subsidies.models import Clawback, LineItem
from subsidies.services.clawbacks import approve_clawback, propose_clawback, refuse_clawback


class ClawbackOut(StatefulOut):
    """A new negative amount for a paid line."""

    amount = MoneyField(source="amount_fen")

    class Meta:
        model = Clawback
        fields = ["id", *STATEFUL, "line", "amount", "reason", "proposed_on", "decided_on"]


class ClawbackForm(Reason):
    """Which paid line, and why."""

    line = NumberField()


class ClawbackFilter(django_filters.FilterSet):
    """By batch and state."""

    search = search_by("人员或追回原因", people=("line__worker",), columns=("reason",))
    batch = django_filters.NumberFilter(field_name="line__calculation__batch_id")

    class Meta:
        model = Clawback
        fields = ["search", "batch", "line", "status"]


class Clawbacks(ReadResource):
    """Clawbacks."""

    queryset = Clawback.objects.all()
    serializer_class = ClawbackOut
    filterset_class = ClawbackFilter
    quoting_version = frozenset({"approve", "refuse"})
    subject = "clawback"
    weighty = frozenset({"approve"})

    @extend_schema(request=ClawbackForm, responses={201: ClawbackOut})
    def create(self, request: Request) -> Response:
        """Ask a paid line's whole amount back (提出追回)."""
        form = self.body(ClawbackForm)
        line = self.named("line", LineItem.objects.select_related("calculation__batch"), form["line"])
        made = propose_clawback(actor=self.member, line=line, reason=form["reason"], day=self.day)
        return self.shown(made, 201)

    @step("approve")
    def approve(self, request: Request, pk: str) -> Response:
        """Approve (批准追回): the person is free again, the money is back."""
        return self.take(approve_clawback)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Say no (不予追回), with a reason."""
        return self.take(refuse_clawback, Reason)
