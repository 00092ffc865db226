"""Who am I: the signed-in person's roles, the one chosen, and choosing another."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from api.authentication import Acting
from api.errors import Refused
from api.fields import Body, NumberField, Out
from park_workers.models import Membership
from park_workers.services.acting import SESSION_KEY, live_memberships


class MembershipOut(Out):
    """One role at one organisation."""

    role = serializers.CharField()
    role_label = serializers.CharField(source="get_role_display")
    organisation_name = serializers.CharField(source="organisation.name")

    class Meta:
        model = Membership
        fields = ["id", "role", "role_label", "organisation", "organisation_name", "valid_from"]


@extend_schema_serializer(many=False)
class SessionOut(serializers.Serializer):
    """The person, the role requests act in (null: to be chosen), the roles there are, and the business day."""

    name = serializers.CharField()
    acting = MembershipOut(allow_null=True)
    memberships = MembershipOut(many=True)
    is_client_key = serializers.BooleanField()
    day = serializers.DateField()


class RoleChoice(Body):
    """Which role to act in."""

    membership = NumberField()


class Session(ViewSet):
    """The person behind the request."""

    is_open_without_role = True
    without_key = frozenset({"role"})

    @extend_schema(responses=SessionOut)
    def list(self, request: Request) -> Response:
        """Who acts, and in which roles they could."""
        acting: Acting = request.auth
        live = [acting.membership] if acting.key else live_memberships(request.user)
        shown = {"name": request.user.display_name, "acting": acting.membership, "memberships": live,
                 "is_client_key": acting.key is not None, "day": timezone.localdate()}  # fmt: skip
        return Response(SessionOut(shown).data)

    @extend_schema(request=RoleChoice, responses=MembershipOut)
    @action(detail=False, methods=["post"])
    def role(self, request: Request) -> Response:
        """Act in another of one's roles from now on; the session's key changes with it."""
        if request.auth.key is not None:
            raise Refused(403, "CLIENT_KEY_HAS_ONE_ROLE", "接口密钥只对应一个岗位", "请为另一岗位另建密钥")
        form = RoleChoice(data=request.data)
        form.is_valid(raise_exception=True)
        wanted: Any = form.validated_data["membership"]
        chosen = next((m for m in live_memberships(request.user) if m.pk == wanted), None)
        if chosen is None:
            raise Refused(404, "NOT_FOUND", "您没有这个岗位，或岗位已失效", "请用 GET /api/v1/session/ 查看可选岗位")
        request._request.session.cycle_key()
        request._request.session[SESSION_KEY] = chosen.pk
        return Response(MembershipOut(chosen).data)
