"""Signed papers of enterprises (工牌, 登记海报): issued, replaced, revoked, fetched; and the photo on a card."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, NumberField, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, download, step
from api.throttles import PictureThrottle
from park_workers.foundation.addresses import public_address
from park_workers.foundation.pictures import DEFAULT_LIMITS
from park_workers.models import Enterprise, Poster, Worker, WorkerCard
from park_workers.services import card_faces, cards, photos, posters

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
PAPER = [
    "id",
    "reference",
    *STATEFUL,
    "enterprise",
    "enterprise_name",
    "code",
    "issued_on",
    "revoked_at",
    "revoke_reason",
    "replaces",
]
FIRM = "默认为本企业；经办人员须指明企业"


class PosterOut(StatefulOut):
    """A poster; `code` is what its QR code holds, below the address /j/."""

    enterprise_name = serializers.CharField(source="enterprise.name")
    code = serializers.CharField(source="signed_reference")

    class Meta:
        model = Poster
        fields = PAPER


class CardOut(StatefulOut):
    """A card; `code` is what its QR code holds, below the address /c/."""

    enterprise_name = serializers.CharField(source="enterprise.name")
    code = serializers.CharField(source="signed_reference")
    worker = PersonOut()
    has_photo = serializers.SerializerMethodField()

    class Meta:
        model = WorkerCard
        fields = [*PAPER, "worker", "has_photo"]

    def get_has_photo(self, card: WorkerCard) -> bool:
        return (card.worker.merged_into or card.worker).photo_id is not None


class PosterForm(Body):
    """Whose poster."""

    enterprise = NumberField(required=False, help_text=FIRM)


class CardForm(Body):
    """Whose card, at which enterprise."""

    worker = NumberField()
    enterprise = NumberField(required=False, help_text=FIRM)


class PhotoForm(Body):
    """A picture as a phone takes it."""

    file = serializers.FileField(max_length=255)


class PosterFilter(django_filters.FilterSet):
    """By state and enterprise."""

    search = search_by("企业或海报编号", organisations=("enterprise__organisation",), exact=("reference",))

    class Meta:
        model = Poster
        fields = ["search", "status", "enterprise"]


class CardFilter(django_filters.FilterSet):
    """By state, enterprise and person."""

    search = search_by("姓名（汉字、全拼或首字母）、证件末四位或工牌编号", people=("worker",), exact=("reference",))

    class Meta:
        model = WorkerCard
        fields = ["search", "status", "enterprise", "worker"]


class _Papers(ReadResource):
    """What posters and cards do alike."""

    def _enterprise(self, form: dict[str, Any]) -> Enterprise:
        wanted = self.enterprise_wanted(form)
        found: Enterprise = self.named("enterprise", Enterprise.objects.select_related("organisation"), wanted)
        return found


class Posters(_Papers):
    """登记海报: workers scan it to register themselves; one stands at a time."""

    queryset = Poster.objects.select_related("enterprise__organisation", "enterprise__bureau")
    serializer_class = PosterOut
    filterset_class = PosterFilter

    @extend_schema(request=PosterForm, responses={201: PosterOut})
    def create(self, request: Request) -> Response:
        """Issue a poster (生成海报); the one that stands already is answered again."""
        enterprise = self._enterprise(self.body(PosterForm))
        return self.shown(self.again(posters.issue_poster(actor=self.member, enterprise=enterprise, day=self.day)), 201)

    @step("revoke", body=Reason)
    def revoke(self, request: Request, pk: str) -> Response:
        """From now on its code leads nowhere (作废)."""
        poster = self.get_object()
        posters.revoke_poster(actor=self.member, poster=poster, reason=self.body(Reason)["reason"])
        return self.shown(self.again(poster))

    @step("replace", body=Reason, answer=PosterOut, code=201)
    def replace(self, request: Request, pk: str) -> Response:
        """Revoke it and issue another in its place (更换)."""
        poster, reason = self.get_object(), self.body(Reason)["reason"]
        made = posters.replace_poster(actor=self.member, poster=poster, reason=reason, day=self.day)
        return self.shown(self.again(made), 201)

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY})
    @action(detail=True)
    def document(self, request: Request, pk: str) -> HttpResponse:
        """The poster as an A4 PDF."""
        poster = self.get_object()
        content = card_faces.poster_pdf(poster, public_address(request))
        return download(content, f"{poster.enterprise.name}登记海报-{poster.issued_on:%Y%m%d}.pdf", content_type=PDF)


class Cards(_Papers):
    """工牌 of workers; whether one is good today is looked up by its code, not printed."""

    queryset = WorkerCard.objects.select_related(
        "worker__merged_into__photo", "worker__photo", "enterprise__organisation", "enterprise__bureau"
    )
    serializer_class = CardOut
    filterset_class = CardFilter
    parser_classes = [TextJSONParser, FileParser]

    def get_throttles(self) -> list[Any]:
        """Pictures cost the server most."""
        return [*super().get_throttles(), *([PictureThrottle()] if self.action == "put_photo" else [])]

    @extend_schema(request=CardForm, responses={201: CardOut})
    def create(self, request: Request) -> Response:
        """Issue a card (发工牌) to somebody employed today; the one that stands already is answered again."""
        form = self.body(CardForm)
        enterprise = self._enterprise(form)
        worker = self.named("worker", Worker.objects.select_related("merged_into"), form["worker"])
        made = cards.issue_card(actor=self.member, worker=worker, enterprise=enterprise, day=self.day)
        return self.shown(self.again(made), 201)

    @step("revoke", body=Reason)
    def revoke(self, request: Request, pk: str) -> Response:
        """From now on whoever scans it reads 已作废."""
        card = self.get_object()
        cards.revoke_card(actor=self.member, card=card, reason=self.body(Reason)["reason"])
        return self.shown(self.again(card))

    @step("replace", body=Reason, answer=CardOut, code=201)
    def replace(self, request: Request, pk: str) -> Response:
        """Revoke it and issue another in its place (换发)."""
        card, reason = self.get_object(), self.body(Reason)["reason"]
        made = cards.replace_card(actor=self.member, card=card, reason=reason, day=self.day)
        return self.shown(self.again(made), 201)

    @extend_schema(responses={(200, PNG): OpenApiTypes.BINARY})
    @action(detail=True)
    def picture(self, request: Request, pk: str) -> HttpResponse:
        """The card as a picture for a phone."""
        card = self.get_object()
        (face,) = card_faces.faces_of([card], day=self.day, address=public_address(request))
        return download(card_faces.phone_card(face), f"工牌-{card.worker.name}.png", content_type=PNG)

    @extend_schema(responses={(200, JPEG): OpenApiTypes.BINARY})
    @action(detail=True)
    def photo(self, request: Request, pk: str) -> HttpResponse:
        """The photo on the card, while its bearer works there; 422 `NO_PHOTO` when there is none."""
        card = self.get_object()
        content = photos.read_photo(actor=self.member, worker=card.worker, enterprise=card.enterprise, day=self.day)
        return download(content, f"照片-{card.worker.name}.jpg", content_type=JPEG)

    @extend_schema(request={"multipart/form-data": PhotoForm}, responses={200: CardOut})
    @photo.mapping.post
    def put_photo(self, request: Request, pk: str) -> Response:
        """Put a photo on the card (放照片): drawn anew, without place and camera; the one before is deleted for good."""
        card, given = self.get_object(), self.body(PhotoForm)["file"]
        content = given.read(DEFAULT_LIMITS.bytes + 1)
        photos.keep_photo(
            actor=self.member, worker=card.worker, enterprise=card.enterprise, content=content, day=self.day
        )
        return self.shown(self.again(card))

    @step("forget-photo")
    def forget_photo(self, request: Request, pk: str) -> Response:
        """Delete the photo for good (删除照片)."""
        card = self.get_object()
        photos.forget_photo(actor=self.member, worker=card.worker, enterprise=card.enterprise, day=self.day)
        return self.shown(self.again(card))
