"""结业证 of the bases: issued, fetched as a PDF, revoked by two; and what anybody may learn of a certificate."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Refused
from api.fields import STATEFUL, Body, NumberField, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, Resource, download, step
from api.throttles import VerifyThrottle
from api.v1.certificates import PERSON, AmendmentOut
from training.models import CompletionCertificate, Enrolment, TrainingClass
from training.services import amendments, completions
from training.services.completion_prints import fetch_completion
from training.services.verification import verify_by_code, verify_by_number

PDF = "application/pdf"
NOT_FOUND = "没有查到编号与姓名都相符的证书"


class CompletionOut(StatefulOut):
    """结业证 of the base: what stands on the paper, and whether it stands; the whole document number is on the paper only."""

    worker = PersonOut()

    class Meta:
        model = CompletionCertificate
        fields = ["id", *STATEFUL, "number", "base", "enrolment", "worker", "holder_name", "project", "institution",
                  "class_number", "hours", "starts_on", "ends_on", "issued_on", "revoked_on", "replaces"]  # fmt: skip


class IssuedOut(serializers.Serializer):
    """How many papers are new, and their numbers in the list."""

    count = serializers.IntegerField()
    completions = CompletionOut(many=True)


class IssueForm(Body):
    """Of which class; with `enrolment` to one of it, otherwise to everybody who passed and has none."""

    training_class = NumberField()
    enrolment = NumberField(required=False)


class CompletionFilter(django_filters.FilterSet):
    """By base, class, person, state and day."""

    search = search_by(f"证书编号，或{PERSON}", people=("worker",), exact=("number",))
    training_class = django_filters.NumberFilter(field_name="enrolment__training_class_id", label="班次")
    worker = django_filters.NumberFilter(field_name="worker_id", label="学员")
    issued_from = django_filters.DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = CompletionCertificate
        fields = ["search", "base", "training_class", "worker", "status", "issued_from", "issued_to"]


class Completions(ReadResource):
    """The bases' own papers (结业证); a base sees its own."""

    queryset = CompletionCertificate.objects.select_related("worker")
    serializer_class = CompletionOut
    filterset_class = CompletionFilter
    weighty = frozenset({"document"})

    @extend_schema(request=IssueForm, responses={201: IssuedOut})
    def create(self, request: Request) -> Response:
        """Issue (发证) to who passed a class and has none; what stands already is not issued again."""
        form = self.body(IssueForm)
        of = self.named("training_class", TrainingClass.objects.all(), form["training_class"])
        one = self.named("enrolment", Enrolment.objects.all(), form["enrolment"]) if "enrolment" in form else None
        chosen = None if one is None else {one.pk}
        made = completions.issue_completions(actor=self.member, training_class=of, enrolments=chosen, day=self.day)
        rows = self.get_queryset().filter(pk__in=[row.pk for row in made]).order_by("pk")
        shown = CompletionOut(rows, many=True, context=self.get_serializer_context()).data
        return Response({"count": len(made), "completions": shown}, status=201)

    @step("revoke", body=Reason, answer=AmendmentOut, code=201)
    def revoke(self, request: Request, pk: str) -> Response:
        """Ask that it be revoked (提出作废)."""
        completion, reason = self.get_object(), self.body(Reason)["reason"]
        made = amendments.propose_completion_revocation(
            actor=self.member, completion=completion, reason=reason, day=self.day
        )
        return self.shown(made, 201, AmendmentOut)

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY})
    @action(detail=True)
    def document(self, request: Request, pk: str) -> HttpResponse:
        """The paper as a PDF, with the whole document number of its bearer; each download leaves an event."""
        completion = self.get_object()
        address = settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
        content = fetch_completion(actor=self.member, completion=completion, address=address)
        return download(content, f"结业证-{completion.holder_name}-{completion.number}.pdf", content_type=PDF)


class VerifyForm(Body):
    """Number and name as they stand on the paper, or the code from the address of its QR code."""

    number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="", help_text="证书编号")
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="", help_text="持证人姓名")
    code = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="二维码地址 /v/…/ 中的一段"
    )


class VerifiedOut(serializers.Serializer):
    """What anybody may know: `state` is valid, revoked or corrected (the number was); name and number masked."""

    state = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    id_number = serializers.CharField()
    project = serializers.CharField()
    institution = serializers.CharField()
    issued_on = serializers.DateField()
    revoked_on = serializers.DateField(allow_null=True)
    is_replaced = serializers.BooleanField()
    is_as_reported = serializers.BooleanField()


class Verification(Resource):
    """Public verification of certificates; no log-in."""

    queryset = CompletionCertificate.objects.none()
    serializer_class = VerifiedOut
    without_key = frozenset({"create"})
    #: names what it looks for in the body, and may not find it
    looks_for_one = True

    def get_throttles(self) -> list[Any]:
        """Counted more strictly than reading."""
        return [*super().get_throttles(), VerifyThrottle()]

    @extend_schema(request=VerifyForm, responses={200: VerifiedOut})
    def create(self, request: Request) -> Response:
        """Whether a certificate stands (公开查验); a wrong number and a wrong name are answered alike (404)."""
        form = self.body(VerifyForm)
        found = verify_by_code(form["code"]) if form["code"] else verify_by_number(form["number"], form["name"])
        if found is None:
            raise Refused(404, "CERTIFICATE_NOT_FOUND", NOT_FOUND, "请对照证书逐字核对编号和姓名，或扫证书上的二维码")
        return Response(VerifiedOut(found).data)
