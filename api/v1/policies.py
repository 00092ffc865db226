"""Policies (政策) and their versions: drafted from YAML by one person, published by another, retired."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, OptionalReason, Out, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from subsidies.models import Policy, PolicyVersion, Simulation
from subsidies.services.policies import load_policy_packs, publish_policy_version, retire_policy_version
from subsidies.services.simulations import simulate_version

LONGEST_PACK = 200_000


class PolicyOut(Out):
    """A family of versions."""

    class Meta:
        model = Policy
        fields = ["id", "code", "title", "level", "payee_kind", "bureau"]


class PolicyVersionOut(StatefulOut):
    """Terms in force for a time; immutable once published."""

    policy = PolicyOut()

    class Meta:
        model = PolicyVersion
        fields = [
            "id",
            *STATEFUL,
            "policy",
            "number",
            "effective_from",
            "effective_to",
            "digest",
            "published_on",
            "terms",
        ]


class PackForm(Body):
    """A policies.yaml."""

    text = serializers.CharField(max_length=LONGEST_PACK, help_text="YAML", trim_whitespace=False)
    effective_on = DayField(required=False, help_text="不填则为政策期首日")


class SimulationForm(Body):
    """On which day, and whether as if nothing had been paid under the family yet."""

    cutoff_on = DayField()
    is_from_start = serializers.BooleanField(default=True)


class SimulationOut(Out):
    """Two trial batches to look into: under this version, and under the one in force (if there is one)."""

    class Meta:
        model = Simulation
        fields = ["id", "version", "number", "baseline", "cutoff_on", "is_from_start", "batch", "baseline_batch", "job"]


class PolicyFilter(django_filters.FilterSet):
    """By code, payee and level."""

    search = search_by("政策名称或代码", columns=("title", "code"))

    class Meta:
        model = Policy
        fields = ["search", "code", "payee_kind", "level"]


class Policies(ReadResource):
    """Policy families."""

    queryset = Policy.objects.all()
    serializer_class = PolicyOut
    filterset_class = PolicyFilter


class PolicyVersionFilter(django_filters.FilterSet):
    """By policy and state."""

    search = search_by("政策名称或代码", columns=("policy__title", "policy__code"))

    class Meta:
        model = PolicyVersion
        fields = ["search", "policy", "policy__code", "status"]


class PolicyVersions(ReadResource):
    """Versions of policies."""

    queryset = PolicyVersion.objects.select_related("policy")
    serializer_class = PolicyVersionOut
    filterset_class = PolicyVersionFilter
    quoting_version = frozenset({"publish", "retire"})
    weighty = frozenset({"publish"})

    @extend_schema(request=PackForm, responses={201: PolicyVersionOut(many=True)}, filters=False, examples=[
        OpenApiExample("起草", {"text": "packs:\n  - key: …\n    policies: […]\n"}, request_only=True)])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Draft a version of every policy of a pack; terms that are known already make nothing new."""
        found = load_policy_packs(actor=self.member, day=self.day, **self.body(PackForm))
        return Response(PolicyVersionOut(found, many=True).data, status=201)

    @step("simulate", body=SimulationForm, answer=SimulationOut, code=202)
    def simulate(self, request: Request, pk: str) -> Response:
        """Try the version on everybody registered (模拟测算), in the background; nothing is reserved."""
        version, form = self.get_object(), self.body(SimulationForm)
        return self.shown(
            simulate_version(actor=self.member, version=version, day=self.day, **form), 202, SimulationOut
        )

    @step("publish")
    def publish(self, request: Request, pk: str) -> Response:
        """Put a draft in force; not by whoever drafted it."""
        version = self.get_object()
        self.seen_version(version)
        return self.shown(publish_policy_version(actor=self.member, version=version, day=self.day))

    @step("retire", body=OptionalReason)
    def retire(self, request: Request, pk: str) -> Response:
        """Take a published version out of use."""
        version = self.get_object()
        self.seen_version(version)
        reason = self.body(OptionalReason)["reason"]
        return self.shown(retire_policy_version(actor=self.member, version=version, day=self.day, reason=reason))
