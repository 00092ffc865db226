"""扫码登记 at the enterprise: what workers wrote after scanning the poster; confirmed with the hire's terms, or refused."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from api.v1.employments import WarningOut
from park_workers.foundation.masking import mask_id_number, mask_phone
from park_workers.models import ContractSpan, ScanEntry
from park_workers.services.scan_decisions import HireTerms, confirm_entry, refuse_entry


class ScanEntryOut(StatefulOut):
    """An entry, masked; names and numbers are empty once they have been erased.  `is_unproven`: known here under another phone."""

    enterprise_name = serializers.CharField(source="enterprise.name")
    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    class Meta:
        model = ScanEntry
        fields = ["id", "reference", *STATEFUL, "enterprise", "enterprise_name", "name", "id_number", "phone", "trade",
                  "entered_on", "consent_version", "is_unproven", "ended_on", "refusal_reason", "registration", "employment"]  # fmt: skip

    def get_id_number(self, entry: ScanEntry) -> str:
        return mask_id_number(entry.open_id_number()) if entry.id_number else ""  # type: ignore[attr-defined]

    def get_phone(self, entry: ScanEntry) -> str:
        return mask_phone(entry.open_phone()) if entry.phone else ""  # type: ignore[attr-defined]


class ConfirmedOut(ScanEntryOut):
    """The confirmed entry with warnings about the hire, which stop nothing."""

    warnings = serializers.SerializerMethodField()

    class Meta(ScanEntryOut.Meta):
        fields = [*ScanEntryOut.Meta.fields, "warnings"]

    def get_warnings(self, entry: ScanEntry) -> list[dict[str, str]]:
        found: list[dict[str, str]] = WarningOut(self.context["warnings"], many=True).data
        return found


class EntryConfirmForm(Body):
    """Trade and post; with `only_register` no hire is registered, otherwise its day and contract are stated."""

    trade = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    is_front_line = serializers.BooleanField(required=False, default=False)
    only_register = serializers.BooleanField(required=False, default=False)
    hired_on = DayField(required=False, allow_null=True, default=None)
    contract_starts_on = DayField(required=False, allow_null=True, default=None)
    contract_ends_on = DayField(required=False, allow_null=True, default=None)
    is_open_ended = serializers.BooleanField(required=False, default=False)
    form = serializers.ChoiceField(ContractSpan.Form.choices, required=False, default=ContractSpan.Form.CONTRACT)


TERMS = ("hired_on", "contract_starts_on", "contract_ends_on", "is_open_ended", "form")


class ScanEntryFilter(django_filters.FilterSet):
    """By state, enterprise and day."""

    search = search_by("姓名或受理编号", columns=("name",), exact=("reference",))
    entered_from = django_filters.DateFilter(field_name="entered_on", lookup_expr="gte")
    entered_to = django_filters.DateFilter(field_name="entered_on", lookup_expr="lte")

    class Meta:
        model = ScanEntry
        fields = ["search", "status", "enterprise", "entered_from", "entered_to"]


class ScanEntries(ReadResource):
    """Entries by scan; nobody is registered before the enterprise confirms."""

    queryset = ScanEntry.objects.select_related("enterprise__organisation")
    serializer_class = ScanEntryOut
    filterset_class = ScanEntryFilter
    quoting_version = frozenset({"confirm", "refuse"})
    subject = "entry"

    @step("confirm", body=EntryConfirmForm, answer=ConfirmedOut)
    def confirm(self, request: Request, pk: str) -> Response:
        """Register the worker, and their hire with a card unless `only_register` (确认登记)."""
        entry = self.get_object()
        seen, form = self.seen_version(entry), self.body(EntryConfirmForm)
        terms: dict[str, Any] = {name: form.pop(name) for name in TERMS}
        hire = None if form.pop("only_register") else HireTerms(**terms)
        done = confirm_entry(actor=self.member, entry=entry, day=self.day, hire=hire, seen_version=seen, **form)
        context = self.get_serializer_context() | {"warnings": done.warnings}
        return Response(ConfirmedOut(self.again(done.entry), context=context).data)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse with a reason, which the worker reads on the receipt (退回登记)."""
        return self.take(refuse_entry, Reason)
