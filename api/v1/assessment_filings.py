"""企业认定申报备案: written and sent by the enterprise, accepted or returned by a clerk, decided by another person."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Out, PhoneField, Reason, StatefulOut
from api.filters import Searched
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, download, step
from api.v1.assessors import ScopeForm, scope_lines
from park_workers.foundation.masking import mask_phone
from park_workers.models import Enterprise, Role
from park_workers.permissions import check_role
from training.models import EnterpriseAssessmentFiling, FilingMaterial, FilingPlace, FilingScope, FilingStaff
from training.services import assessment_filings as service
from training.services import filing_materials as materials
from training.services.filing_contents import DUTIES, FilingContent, PlaceLine, StaffLine, save_filing

JPEG, PDF = "image/jpeg", "application/pdf"


class AskedScopeOut(Out):
    """A trade with its levels as asked for."""

    class Meta:
        model = FilingScope
        fields = ["trade", "lowest", "highest"]


class StaffOut(Out):
    """A person named for assessments."""

    class Meta:
        model = FilingStaff
        fields = ["name", "duty", "card_number"]


class PlaceOut(Out):
    """A place and how many work there at once."""

    class Meta:
        model = FilingPlace
        fields = ["name", "seats"]


class MaterialOut(Out):
    """A photographed page or a PDF; `assessment-filings/<id>/reveal-material/` gives it."""

    class Meta:
        model = FilingMaterial
        fields = ["id", "kind", "recorded_at"]


class AssessmentFilingOut(StatefulOut):
    """An application; `to_mend` lists what is to be completed."""

    enterprise_name = serializers.CharField(source="enterprise.organisation.name")
    contact_phone = serializers.SerializerMethodField()
    to_mend = serializers.ListField(child=serializers.CharField())
    scopes = AskedScopeOut(many=True)
    staff = StaffOut(many=True)
    places = PlaceOut(many=True)
    materials = MaterialOut(many=True)

    class Meta:
        model = EnterpriseAssessmentFiling
        fields = ["id", "reference", *STATEFUL, "enterprise", "enterprise_name", "contact_name", "contact_phone", "statement",
                  "to_mend", "sent_on", "accepted_on", "assessor_code", "filing_number", "valid_from", "valid_to", "decided_on",
                  "reason", "assessor", "scopes", "staff", "places", "materials"]  # fmt: skip

    def get_contact_phone(self, filing: EnterpriseAssessmentFiling) -> str:
        return mask_phone(filing.open_contact_phone()) if filing.contact_phone else ""  # type: ignore[attr-defined]


class StaffForm(Body):
    """An examiner has a card number."""

    name = serializers.CharField(max_length=60)
    duty = serializers.ChoiceField(choices=[(duty, duty) for duty in DUTIES])
    card_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class PlaceForm(Body):
    """A place and its work stations."""

    name = serializers.CharField(max_length=120)
    seats = serializers.IntegerField(min_value=1, max_value=5000)


class ContentForm(Body):
    """What the enterprise writes, in place of what was; photographs of the material are added on the phone's page."""

    contact_name = serializers.CharField(max_length=60)
    contact_phone = PhoneField(max_length=40)
    statement = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    scopes = ScopeForm(many=True)
    staff = StaffForm(many=True)
    places = PlaceForm(many=True)


class AcceptForm(Body):
    """Under which code, number and span it would be filed."""

    assessor_code = serializers.CharField(max_length=4)
    filing_number = serializers.CharField(max_length=60)
    valid_from = DayField()
    valid_to = DayField()


class MendForm(Body):
    """Everything that is to be completed, told at once."""

    to_mend = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=1, max_length=service.MOST_MENDS
    )


class AssessmentFilingFilter(Searched):
    """By state and enterprise."""

    class Meta:
        model = EnterpriseAssessmentFiling
        fields = ["search", "status", "enterprise"]


def content_in(form: dict[str, Any]) -> FilingContent:
    """The content of a body."""
    return FilingContent(
        form["contact_name"], form["contact_phone"], form["statement"], scope_lines(form["scopes"]),
        tuple(StaffLine(**one) for one in form["staff"]), tuple(PlaceLine(**one) for one in form["places"]),
    )  # fmt: skip


