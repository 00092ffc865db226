"""Hires and leavers (就业记录): register, leave, correct; contracts and posts beneath."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import django_filters
from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused, field_errors, problem_errors
from api.fields import Out, PersonOut, Reason
from api.filters import Searched
from api.idempotency import key_of
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, step
from api.throttles import PictureThrottle
from api.v1.employment_forms import (
    HIRE_EXAMPLE,
    ContractForm,
    HireDateForm,
    HireForm,
    HireWithCardForm,
    LeaveForm,
    PostForm,
    readable,
)
from park_workers.foundation.pictures import DEFAULT_LIMITS
from park_workers.models import ContractSpan, Employment, Enterprise, IdCardPicture, PostSpan, Worker
from park_workers.models.named import of_people
from park_workers.models.users import TENANT_ROLES
from park_workers.services.employments import (
    Registration,
    judge_form,
    record_leave,
    register_employment,
)
from park_workers.services.hires import register_with_card
from park_workers.services.spans import state_contract, state_post, undo_leave
from subsidies.services.hire_dates import state_hire_date


class ContractOut(Out):
    """A contract; without an end it is open-ended (无固定期限)."""

    class Meta:
        model = ContractSpan
        fields = ["id", "starts_on", "ends_on", "form"]


class PostOut(Out):
    """Trade and post from a day on."""

    class Meta:
        model = PostSpan
        fields = ["id", "starts_on", "trade", "is_front_line"]


class EmploymentOut(Out):
    """One span of work; `left_on` is inclusive."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.name")
    contracts = ContractOut(many=True)
    posts = PostOut(many=True)

    class Meta:
        model = Employment
        fields = ["id", "reference", "worker", "enterprise", "enterprise_name", "hired_on", "left_on", "leave_reason",
                  "introducer", "source", "contracts", "posts", "recorded_at"]  # fmt: skip


