"""证件照片: give the picture of an identity card, ask what was read on it, delete it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, NumberField, Out
from api.filters import search_by
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, step
from api.throttles import PictureThrottle
from park_workers.foundation.pictures import DEFAULT_LIMITS
from park_workers.models import Enterprise, IdCardPicture
from park_workers.services.id_cards import (
    READING_STATES,
    forget_card_picture,
    reading_of,
    receive_card_picture,
    state_of,
)


class CardFieldOut(serializers.Serializer):
    """A field as read; one that is not sure a person looks at again, an empty one was not found."""

    value = serializers.CharField(allow_blank=True)
    is_sure = serializers.BooleanField()


class CardFieldsOut(serializers.Serializer):
    """What stands on the card."""

    name = CardFieldOut()
    sex = CardFieldOut()
    nation = CardFieldOut()
    birth_on = CardFieldOut()
    address = CardFieldOut()
    id_number = CardFieldOut()


class IdCardPictureOut(Out):
    """A picture and how far its reading is; deleted by itself at `expires_at`."""

    state = serializers.SerializerMethodField()

    class Meta:
        model = IdCardPicture
        fields = ["id", "reference", "state", "job", "employment", "expires_at", "recorded_at"]

    @extend_schema_field({"type": "string", "enum": list(READING_STATES)})
    def get_state(self, picture: IdCardPicture) -> str:
        return state_of(picture)


class IdCardReadingOut(IdCardPictureOut):
    """The same with what was read on it; null while there is nothing."""

    reading = serializers.SerializerMethodField()

    class Meta(IdCardPictureOut.Meta):
        fields = [*IdCardPictureOut.Meta.fields, "reading"]

    @extend_schema_field(CardFieldsOut(allow_null=True))
    def get_reading(self, picture: IdCardPicture) -> Any:
        found = reading_of(picture)
        return None if found is None else asdict(found)


class IdCardForm(Body):
    """The front side (人像面) as a phone takes it."""

    file = serializers.FileField(max_length=255)
    enterprise = NumberField(required=False, help_text="默认为本企业")


class IdCardPictureFilter(django_filters.FilterSet):
    """By hire."""

    search = search_by("照片编号", exact=("reference",))

    class Meta:
        model = IdCardPicture
        fields = ["search", "employment"]


class IdCardPictures(ReadResource):
    """Pictures that the asking member took, for a short time; nobody else's, and none of the bureau's business."""

    queryset = IdCardPicture.objects.select_related("job")
    serializer_class = IdCardPictureOut
    filterset_class = IdCardPictureFilter
    parser_classes = [TextJSONParser, FileParser]

    def get_throttles(self) -> list[Any]:
        """Pictures cost the server most."""
        return [*super().get_throttles(), *([PictureThrottle()] if self.action == "create" else [])]

    def get_queryset(self) -> Any:
        """One's own."""
        rows = super().get_queryset()
        return rows if getattr(self, "swagger_fake_view", False) else rows.filter(recorded_by=self.member)

    @extend_schema(request={"multipart/form-data": IdCardForm}, responses={201: IdCardPictureOut})
    def create(self, request: Request) -> Response:
        """Give a picture; where the reader is installed it is read at once (`job`), otherwise kept only."""
        form = self.body(IdCardForm)
        firms = Enterprise.objects.select_related("organisation")
        enterprise = self.named("enterprise", firms, self.enterprise_wanted(form))
        content = form["file"].read(DEFAULT_LIMITS.bytes + 1)
        made = receive_card_picture(actor=self.member, enterprise=enterprise, content=content)
        answer = self.shown(made, 201)
        answer["Location"] = f"/api/v1/id-card-pictures/{made.pk}/"
        return answer

    @extend_schema(responses=IdCardReadingOut)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How far it is, and what was read: each field with whether it is sure."""
        return self.shown(self.get_object(), form=IdCardReadingOut)

    @step("forget")
    def forget(self, request: Request, pk: str) -> Response:
        """Delete picture and reading for good, before their term."""
        picture = self.get_object()
        forget_card_picture(actor=self.member, picture=picture)
        return self.shown(self.again(picture))