class MaterialForm(Body):
    """One photograph or PDF of the material, and what it is."""

    kind = serializers.ChoiceField(materials.KINDS)
    file = serializers.FileField(max_length=255, help_text="照片，或 8 MB、40 页以内的 PDF")


class MaterialNamed(Body):
    """One of the application's material by its number."""

    material = NumberField()


class AssessmentFilings(ReadResource):
    """Applications to assess one's own people; an enterprise sees its own, the bureau what has been sent."""

    queryset = EnterpriseAssessmentFiling.objects.select_related(
        "enterprise__organisation", "accepted_by"
    ).prefetch_related("scopes", "staff", "places", "materials")
    serializer_class = AssessmentFilingOut
    filterset_class = AssessmentFilingFilter
    quoting_version = frozenset({"submit", "withdraw", "accept", "return_filing", "approve", "refuse"})
    subject = "filing"
    weighty = frozenset({"approve"})
    without_key = frozenset({"reveal_material"})
    parser_classes = [TextJSONParser, FileParser]

    @extend_schema(request=ContentForm, responses={201: AssessmentFilingOut})
    def create(self, request: Request) -> Response:
        """Begin an application with its content, or write it anew while it lies with the enterprise (HR)."""
        form = self.body(ContentForm)
        check_role(self.member, frozenset({Role.ENTERPRISE_HR}), "认定申报备案")
        enterprise = Enterprise.objects.get(pk=self.member.organisation_id)
        found = service.begin_filing(actor=self.member, enterprise=enterprise, day=self.day)
        save_filing(actor=self.member, filing=found, content=content_in(form), day=self.day)
        return self.shown(self.again(found), 201)

    @step("add-material", body={"multipart/form-data": MaterialForm})
    def add_material(self, request: Request, pk: str) -> Response:
        """Add one photograph or PDF while it lies with the enterprise (HR); drawn anew, encrypted."""
        found, form = self.get_object(), self.body(MaterialForm)
        content = form["file"].read()
        materials.add_material(actor=self.member, filing=found, kind=form["kind"], content=content, day=self.day)
        return self.shown(self.again(found))

    def _material(self) -> FilingMaterial:
        rows = FilingMaterial.objects.filter(filing=self.get_object()).select_related("filing__enterprise", "picture")
        return get_object_or_404(rows, pk=self.body(MaterialNamed)["material"])

    @step("remove-material", body=MaterialNamed)
    def remove_material(self, request: Request, pk: str) -> Response:
        """Delete one for good while it lies with the enterprise (HR)."""
        found = self._material()
        materials.remove_material(actor=self.member, material=found, day=self.day)
        return self.shown(self.again(found.filing))

    @extend_schema(request=MaterialNamed, responses={(200, JPEG): OpenApiTypes.BINARY, (200, PDF): OpenApiTypes.BINARY})
    @action(detail=True, methods=["post"], url_path="reveal-material")
    def reveal_material(self, request: Request, pk: str) -> HttpResponse:
        """The photograph or PDF with who looks and when across it; a look by the bureau leaves an event."""
        found = self._material()
        content = materials.reveal_material(actor=self.member, material=found, now=timezone.localtime())
        ending, kind = ("pdf", PDF) if found.is_pdf else ("jpg", JPEG)
        return download(content, f"{found.kind}.{ending}", content_type=kind)

    @step("submit")
    def submit(self, request: Request, pk: str) -> Response:
        """Send it to the bureau, for the first time or mended."""
        return self.take(service.submit_filing)

    @step("withdraw", body=Reason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before it is decided."""
        return self.take(service.withdraw_filing, Reason)

    @step("accept", body=AcceptForm)
    def accept(self, request: Request, pk: str) -> Response:
        """受理, for a clerk."""
        return self.take(service.accept_filing, AcceptForm)

    @step("return", body=MendForm)
    def return_filing(self, request: Request, pk: str) -> Response:
        """退回补正, for a clerk."""
        return self.take(service.return_filing, MendForm)

    @step("approve")
    def approve(self, request: Request, pk: str) -> Response:
        """同意备案, for a reviewer or approver other than who accepted it: the enterprise becomes an assessor."""
        return self.take(service.approve_filing)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """不予备案, for a reviewer or approver other than who accepted it."""
        return self.take(service.refuse_filing, Reason)