class WarningOut(serializers.Serializer):
    """Something worth a look that stops nothing."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()


class RegisteredOut(EmploymentOut):
    """A hire just registered, with warnings and the picture kept with it."""

    warnings = serializers.SerializerMethodField()
    id_card_picture = serializers.IntegerField(allow_null=True)

    class Meta(EmploymentOut.Meta):
        fields = [*EmploymentOut.Meta.fields, "warnings", "id_card_picture"]

    @extend_schema_field(WarningOut(many=True))
    def get_warnings(self, employment: Employment) -> Any:
        return WarningOut(self.context["warnings"], many=True).data


class EmploymentFilter(Searched):
    """By enterprise, person, dates."""

    search = django_filters.CharFilter(
        method="by_search", max_length=80, label="姓名（汉字、全拼或首字母）、证件末四位或受理编号"
    )
    enterprise = django_filters.NumberFilter(field_name="enterprise_id")
    worker = django_filters.NumberFilter(field_name="worker_id")
    name = django_filters.CharFilter(method="by_name", max_length=80, label="姓名的一部分")
    employed_on = django_filters.DateFilter(method="by_day", label="当日在职")
    hired_from = django_filters.DateFilter(field_name="hired_on", lookup_expr="gte")
    hired_to = django_filters.DateFilter(field_name="hired_on", lookup_expr="lte")
    has_left = django_filters.BooleanFilter(field_name="left_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Employment
        fields = ["search", "enterprise", "worker", "name", "employed_on", "hired_from", "hired_to", "has_left"]

    def by_name(self, rows: Any, name: str, value: str) -> Any:
        """Of people whose name has the text in it."""
        return rows.filter(of_people(Worker.objects.named_like(value)))

    def by_day(self, rows: Any, name: str, value: Any) -> Any:
        """Hired by the day and not left before it."""
        return rows.employed_on(value)


class Employments(ReadResource):
    """Who works where, since when."""

    queryset = Employment.objects.select_related("worker", "enterprise__organisation").prefetch_related(
        "contracts", "posts"
    )
    serializer_class = EmploymentOut
    filterset_class = EmploymentFilter
    parser_classes = [TextJSONParser, FileParser]

    def get_throttles(self) -> list[Any]:
        """Pictures cost the server most."""
        has_picture = self.action == "create" and self.request.content_type.startswith("multipart/")
        return [*super().get_throttles(), *([PictureThrottle()] if has_picture else [])]

    @extend_schema(request={"application/json": HireForm, "multipart/form-data": HireWithCardForm},
        responses={201: RegisteredOut}, examples=[
        OpenApiExample("登记入职", HIRE_EXAMPLE, request_only=True, media_type="application/json")])  # fmt: skip
    def create(self, request: Request) -> Response:
        """Register a hire (登记入职), with or without a picture of the card; all bad fields are named at once, warnings stop nothing."""
        stated = self._stated()
        wanted = self.enterprise_wanted(stated)
        card, content = stated.pop("id_card_picture", None), stated.pop("id_card", None)
        enterprise = self._own_enterprise(wanted) or self.named("enterprise", Enterprise.objects.all(), wanted)
        hire: dict[str, Any] = {
            "actor": self.member,
            "enterprise": enterprise,
            "day": self.day,
            "request_id": key_of(request),
        } | stated
        picture = None
        if card is None and content is None:
            found = register_employment(**hire)
        else:
            mine = IdCardPicture.objects.filter(recorded_by=self.member, enterprise=enterprise).select_related(
                "employment"
            )
            before = self.named("id_card_picture", mine, card) if card is not None else None
            found, picture = register_with_card(
                card=before, content=content and content.read(DEFAULT_LIMITS.bytes + 1), **hire
            )
        employment = self.again(found.employment) if found.is_repeat else _as_written(found)
        # One serializer for all requests: putting its fields together takes longer than they need.
        answer = SHOWN.to_representation(employment) | {
            "warnings": SHOWN_WARNINGS.to_representation(found.warnings), "id_card_picture": picture.pk if picture else None,
        }  # fmt: skip
        return Response(answer, status=201, headers={"Location": f"/api/v1/employments/{found.employment.pk}/"})

    def _own_enterprise(self, wanted: int) -> Enterprise | None:
        """The actor's own enterprise, which was read with the actor, if it is the one wanted."""
        if wanted != self.member.organisation_id or self.member.role not in TENANT_ROLES:
            return None
        return getattr(self.member.organisation, "enterprise", None)

    def _form_of_hire(self) -> HireForm:
        return STATED_WITH_CARD if isinstance(self.request.data, QueryDict) else STATED

    def _stated(self) -> dict[str, Any]:
        """The form; what cannot be read and what the rules refuse of the rest are named together."""
        with suppress(serializers.ValidationError):
            return dict(self._form_of_hire().run_validation(self.request.data))
        form = type(self._form_of_hire())(data=self.request.data)
        form.is_valid()
        errors = list(field_errors(form.errors))
        named = {error["field"] for error in errors}
        found = judge_form(readable(form, self.request.data), self.day)
        raise FormRefused(errors + problem_errors([p for p in found if p.field not in named]))

    @step("leave", body=LeaveForm)
    def leave(self, request: Request, pk: str) -> Response:
        """Record the last day (登记离职); the same day again changes nothing."""
        employment, form = self.get_object(), self.body(LeaveForm)
        record_leave(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(employment))

    @step("correct-hire-date", body=HireDateForm)
    def correct_hire_date(self, request: Request, pk: str) -> Response:
        """Another hire date, with a reason: by a clerk, or by the enterprise until a batch has judged it."""
        employment, form = self.get_object(), self.body(HireDateForm)
        state_hire_date(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(employment))

    @step("undo-leave", body=Reason)
    def undo_leave(self, request: Request, pk: str) -> Response:
        """The person has not left after all (撤销离职登记), with a reason."""
        employment, form = self.get_object(), self.body(Reason)
        undo_leave(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(employment))

    @step("contracts", body=ContractForm)
    def contracts(self, request: Request, pk: str) -> Response:
        """State a contract (签订、续签或更正合同): one that begins on another day is added, on a known day corrected."""
        employment, form = self.get_object(), self.body(ContractForm)
        state_contract(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(employment))

    @step("posts", body=PostForm)
    def posts(self, request: Request, pk: str) -> Response:
        """State trade and post from a day on (岗位变动); on a known day they are corrected."""
        employment, form = self.get_object(), self.body(PostForm)
        state_post(actor=self.member, employment=employment, day=self.day, **form)
        return self.shown(self.again(employment))


SHOWN, SHOWN_WARNINGS, STATED, STATED_WITH_CARD = EmploymentOut(), WarningOut(many=True), HireForm(), HireWithCardForm()


def _as_written(found: Registration) -> Employment:
    """The employment with contract and post as they were just written, as if all had been read again."""
    rows: Any = {"contracts": [found.contract], "posts": [found.post]}
    found.employment._prefetched_objects_cache = rows  # type: ignore[attr-defined]
    return found.employment
