"""名册变更 (changes of a roster that stands): asked by the base, decided by the bureau."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, NumberField, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.idempotency import key_of
from api.resource import ReadResource, step
from training.models import ClassChangeRequest, Enrolment, TrainingClass
from training.services.class_changes import ask_change, decide_change, withdraw_change


class ClassChangeOut(StatefulOut):
    """A request: `worker` comes, whoever has the seat `enrolment` goes."""

    class_number = serializers.CharField(source="training_class.number")
    kind_label = serializers.CharField(source="get_kind_display")
    worker = PersonOut(allow_null=True)

    class Meta:
        model = ClassChangeRequest
        fields = ["id", *STATEFUL, "training_class", "class_number", "kind", "kind_label", "enrolment", "worker", "reason",
                  "asked_on", "decided_on", "decision_note"]  # fmt: skip


class ClassChangeForm(Body):
    """add (增补): the person who comes; remove (退出): the seat given up; replace (替换): both."""

    training_class = NumberField()
    kind = serializers.ChoiceField(choices=ClassChangeRequest.Kind.choices)
    enrolment = NumberField(required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=200)


class ClassChangeFilter(django_filters.FilterSet):
    """By state, class and kind."""

    search = search_by("班次、原因或增补人员", columns=("training_class__number", "reason"), people=("worker",))

    class Meta:
        model = ClassChangeRequest
        fields = ["search", "status", "training_class", "kind"]


class ClassChanges(ReadResource):
    """Changes of rosters; a base sees its own classes'."""

    queryset = ClassChangeRequest.objects.select_related("training_class__base", "worker", "enrolment")
    serializer_class = ClassChangeOut
    filterset_class = ClassChangeFilter
    quoting_version = frozenset({"grant", "refuse", "withdraw"})
    subject = "change"

    @extend_schema(request=ClassChangeForm, responses={201: ClassChangeOut})
    def create(self, request: Request) -> Response:
        """Ask for a change (申请名册变更), for the base."""
        form = self.body(ClassChangeForm)
        form["training_class"] = self.named("training_class", TrainingClass.objects.all(), form["training_class"])
        if form["enrolment"] is not None:
            form["enrolment"] = self.named("enrolment", Enrolment.objects.all(), form["enrolment"])
        change = ask_change(actor=self.member, day=self.day, request_id=key_of(request), **form)
        return self.shown(change, 201)

    @step("grant", body=Reason)
    def grant(self, request: Request, pk: str) -> Response:
        """Grant it (同意变更), for the bureau's clerk: the roster changes."""
        return self.take(decide_change, Reason, is_granted=True)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse it (不同意变更), for the bureau's clerk."""
        return self.take(decide_change, Reason, is_granted=False)

    @step("withdraw")
    def withdraw(self, request: Request, pk: str) -> Response:
        """The base takes its request back (撤回变更)."""
        return self.take(withdraw_change)
