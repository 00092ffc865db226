"""Batches (批次): open, look into; their steps stand in batch_steps.py and batch_ends.py."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, MoneyField, NumberField, Out, StatefulOut
from api.filters import search_by
from api.resource import ReadResource
from api.v1.batch_ends import BatchEnds
from api.v1.batch_steps import BatchSteps
from subsidies.models import Batch, Calculation, Policy, PolicyVersion
from subsidies.services.batches import open_batch

DATES = ["computed_on", "submitted_on", "reviewed_on", "approved_on", "published_on", "notice_ended_on", "sent_on",
         "answered_on", "closed_on", "cancelled_on"]  # fmt: skip


class CalculationOut(Out):
    """One computation: how many lines, how many eligible people, how much, and why the others are not."""

    amount = MoneyField(source="amount_fen")
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Calculation
        fields = ["id", "number", "computed_on", "lines", "people", "amount", "reasons", "digest"]

    def get_reasons(self, calculation: Calculation) -> dict[str, int]:
        return dict(calculation.figures.get("reasons", {}))


class BatchOut(StatefulOut):
    """A batch; the figures of its computation are shown to the bureau, not to single enterprises."""

    policy_code = serializers.CharField(source="policy.code")
    policy_title = serializers.CharField(source="policy.title")
    current = serializers.SerializerMethodField()
    is_cancellation_proposed = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = ["id", "reference", *STATEFUL, "policy", "policy_code", "policy_title", "policy_version", "name", "cutoff_on",
                  "is_trial", "candidates", "current", "compute_job", "round", "reviews_required", "approvals_required",
                  "is_cancellation_proposed", "cancel_reason", *DATES]  # fmt: skip

    @extend_schema_field(CalculationOut(allow_null=True))
    def get_current(self, batch: Batch) -> Any:
        is_bureau = self.context["request"].auth.membership.sees_business_of_all
        return CalculationOut(batch.current).data if is_bureau and batch.current else None

    def get_is_cancellation_proposed(self, batch: Batch) -> bool:
        return batch.cancel_proposed_by_id is not None


class BatchForm(Body):
    """A batch to open; a trial (试算) may name any version, drafts too."""

    policy = NumberField()
    name = serializers.CharField(max_length=80)
    cutoff_on = DayField()
    candidates = serializers.ChoiceField(
        Batch.Candidates.choices, required=False, default=Batch.Candidates.APPLICATIONS
    )
    is_trial = serializers.BooleanField(required=False, default=False)
    version = NumberField(required=False, help_text="政策版本，仅试算可指定草稿")


class BatchFilter(django_filters.FilterSet):
    """By state, policy and cut-off date."""

    search = search_by("批次名称、政策或批次编号", columns=("name", "policy__title"), exact=("reference",))
    cutoff_from = django_filters.DateFilter(field_name="cutoff_on", lookup_expr="gte")
    cutoff_to = django_filters.DateFilter(field_name="cutoff_on", lookup_expr="lte")

    class Meta:
        model = Batch
        fields = ["search", "status", "policy", "is_trial", "cutoff_from", "cutoff_to"]


class Batches(BatchSteps, BatchEnds, ReadResource):
    """Batches of subsidies."""

    queryset = Batch.objects.select_related("policy", "current")
    serializer_class = BatchOut
    filterset_class = BatchFilter
    quoting_version: ClassVar[frozenset[str]] = BatchSteps.quoted | BatchEnds.quoted
    requiring_version: ClassVar[frozenset[str]] = BatchSteps.required | BatchEnds.required
    weighty: ClassVar[frozenset[str]] = frozenset({"review", "approve", "publish", "republish", "send", "cancel"})

    @extend_schema(request=BatchForm, responses={201: BatchOut}, examples=[
        OpenApiExample("新建批次", {"policy": 1, "name": "第一批", "cutoff_on": "2026-10-31"}, request_only=True)])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Open a batch of a policy on a cut-off date, under the version in force then."""
        form = self.body(BatchForm)
        form["policy"] = self.named("policy", Policy.objects.all(), form["policy"])
        if "version" in form:
            form["version"] = self.named("version", PolicyVersion.objects.all(), form["version"])
        batch = open_batch(actor=self.member, day=self.day, **form)
        answer = self.shown(self.again(batch), 201)
        answer["Location"] = f"/api/v1/batches/{batch.pk}/"
        return answer
