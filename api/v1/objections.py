"""Objections (异议): decided by a reviewer with reasons; made at the notice."""

from __future__ import annotations

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, NumberField, Out, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from subsidies.models import LineItem, Objection
from subsidies.services.objections import decide_objection, reveal_contact


class ReceivedOut(Out):
    """What whoever objected gets back: the number to ask about."""

    class Meta:
        model = Objection
        fields = ["reference", "received_on"]


class ObjectionOut(StatefulOut):
    """An objection; how to reach the objector is not shown here."""

    notice = serializers.CharField(source="notice.reference")
    batch = serializers.IntegerField(source="notice.batch_id")

    class Meta:
        model = Objection
        fields = ["id", "reference", *STATEFUL, "notice", "batch", "line", "objector_name", "text", "received_on",
                  "decided_on", "decision_note"]  # fmt: skip


class ContactOut(serializers.Serializer):
    """A telephone number or an address in plain."""

    contact = serializers.CharField()


class DecideForm(Body):
    """Upheld (成立) takes the line off the list; a reason either way."""

    is_upheld = serializers.BooleanField()
    note = serializers.CharField(max_length=300)
    line = NumberField(required=False, help_text="异议没有指明明细时，须在认定成立时指明")


class ObjectionFilter(django_filters.FilterSet):
    """By batch and state."""

    search = search_by("异议人、内容或异议编号", columns=("objector_name", "text"), exact=("reference",))
    batch = django_filters.NumberFilter(field_name="notice__batch_id")

    class Meta:
        model = Objection
        fields = ["search", "batch", "status"]


class Objections(ReadResource):
    """Objections to notices."""

    queryset = Objection.objects.select_related("notice__batch")
    serializer_class = ObjectionOut
    filterset_class = ObjectionFilter
    quoting_version = frozenset({"decide"})
    # Looking is no change: every look leaves its own event, so a key would hide a second one.
    without_key = frozenset({"reveal_contact"})
    weighty = frozenset({"reveal_contact"})

    @step("decide", body=DecideForm)
    def decide(self, request: Request, pk: str) -> Response:
        """Decide with reasons; of an upheld one the line's person and money are free again."""
        objection = self.get_object()
        self.seen_version(objection)
        form = self.body(DecideForm)
        if "line" in form:
            form["line"] = self.named("line", LineItem.objects.all(), form["line"])
        return self.shown(decide_objection(actor=self.member, objection=objection, day=self.day, **form))

    @step("reveal-contact", answer=ContactOut)
    def reveal_contact(self, request: Request, pk: str) -> Response:
        """How to reach the objector, in plain, for the reviewer; each look leaves an event."""
        objection = self.get_object()
        return Response({"contact": reveal_contact(actor=self.member, objection=objection, day=self.day)})
