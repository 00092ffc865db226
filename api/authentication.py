"""Who asks: a session with CSRF and its chosen role, or a client key bound to one membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.errors import Refused
from api.models import ClientKey
from api.public_operations import is_public
from park_workers.models import Membership, User
from park_workers.services.acting import SESSION_KEY, chosen_membership, live_memberships

KEYWORD = "Api-Key"


@dataclass(frozen=True)
class Acting:
    """The role a request acts in (None: still to be chosen), and the client key it came with."""

    membership: Membership | None
    key: ClientKey | None = None


class ClientKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`: the key's membership acts, as long as it is in force."""

    def authenticate(self, request: Request) -> tuple[User, Acting] | None:
        keyword, _, value = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        try:
            key = ClientKey.objects.get_from_key(value.strip())
        except ClientKey.DoesNotExist as error:
            raise exceptions.AuthenticationFailed from error
        if key.expiry_date is not None and key.expiry_date < timezone.now():
            raise exceptions.AuthenticationFailed
        return key.membership.user, Acting(key.membership, key)

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing or wrong key a 401."""
        return KEYWORD


class SessionMemberAuthentication(SessionAuthentication):
    """The log-in of the pages, with CSRF; acts in the role chosen in the session."""

    def authenticate(self, request: Request) -> tuple[User, Acting] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        chosen = request._request.session.get(SESSION_KEY)
        return user, Acting(chosen_membership(live_memberships(user), chosen))

    def enforce_csrf(self, request: Any) -> None:
        """As the framework does, in words a client's author understands."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise Refused(
                403,
                "CSRF_FAILED",
                "跨站请求校验未通过",
                "请在 X-CSRFToken 头带上 csrftoken Cookie 的值，并写明 Referer",
            ) from error


class ActsInARole(BasePermission):
    """Signed in with a role, unless the operation is public."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if is_public(view):
            return True
        if request.auth is None:
            return False
        if request.auth.membership is None and not getattr(view, "is_open_without_role", False):
            raise Refused(403, "ROLE_NOT_CHOSEN", "尚未选择岗位", "请先用 POST /api/v1/session/role/ 选择岗位")
        return True


class _ClientKeyScheme(OpenApiAuthenticationExtension):
    target_class = ClientKeyAuthentication
    name = "clientKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Api-Key <key>`"}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionMemberAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "unsafe methods need X-CSRFToken"}
