"""How the OpenAPI document describes what all operations share: client keys, versions, refusals."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from api import confirmation
from api.idempotency import HEADER
from api.public_operations import is_public
from park_workers.foundation.problems import MEDIA_TYPE

KEY_FORM = {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[!-~]*$"}
KEY_HEADER = OpenApiParameter(
    HEADER, KEY_FORM, OpenApiParameter.HEADER, required=True,
    description="One per act, 8 to 64 visible ASCII characters, such as a UUID; the same again when retrying.",
)  # fmt: skip
VERSION_HEADER = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER,
    description="The ETag (version) the client looked at; 412 when somebody else has acted since.",
)  # fmt: skip

CONFIRMATION_HEADER = OpenApiParameter(
    confirmation.HEADER, str, OpenApiParameter.HEADER,
    description="With a client key: the `confirmation` that POST /api/v1/session/confirmation/ has answered a moment ago.",
)  # fmt: skip
ASKS_AGAIN = (
    "Asks for a fresh confirmation of the person (POST /api/v1/session/confirmation/); without it 403 `CONFIRM_AGAIN`."
)


class FieldErrorOut(serializers.Serializer):
    """One bad field."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()


class ProblemOut(serializers.Serializer):
    """A refusal (RFC 9457): what, and what to do; `errors` names every bad field."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    fix = serializers.CharField()
    errors = FieldErrorOut(many=True)


class OperationSchema(AutoSchema):
    """Adds the headers and refusals that `Resource` adds to every operation."""

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        found = [CONFIRMATION_HEADER] if self._is_weighty() else []
        if self.method != "POST":
            return found
        if view.action not in getattr(view, "without_key", ()):
            found.append(KEY_HEADER)
        if view.action in getattr(view, "quoting_version", ()):
            required = view.action in getattr(view, "requiring_version", ())
            found.append(VERSION_HEADER if not required else _required(VERSION_HEADER))
        return found

    def _is_weighty(self) -> bool:
        return getattr(self.view, "action", "") in getattr(self.view, "weighty", ())

    def get_description(self) -> str:
        """What the operation does; a weighty one says that it asks again."""
        said = str(super().get_description() or "")
        return f"{said}\n\n{ASKS_AGAIN}" if self._is_weighty() else said

    def get_auth(self) -> list[Any]:
        return [{}] if is_public(self.view) else super().get_auth()

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        codes = ["406", "429", "503"] if is_public(self.view) else ["401", "403", "406", "429", "503"]
        if "{" in self.path or getattr(self.view, "looks_for_one", False):
            codes.append("404")
        is_list = self._is_list_view() and getattr(self.view, "paginator", None)
        if self.method == "GET" and (
            is_list or getattr(self.view, "action", "") in getattr(self.view, "judges_questions", ())
        ):
            codes += ["400", "422"]
        if getattr(self.view, "action", "") in getattr(self.view, "waiting_for_a_state", ()):
            codes.append("409")
        if self.method == "POST":
            codes += ["400", "409", "413", "415", "422"]
            if self.view.action in getattr(self.view, "quoting_version", ()):
                codes += ["412", "428"]
        if getattr(self.view, "is_open_without_role", False):
            codes += ["401", "403"]  # signing in is open to everybody and checks the CSRF token
        refusal = OpenApiResponse(ProblemOut, description="Refused")
        for code in sorted(codes):
            if code not in bodies:
                bodies[code] = self._get_response_for_code(refusal, code, [MEDIA_TYPE], direction)
        return bodies


class _BodyForm(OpenApiSerializerExtension):
    """A body has the fields named and no others."""

    target_class = "api.fields.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        form = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return form | {"additionalProperties": False}


def _required(parameter: OpenApiParameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name, parameter.type, parameter.location, required=True, description=parameter.description
    )
