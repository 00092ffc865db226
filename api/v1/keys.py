"""Client keys (接口密钥) of one's own membership."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.client_keys import issue_client_key, revoke_client_key
from api.errors import Refused
from api.fields import Body, Out
from api.filters import search_by
from api.models import ClientKey
from api.resource import Resource, step


class KeyOut(Out):
    """A key without its text."""

    class Meta:
        model = ClientKey
        fields = ["prefix", "name", "created", "revoked"]


class IssuedKeyOut(KeyOut):
    """A key with its text, shown this once."""

    key = serializers.SerializerMethodField()

    class Meta(KeyOut.Meta):
        fields = [*KeyOut.Meta.fields, "key"]

    def get_key(self, key: ClientKey) -> str:
        return str(self.context["text"])


class KeyForm(Body):
    """What a key is for."""

    name = serializers.CharField(max_length=50)


class KeyFilter(django_filters.FilterSet):
    """Those in use, and by what they are for."""

    search = search_by("名称或前缀", columns=("name",), exact=("prefix",))

    class Meta:
        model = ClientKey
        fields = ["search", "revoked"]


class Keys(mixins.ListModelMixin, Resource):
    """One's own client keys; only a person signed in with a session issues or revokes them."""

    queryset = ClientKey.objects.all()
    serializer_class = KeyOut
    filterset_class = KeyFilter
    lookup_field = "prefix"
    lookup_value_regex = "[A-Za-z0-9]{8}"
    list_order = ("-created",)
    weighty = frozenset({"create"})

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return ClientKey.objects.none()
        return ClientKey.objects.filter(membership=self.member)

    def _check_session(self) -> None:
        if self.request.auth.key is not None:
            raise Refused(403, "SESSION_NEEDED", "接口密钥不能管理密钥", "请登录后办理")

    @extend_schema(request=KeyForm, responses={201: IssuedKeyOut})
    def create(self, request: Request) -> Response:
        """Issue a key; its text is in this answer only."""
        self._check_session()
        key, text = issue_client_key(actor=self.member, day=self.day, **self.body(KeyForm))
        return Response(IssuedKeyOut(key, context={"text": text}).data, status=201)

    @step("revoke")
    def revoke(self, request: Request, prefix: str) -> Response:
        """Take a key back for good."""
        key = self.get_object()
        self._check_session()
        return self.shown(revoke_client_key(actor=self.member, key=key, day=self.day))
