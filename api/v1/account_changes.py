"""Payee accounts (收款账户): the number masked; a change is proposed by one person and decided by another."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from park_workers.models import Organisation, PayeeAccount
from park_workers.services.accounts import (
    approve_account_change,
    mask_account,
    propose_account_change,
    refuse_account_change,
)


class PayeeAccountOut(StatefulOut):
    """An account; only its last four are shown."""

    account = serializers.SerializerMethodField()
    organisation_name = serializers.CharField(source="organisation.name", default="")

    class Meta:
        model = PayeeAccount
        fields = ["id", *STATEFUL, "organisation", "organisation_name", "account", "bank_name", "valid_from", "valid_to",
                  "is_from_directory", "proposed_on", "approved_on", "reason", "evidence"]  # fmt: skip

    def get_account(self, account: PayeeAccount) -> str:
        return mask_account(account.last_four)


class PayeeAccountFilter(django_filters.FilterSet):
    """By state and owner."""

    search = search_by("单位或开户行", organisations=("organisation",), columns=("bank_name",))

    class Meta:
        model = PayeeAccount
        fields = ["search", "status", "organisation"]


class AccountChangeForm(Body):
    """Another account for a firm, why, and by what paper."""

    organisation = NumberField()
    account = serializers.CharField(max_length=40)
    bank_name = serializers.CharField(max_length=120)
    effective_on = DayField()
    reason = serializers.CharField(max_length=200)
    evidence = serializers.CharField(max_length=200)


class PayeeAccounts(ReadResource):
    """Accounts and changes of accounts; many changes at once come in as an upload of the sheet `account_changes`."""

    queryset = PayeeAccount.objects.select_related("organisation")
    serializer_class = PayeeAccountOut
    filterset_class = PayeeAccountFilter
    quoting_version = frozenset({"approve", "refuse"})
    subject = "account"
    weighty = frozenset({"approve"})

    @extend_schema(request=AccountChangeForm, responses={201: PayeeAccountOut})
    def create(self, request: Request) -> Response:
        """Propose another account for a firm (申请账号变更), for a clerk."""
        form = self.body(AccountChangeForm)
        firms = Organisation.objects.filter(enterprise__isnull=False)
        form["organisation"] = self.named("organisation", firms, form["organisation"])
        return self.shown(propose_account_change(actor=self.member, day=self.day, **form), 201)

    @step("approve")
    def approve(self, request: Request, pk: str) -> Response:
        """A second person approves; in force from its day, at the earliest today."""
        return self.take(approve_account_change)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """A second person says no, with a reason."""
        return self.take(refuse_account_change, Reason)
