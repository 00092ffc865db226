"""Applications to the technical review (评审申报) with their evidence: put forward, taken in or not, taken back."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, NumberField, Out, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.idempotency import key_of
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, download, step
from park_workers.models import Enterprise, Worker
from training.models import ReviewApplication, ReviewEvidence, ReviewRound
from training.services import review_applications as service

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"
PICTURES = ("", *(f"_{n}" for n in range(2, service.MOST_PICTURES + 1)))
JPEG, PDF = "image/jpeg", "application/pdf"


class EvidenceOut(Out):
    """Evidence by its reference; experts see only what is `is_blind`."""

    class Meta:
        model = ReviewEvidence
        fields = ["reference", "kind", "media", "is_blind"]


class ReviewApplicationOut(StatefulOut):
    """An application; `blind_number` stands for the candidate in front of the experts."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.organisation.name")
    evidence = EvidenceOut(many=True)

    class Meta:
        model = ReviewApplication
        fields = ["id", "reference", *STATEFUL, "round", "worker", "enterprise", "enterprise_name", "applied_on", "blind_number",
                  "reason", "evidence"]  # fmt: skip


class ReviewApplicationForm(Body):
    """A worker of the enterprise for a round, with one to six pictures or PDFs and their kinds."""

    round = NumberField()
    worker = NumberField()
    enterprise = NumberField(required=False, help_text="由人社局经办代申报时填写")

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for n, ending in enumerate(PICTURES):
            more: dict[str, Any] = {"required": n == 0}
            fields[f"file{ending}"] = serializers.FileField(max_length=255, help_text="照片或 PDF", **more)
            fields[f"kind{ending}"] = serializers.ChoiceField(ReviewEvidence.Kind.choices, **more)
        return fields


class ApplicationAcceptForm(Body):
    """Evidence on which nothing says whose it is, by its references: only this is shown to the experts."""

    blind = serializers.ListField(child=serializers.CharField(max_length=20), max_length=6, default=list)


class ReviewApplicationFilter(django_filters.FilterSet):
    """By round, state, enterprise and person."""

    search = search_by(f"申报编号，或{PERSON}", people=("worker",), exact=("reference",))

    class Meta:
        model = ReviewApplication
        fields = ["search", "round", "status", "enterprise", "worker"]


class ReviewApplications(ReadResource):
    """Applications; an enterprise sees its own, an expert none."""

    queryset = ReviewApplication.objects.select_related(
        "worker", "enterprise__organisation", "round__bureau"
    ).prefetch_related("evidence")
    serializer_class = ReviewApplicationOut
    filterset_class = ReviewApplicationFilter
    parser_classes = [TextJSONParser, FileParser]
    quoting_version = frozenset({"accept", "refuse", "withdraw"})
    subject = "application"

    @extend_schema(request={"multipart/form-data": ReviewApplicationForm}, responses={201: ReviewApplicationOut})
    def create(self, request: Request) -> Response:
        """Put a worker forward (申报); pictures are drawn anew, PDFs with anything active in them are refused, all are encrypted."""
        form = self.body(ReviewApplicationForm)
        firm = form.get("enterprise", self.member.organisation_id)
        made = service.apply_for_review(
            actor=self.member, round_=self.named("round", ReviewRound.objects.all(), form["round"]),
            enterprise=self.named("enterprise", Enterprise.objects.all(), firm),
            worker=self.named("worker", Worker.objects.all(), form["worker"]),
            pictures=[(form.get(f"kind{n}", ""), form[f"file{n}"].read()) for n in PICTURES if f"file{n}" in form],
            day=self.day, request_id=key_of(request),
        )  # fmt: skip
        return self.shown(self.again(made), 201)

    @step("accept", body=ApplicationAcceptForm)
    def accept(self, request: Request, pk: str) -> Response:
        """Take an application in, for a clerk; says which evidence the experts see."""
        return self.take(service.accept_application, ApplicationAcceptForm)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Do not take an application in, for a clerk."""
        return self.take(service.refuse_application, Reason)

    @step("withdraw", body=Reason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an application back before the panel is drawn."""
        return self.take(service.withdraw_application, Reason)


class ReviewEvidenceFilter(django_filters.FilterSet):
    """By kind and form."""

    search = search_by("材料编号", exact=("reference",))

    class Meta:
        model = ReviewEvidence
        fields = ["search", "kind", "media"]


class Evidence(ReadResource):
    """Evidence by its reference, in an order that says nothing; an expert sees what was cleared of the candidates to be judged."""

    queryset = ReviewEvidence.objects.select_related("picture")
    serializer_class = EvidenceOut
    filterset_class = ReviewEvidenceFilter
    lookup_field = "reference"
    lookup_value_regex = "[0-9a-f]{1,20}"
    list_order = ("reference",)

    @extend_schema(responses={(200, JPEG): OpenApiTypes.BINARY, (200, PDF): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True)
    def content(self, request: Request, reference: str) -> HttpResponse:
        """The picture, or the PDF, with who looks and when across it: a file to be saved, under a name that says nothing of whose it is."""
        found = self.get_object()
        ending, kind = ("pdf", PDF) if found.is_pdf else ("jpg", JPEG)
        shown = service.reveal_evidence(actor=self.member, evidence=found, now=timezone.localtime())
        response = download(shown, f"材料{found.reference[:6]}.{ending}", content_type=kind)
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response
