"""Public notices (公示): anybody reads them and objects within their term; names and numbers are masked."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, MoneyField, NumberField, Out
from api.filters import search_by
from api.resource import ReadResource, step
from api.throttles import ObjectionThrottle
from api.v1.objections import ReceivedOut
from park_workers.foundation.actors import SystemActor
from park_workers.foundation.masking import mask_id_number_for_public, mask_name
from subsidies.models import LineDecision, LineItem, PublicNotice
from subsidies.services.objections import receive_objection

#: acts for whoever objects without a log-in
PUBLIC = SystemActor("公众异议")


class NoticeOut(Out):
    """A notice: which batch, how many people, how much, until when."""

    status_label = serializers.CharField()
    batch_name = serializers.CharField(source="batch.name")
    policy_title = serializers.CharField(source="batch.policy.title")
    bureau_name = serializers.CharField(source="batch.bureau.name")
    amount = MoneyField(source="amount_fen")
    counted_days = serializers.ListField(child=serializers.DateField())

    class Meta:
        model = PublicNotice
        fields = ["reference", "status", "status_label", "edition", "policy_title", "batch_name", "bureau_name", "people",
                  "amount", "published_on", "last_day", "counted_days", "is_provisional", "closed_on"]  # fmt: skip


class NoticeLineOut(Out):
    """One line as the public sees it; `position` names it in an objection."""

    name = serializers.SerializerMethodField()
    id_number = serializers.SerializerMethodField()
    payee_name = serializers.SerializerMethodField()
    amount = MoneyField(source="amount_fen")

    class Meta:
        model = LineItem
        fields = ["position", "name", "id_number", "payee_name", "amount"]

    def get_name(self, line: LineItem) -> str:
        return mask_name(line.worker.name) if line.worker else ""

    def get_id_number(self, line: LineItem) -> str:
        return mask_id_number_for_public(line.worker.open_id_number()) if line.worker else ""  # type: ignore[attr-defined]

    def get_payee_name(self, line: LineItem) -> str:
        return line.claim.payee_name if line.claim.organisation_id else mask_name(line.claim.payee_name)


class ObjectionForm(Body):
    """A written objection."""

    objector_name = serializers.CharField(max_length=80)
    contact = serializers.CharField(max_length=60, help_text="电话或地址；加密保存")
    text = serializers.CharField(max_length=2000)
    position = NumberField(required=False, help_text="公示名单中的序号")


def noticed_lines(notice: PublicNotice) -> Any:
    """The lines a notice shows: eligible and neither held nor removed before it; later decisions do not rewrite it."""
    kept_off = LineDecision.objects.filter(line=OuterRef("pk"), is_standing=True, kind__in=("held", "removed"))
    return LineItem.objects.filter(
        ~Exists(kept_off), calculation_id=notice.batch.current_id, is_eligible=True
    ).select_related("worker", "claim__organisation", "claim__worker")  # fmt: skip


class NoticeLineFilter(django_filters.FilterSet):
    """By place and by the firm that is paid; never by a person's name, which would unmask it."""

    search = search_by("收款单位", organisations=("claim__organisation",))
    position = django_filters.NumberFilter(label="序号")


class NoticeFilter(django_filters.FilterSet):
    """By state."""

    search = search_by("批次、政策或公示编号", columns=("batch__name", "batch__policy__title"), exact=("reference",))

    class Meta:
        model = PublicNotice
        fields = ["search", "status"]


class Notices(ReadResource):
    """Notices; those replaced by a newer edition are not listed."""

    queryset = PublicNotice.objects.select_related("batch__policy", "batch__bureau")
    serializer_class = NoticeOut
    lookup_field = "reference"
    lookup_value_regex = "[0-9a-f]{20}"
    filterset_class = NoticeFilter

    def get_queryset(self) -> Any:
        """All of them: a notice is for everybody."""
        return PublicNotice.objects.exclude(status="superseded").select_related("batch__policy", "batch__bureau")

    def get_throttles(self) -> list[Any]:
        """Objections are counted more strictly."""
        return [*super().get_throttles(), *([ObjectionThrottle()] if self.action == "object" else [])]

    @extend_schema(responses=NoticeLineOut(many=True), filters=True)
    @action(detail=True, filterset_class=NoticeLineFilter)
    def lines(self, request: Request, reference: str) -> Response:
        """Who gets how much, masked."""
        self.list_order = ("position", "pk")
        return self.listed(noticed_lines(self.get_object()), NoticeLineOut)

    @step("objections", body=ObjectionForm, answer=ReceivedOut, code=201, examples=[OpenApiExample("异议", {
        "objector_name": "李四", "contact": "13800005678", "text": "该员工已于三月离职", "position": 3}, request_only=True)])  # fmt: skip
    def object(self, request: Request, reference: str) -> Response:
        """Object in writing (异议) while the notice is open."""
        notice, form = self.get_object(), self.body(ObjectionForm)
        position = form.pop("position", None)
        line = None
        if position is not None:
            line = self.named_line(notice, position)
        objection = receive_objection(actor=PUBLIC, notice=notice, line=line, day=self.day, **form)
        return self.shown(objection, 201, ReceivedOut)

    def named_line(self, notice: PublicNotice, position: int) -> LineItem:
        """The line at a position of the notice's list; raises ValidationError."""
        line = noticed_lines(notice).filter(position=position).first() if position < 2**31 else None
        if line is None:
            raise serializers.ValidationError({"position": ["公示名单中没有这个序号"]}, "does_not_exist")
        return line  # type: ignore[no-any-return]
