"""认定机构: filings of assessors with their scope; entered by a clerk, confirmed by another person."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Out, Reason, StatefulOut
from api.filters import Searched
from api.resource import ReadResource, step
from park_workers.models import Organisation
from training.models import AssessorOrganisation, AssessorScope
from training.services.assessors import (
    FilingFacts,
    ScopeLine,
    confirm_assessor,
    end_assessor,
    propose_assessor,
    refuse_assessor,
)


class ScopeOut(Out):
    """A trade with its levels: 5 is the lowest, 1 the highest."""

    class Meta:
        model = AssessorScope
        fields = ["trade", "lowest", "highest", "valid_from", "valid_to"]


class AssessorOut(StatefulOut):
    """A filing: the letter and the four digits begin the numbers of its certificates."""

    organisation_name = serializers.CharField(source="organisation.name")
    scopes = ScopeOut(many=True)

    class Meta:
        model = AssessorOrganisation
        fields = ["id", *STATEFUL, "organisation", "organisation_name", "kind", "assessor_code", "filing_number", "valid_from",
                  "valid_to", "ended_on", "reason", "proposed_on", "confirmed_on", "scopes"]  # fmt: skip


class ScopeForm(Body):
    """A trade and its levels, from the lowest (5 at most) to the highest (1 at least)."""

    trade = serializers.CharField(max_length=40)
    lowest = serializers.IntegerField(min_value=1, max_value=5, help_text="最低级别，5 为五级")
    highest = serializers.IntegerField(min_value=1, max_value=5, help_text="最高级别，1 为一级")


class AssessorForm(Body):
    """What the filing's document says."""

    organisation = NumberField(help_text="企业、培训基地或机构的编号")
    kind = serializers.ChoiceField(choices=AssessorOrganisation.Kind.choices)
    assessor_code = serializers.CharField(max_length=4)
    filing_number = serializers.CharField(max_length=60)
    valid_from = DayField()
    valid_to = DayField()
    scopes = ScopeForm(many=True)


class AssessorFilter(Searched):
    """By state, kind, organisation, code and day of validity."""

    valid_on = django_filters.DateFilter(method="in_force", label="某日有效")

    class Meta:
        model = AssessorOrganisation
        fields = ["search", "status", "kind", "organisation", "assessor_code", "valid_on"]

    def in_force(self, rows: Any, name: str, value: Any) -> Any:
        """Filings whose span holds the day."""
        return rows.in_force_on(value)


def scope_lines(rows: list[dict[str, Any]]) -> tuple[ScopeLine, ...]:
    """Scope lines of a body."""
    return tuple(ScopeLine(row["trade"], row["lowest"], row["highest"]) for row in rows)


class Assessors(ReadResource):
    """Filings of assessors; an organisation sees its own.  Another filing of the same organisation ends the one before."""

    queryset = AssessorOrganisation.objects.select_related("organisation").prefetch_related("scopes")
    serializer_class = AssessorOut
    filterset_class = AssessorFilter
    quoting_version = frozenset({"confirm", "refuse", "end_filing"})
    subject = "assessor"
    weighty = frozenset({"confirm"})

    @extend_schema(request=AssessorForm, responses={201: AssessorOut})
    def create(self, request: Request) -> Response:
        """Enter a filing (登记备案), for a clerk; it waits for another person."""
        form = self.body(AssessorForm)
        body = self.named("organisation", Organisation.objects.all(), form.pop("organisation"))
        facts = FilingFacts(**form | {"scopes": scope_lines(form["scopes"])})
        found = propose_assessor(actor=self.member, organisation=body, facts=facts, day=self.day)
        return self.shown(self.again(found), 201)

    @step("confirm")
    def confirm(self, request: Request, pk: str) -> Response:
        """Another person confirms; in force from its first day on."""
        return self.take(confirm_assessor)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Another person sends it back, with a reason."""
        return self.take(refuse_assessor, Reason)

    @step("end", body=Reason)
    def end_filing(self, request: Request, pk: str) -> Response:
        """It assesses nobody after today, with a reason."""
        return self.take(end_assessor, Reason)
