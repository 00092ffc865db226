"""People (人员): masked; searched by name and last four; shown in plain with a reason."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import NumberField, Reason, WorkerOut
from api.filters import Searched
from api.resource import ReadResource, step
from park_workers.foundation.search_hash import search_hash
from park_workers.models import Worker
from park_workers.services.people import merge_workers, reveal


class WorkerFilter(Searched):
    """Search: the beginning of a name, typed in any way, or the last four of the document number."""

    search = django_filters.CharFilter(
        method="by_search", max_length=80, label="姓名（汉字、全拼或首字母）或证件末四位"
    )
    name = django_filters.CharFilter(method="by_name", max_length=80, label="姓名的一部分")
    last_four = django_filters.CharFilter(method="by_last_four", min_length=4, max_length=4, label="证件号码末四位")
    employed_at = django_filters.NumberFilter(field_name="employments__enterprise_id", label="企业")

    class Meta:
        model = Worker
        fields = ["search", "name", "last_four", "employed_at", "sex"]

    def by_name(self, rows: Any, name: str, value: str) -> Any:
        """Whose name has the text in it."""
        return rows.named_like(value)

    def by_last_four(self, rows: Any, name: str, value: str) -> Any:
        """Found by the keyed hash beside the encrypted number."""
        return rows.filter(last_four_hash=search_hash(value.upper(), purpose="last_four"))


class RevealedOut(serializers.Serializer):
    """Personal data in plain."""

    id_number = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)


class MergeForm(Reason):
    """Which record stays."""

    into = NumberField(help_text="保留的人员")


class Workers(ReadResource):
    """Any natural person known; being here does not mean being registered or employed."""

    queryset = Worker.objects.all()
    serializer_class = WorkerOut
    filterset_class = WorkerFilter
    # Looking is no change: every look leaves its own event, so a key would hide a second one.
    without_key = frozenset({"reveal"})
    weighty = frozenset({"reveal"})

    @step("reveal", body=Reason, answer=RevealedOut, examples=[
        OpenApiExample("事由", {"reason": "与银行核对收款人"}, request_only=True)])  # fmt: skip
    def reveal(self, request: Request, pk: str) -> Response:
        """Document number and phone in plain; leaves an event with the reason."""
        worker = self.get_object()
        found = reveal(actor=self.member, worker=worker, reason=self.body(Reason)["reason"], day=self.day)
        return Response(RevealedOut(found).data)

    @step("merge", body=MergeForm)
    def merge(self, request: Request, pk: str) -> Response:
        """Two records are one person: this one stands for `into` from now on."""
        duplicate, form = self.get_object(), self.body(MergeForm)
        into = self.named("into", Worker.objects.all(), form["into"])
        kept = merge_workers(actor=self.member, duplicate=duplicate, into=into, reason=form["reason"], day=self.day)
        return self.shown(kept)
