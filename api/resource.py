"""What every resource of the API does alike: who acts, what they see, keys of requests, versions, pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.confirmation import check_confirmed
from api.errors import FormRefused, Refused
from api.filters import KnownFilters
from api.idempotency import act_once
from api.negotiation import OneForm
from api.public_operations import is_public
from api.visibility import visible
from park_workers.foundation.business_day import business_day
from park_workers.foundation.workflow import StatefulModel
from park_workers.models import Membership, Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: no number of a row is longer
NUMBER = "[0-9]{1,18}"


def step(url_path: str, *, body: Any = None, answer: Any = None, code: int = 200, **more: Any) -> Any:
    """One action on one object, `POST …/<id>/<url_path>/`, with its body and its answer (the resource's own by default)."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        answers: dict[str, Any] = {"responses": {code: answer}} if answer else {}
        described: Any = extend_schema(request=body, **(more | answers))
        return described(action(detail=True, methods=["post"], url_path=url_path)(method))  # type: ignore[no-any-return]

    return decorate


class Resource(GenericViewSet):
    """Rows of one table as their viewer may see them; other people's rows do not exist."""

    lookup_value_regex = NUMBER
    content_negotiation_class = OneForm
    list_order: ClassVar[tuple[str, ...]] = ("-pk",)
    #: actions that change nothing twice by themselves
    without_key: ClassVar[frozenset[str]] = frozenset()
    #: actions that ask again who it is: signatures, publications, money, anything in plain, keys
    weighty: ClassVar[frozenset[str]] = frozenset()
    #: what services call the object they act on
    subject: ClassVar[str] = ""

    @property
    def member(self) -> Membership:
        """Who acts."""
        membership: Membership = self.request.auth.membership
        return membership

    @property
    def day(self) -> date:
        """The business day: today in Asia/Shanghai."""
        return business_day()

    def get_authenticators(self) -> list[Any]:
        """A public operation asks nobody who they are."""
        return [] if is_public(self) else super().get_authenticators()

    def get_queryset(self) -> Any:
        """Rows the viewer may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return visible(self.queryset.all(), self.member)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever changes something runs once per client key, in one transaction with it."""
        super().initial(request, *args, **kwargs)
        if self.action in self.weighty:
            check_confirmed(request)
        if request.method == "POST" and self.action and self.action not in self.without_key:
            act = getattr(self, request.method.lower())
            member = None if is_public(self) else self.member
            self.post = lambda request, *a, **kw: act_once(request, member, lambda: act(request, *a, **kw))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Personal data stays in no cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    def body(self, form: type[Any]) -> dict[str, Any]:
        """The request's body, judged; every bad field is named at once."""
        judged = form(data=self.request.data, context=self.get_serializer_context())
        judged.is_valid(raise_exception=True)
        found: dict[str, Any] = judged.validated_data
        return found

    def named(self, field: str, rows: Any, pk: int) -> Any:
        """The row that a field of the body names, if the actor may see it; raises FormRefused otherwise."""
        found = visible(rows, self.member).filter(pk=pk).first()
        if found is None:
            raise FormRefused(
                [{"field": field, "code": "does_not_exist", "message": f"没有编号为 {pk} 的对象", "fix": "请核对编号"}]
            )
        return found

    def enterprise_wanted(self, form: dict[str, Any]) -> int:
        """The number of the enterprise that a body names (taken out of it), else the actor's own; raises FormRefused."""
        own = self.member.organisation_id if self.member.role == Role.ENTERPRISE_HR else None
        wanted: int | None = form.pop("enterprise", own)
        if wanted is None:
            wrong = {"field": "enterprise", "code": "required", "message": "须指明企业", "fix": "请填写企业的编号"}
            raise FormRefused([wrong])
        return wanted

    def seen_version(self, subject: StatefulModel, *, is_required: bool = False) -> int | None:
        """The version the client looked at (If-Match); raises Refused 412 when it is no longer that, 428 when it must be told."""
        quoted = self.request.headers.get("If-Match", "").strip()
        if not quoted:
            if is_required:
                raise Refused(
                    428,
                    "VERSION_REQUIRED",
                    "须在 If-Match 头写明您所核对的版本",
                    "请先读取该记录，把应答的 ETag 原样带回",
                )
            return None
        if quoted != etag_of(subject):
            raise Refused(412, "VERSION_CHANGED", "该记录刚被他人办理过，本次操作未生效", "请重新读取后再办理")
        return subject.version

    def take(self, act: Callable[..., Any], form: type[Any] | None = None, **more: Any) -> Response:
        """One step of the addressed object by the service `act`, as the client last saw it and with what the body states."""
        found = self.get_object()
        seen = self.seen_version(found)
        more |= self.body(form) if form else {}
        act(actor=self.member, day=self.day, seen_version=seen, **{self.subject: found}, **more)
        return self.shown(self.again(found))

    def shown(self, subject: Any, code: int = 200, form: type[Any] | None = None) -> Response:
        """An object as an answer, with its version as ETag."""
        chosen = form or self.get_serializer_class()
        headers = {"ETag": etag_of(subject)} if isinstance(subject, StatefulModel) else None
        return Response(chosen(subject, context=self.get_serializer_context()).data, status=code, headers=headers)

    def listed(self, rows: Any, form: type[Any]) -> Response:
        """A page of another table's rows under this resource."""
        page = self.paginate_queryset(KnownFilters().filtered(self.request, rows, self))
        return self.get_paginated_response(form(page, many=True, context=self.get_serializer_context()).data)

    def again(self, subject: Any) -> Any:
        """The object as it stands now, with everything the answer shows."""
        return self.get_queryset().get(pk=subject.pk)


class ReadResource(mixins.ListModelMixin, Resource):
    """A table to list and to look into."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One object."""
        return self.shown(self.get_object())


def etag_of(subject: StatefulModel) -> str:
    """The version as an entity tag."""
    return f'"{subject.version}"'


def download(content: bytes, name: str, *, content_type: str = XLSX) -> HttpResponse:
    """A workbook, or a file of another kind, under its (Chinese) name."""
    response = HttpResponse(content, content_type=content_type)
    plain = f"download.{name.rpartition('.')[2]}"
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
