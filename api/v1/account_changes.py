"""Payee accounts (收款账户): the number masked; a change is proposed by one person and decided by another."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Reason, StatefulOut
from api.filters import Filters, search_by
from api.resource import ReadResource, step
from park_workers.models import PayeeAccount
from park_workers.services.accounts import approve_account_change, mask_account, refuse_account_change


class PayeeAccountOut(StatefulOut):
    """An account; only its last four are shown."""

    account = serializers.SerializerMethodField()
    organisation_name = serializers.CharField(source="organisation.name", default="")

    class Meta:
        model = PayeeAccount
        fields = ["id", *STATEFUL, "organisation", "organisation_name", "account", "bank_name", "valid_from", "valid_to",
                  "is_from_directory", "proposed_on", "approved_on"]  # fmt: skip

    def get_account(self, account: PayeeAccount) -> str:
        return mask_account(account.last_four)


class PayeeAccountFilter(Filters):
    """By state and owner."""

    search = search_by("单位或开户行", organisations=("organisation",), columns=("bank_name",))

    class Meta:
        model = PayeeAccount
        fields = ["search", "status", "organisation"]


class PayeeAccounts(ReadResource):
    """Accounts and changes of accounts; changes come in as uploads of the sheet `account_changes`."""

    queryset = PayeeAccount.objects.select_related("organisation")
    serializer_class = PayeeAccountOut
    filterset_class = PayeeAccountFilter
    quoting_version = frozenset({"approve", "refuse"})
    weighty = frozenset({"approve"})

    @step("approve")
    def approve(self, request: Request, pk: str) -> Response:
        """A second person approves; in force from its day, at the earliest today."""
        account = self.get_object()
        self.seen_version(account)
        return self.shown(approve_account_change(actor=self.member, account=account, day=self.day))

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """A second person says no, with a reason."""
        account = self.get_object()
        self.seen_version(account)
        reason = self.body(Reason)["reason"]
        return self.shown(refuse_account_change(actor=self.member, account=account, day=self.day, reason=reason))
