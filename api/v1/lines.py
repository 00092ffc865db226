"""Lines (明细): the verdict on one person, why, and taking it off the straight road or back."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Q
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import MoneyField, Out, PersonOut, Reason
from api.filters import search_by
from api.resource import ReadResource, step
from api.v1.decisions import DecisionOut
from subsidies.models import Batch, LineItem
from subsidies.rules.evaluate import codes_of
from subsidies.rules.explain import explain
from subsidies.rules.facts import FACTS_BY_NAME
from subsidies.rules.instalments import period_keys, terms_of_period
from subsidies.rules.terms import PolicyTerms
from subsidies.services.decisions import hold_line, release_line, remove_line
from subsidies.services.policies import titles_named


def terms_of(line: LineItem, known: dict[tuple[int, str], PolicyTerms]) -> PolicyTerms:
    """The terms a line was judged by, its instalment's if there are instalments; `known` keeps what was parsed."""
    version = line.calculation.policy_version
    place = (version.pk, line.period_key)
    if place not in known:
        known[place] = terms_of_period(version.parsed_terms, line.period_key)
    return known[place]


class LineOut(Out):
    """A line: verdict, amount, failing conditions, and the decision that stands."""

    worker = PersonOut(allow_null=True)
    payee_name = serializers.CharField(source="claim.payee_name")
    enterprise = serializers.IntegerField(source="employment.enterprise_id", default=None, allow_null=True)
    amount = MoneyField(source="amount_fen")
    reason_codes = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()

    class Meta:
        model = LineItem
        fields = ["id", "calculation", "claim", "position", "worker", "employment", "enterprise", "payee_name", "period_key",
                  "is_eligible", "amount", "reason_codes", "decision", "line_digest"]  # fmt: skip

    def get_reason_codes(self, line: LineItem) -> list[str]:
        return codes_of(terms_of(line, self.context.setdefault("terms", {})), line.fail_mask)

    def get_decision(self, line: LineItem) -> str:
        return next((d.kind for d in line.decisions.all() if d.is_standing), "")


class ConditionOut(serializers.Serializer):
    """One condition: what it asks, the value used, where that came from, and what would change a refusal."""

    code = serializers.CharField()
    clause = serializers.CharField()
    needs = serializers.CharField()
    passed = serializers.BooleanField()
    value = serializers.CharField()
    source = serializers.CharField()
    sentence = serializers.CharField()
    remedy = serializers.CharField()


class WhyOut(serializers.Serializer):
    """Why a line got its verdict, and what became of it since."""

    line = LineOut()
    cutoff_on = serializers.DateField()
    conditions = ConditionOut(many=True)
    decisions = DecisionOut(many=True)


class LineFilter(django_filters.FilterSet):
    """By batch (its current computation), verdict, reason, enterprise, standing decision."""

    search = search_by("姓名（汉字、全拼或首字母）或证件末四位", people=("worker",))
    batch = django_filters.NumberFilter(method="of_batch", label="批次（当前测算）")
    claim = django_filters.NumberFilter(field_name="claim_id")
    enterprise = django_filters.NumberFilter(field_name="employment__enterprise_id")
    reason_code = django_filters.CharFilter(method="by_reason", max_length=60, label="不符合条件的代码；须同时指明批次")
    decision = django_filters.CharFilter(method="by_decision", max_length=12, label="当前处理")

    class Meta:
        model = LineItem
        fields = ["search", "batch", "calculation", "claim", "is_eligible", "reason_code", "enterprise", "decision"]

    def of_batch(self, rows: Any, name: str, value: Any) -> Any:
        """Lines of the computation the batch names, which is asked first: they then come in order from their index."""
        current = Batch.objects.filter(pk=value).values_list("current_id", flat=True).first()
        return rows.filter(calculation_id=current) if current else rows.none()

    def by_reason(self, rows: Any, name: str, value: str) -> Any:
        """Lines on which that condition fails: its bit in the mask, by the terms of the batch named."""
        number = self.form.cleaned_data.get("batch")
        batch = Batch.objects.select_related("policy_version").filter(pk=number).first() if number else None
        if batch is None:
            return rows.none()
        terms, wanted = batch.policy_version.parsed_terms, Q(pk__in=[])
        for key in period_keys(terms):
            codes = [c.code for c in terms_of_period(terms, key).conditions]
            if value in codes:
                bit = 1 << codes.index(value)
                rows = rows.annotate(**{f"bit_{bit}": F("fail_mask").bitand(bit)})
                wanted |= Q(period_key=key, **{f"bit_{bit}": bit})
        return rows.filter(wanted)

    def by_decision(self, rows: Any, name: str, value: str) -> Any:
        """Lines whose newest decision is of that kind."""
        return rows.filter(decisions__is_standing=True, decisions__kind=value)


HELD = [OpenApiExample("暂缓", {"reason": "材料需核实"}, request_only=True)]


class Lines(ReadResource):
    """Lines of computations."""

    queryset = LineItem.objects.select_related(
        "worker",
        "employment",
        "claim__organisation",
        "claim__worker",
        "calculation__policy_version__policy",
        "calculation__batch",
    ).prefetch_related("decisions")
    serializer_class = LineOut
    filterset_class = LineFilter

    @property
    def list_order(self) -> tuple[str, ...]:  # type: ignore[override]
        """A cursor stands on one column, whose values must not repeat by the thousand: places of one computation, or keys."""
        asked = self.request.query_params
        return ("position", "pk") if asked.get("batch") or asked.get("calculation") else ("pk",)

    @extend_schema(responses=WhyOut)
    @action(detail=True)
    def why(self, request: Request, pk: str) -> Response:
        """Condition by condition: the value used, passed or failed, its source, what would change it."""
        line = self.get_object()
        calculation = line.calculation
        facts = {name: getattr(line, name, None) for name in FACTS_BY_NAME}
        terms = terms_of(line, {})
        titles = titles_named(terms, bureau_id=calculation.policy_version.policy.bureau_id)
        found = explain(terms, facts, line.fail_mask, cutoff_on=calculation.cutoff_on, titles=titles)
        shown = {
            "line": line,
            "cutoff_on": calculation.cutoff_on,
            "conditions": found,
            "decisions": line.decisions.all(),
        }
        return Response(WhyOut(shown, context=self.get_serializer_context()).data)

    def _decide(self, service: Any) -> Response:
        line, form = self.get_object(), self.body(Reason)
        service(actor=self.member, line=line, reason=form["reason"], day=self.day)
        return self.shown(self.again(line))

    @step("hold", body=Reason, examples=HELD)
    def hold(self, request: Request, pk: str) -> Response:
        """Leave the line out of the submission for now (暂缓)."""
        return self._decide(hold_line)

    @step("release", body=Reason)
    def release(self, request: Request, pk: str) -> Response:
        """Take a held line back in (解除暂缓)."""
        return self._decide(release_line)

    @step("remove", body=Reason)
    def remove(self, request: Request, pk: str) -> Response:
        """Take the line out of the batch for good (移除)."""
        return self._decide(remove_line)
