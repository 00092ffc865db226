"""How often one person, one client key or one stranger may ask; the rates are settings (YXT_API_RATE_*)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class _ByOwner(SimpleRateThrottle):
    def owner(self, request: Request) -> str | None:
        """Whose requests are counted together; None = not counted here."""
        raise NotImplementedError

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        owner = self.owner(request)
        return None if owner is None else self.cache_format % {"scope": self.scope, "ident": owner}


class PersonThrottle(_ByOwner):
    """One signed-in person, however many windows are open."""

    scope = "person"

    def owner(self, request: Request) -> str | None:
        return f"user-{request.user.pk}" if request.auth and request.auth.key is None else None


class ClientKeyThrottle(_ByOwner):
    """One client key."""

    scope = "client_key"

    def owner(self, request: Request) -> str | None:
        return f"key-{request.auth.key.prefix}" if request.auth and request.auth.key else None


class StrangerThrottle(_ByOwner):
    """One source that is not signed in."""

    scope = "stranger"

    def owner(self, request: Request) -> str | None:
        return None if request.auth else f"from-{self.get_ident(request)}"


class SignInThrottle(_ByOwner):
    """Passwords and codes tried from one source, whoever they are for; a whole factory may share one address."""

    scope = "sign_in"

    def owner(self, request: Request) -> str | None:
        return f"from-{self.get_ident(request)}"


class ObjectionThrottle(StrangerThrottle):
    """Objections from one source: written by people, so few are enough."""

    scope = "objection"


class VerifyThrottle(_ByOwner):
    """Certificates looked up from one source, signed in or not: names are not to be guessed."""

    scope = "verify"

    def owner(self, request: Request) -> str | None:
        return f"from-{self.get_ident(request)}"


class PictureThrottle(_ByOwner):
    """Pictures sent by one member: drawing them anew and reading them costs most."""

    scope = "picture"

    def owner(self, request: Request) -> str | None:
        return f"member-{request.auth.membership.pk}" if request.auth and request.auth.membership else None


class CodeThrottle(_ByOwner):
    """Codes to telephones asked for by one source, whoever they are for."""

    scope = "code"

    def owner(self, request: Request) -> str | None:
        return f"from-{self.get_ident(request)}"
