"""Certificates and results as bases report them, and corrections and revocations that two persons make."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, DayField, Out, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from training.models import Amendment, Assessment, Certificate
from training.services import amendments
from training.services.standing import with_present

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"
PDF = "application/pdf"
NOT_FOUND = "没有查到编号与姓名都相符的证书"


class AmendmentOut(StatefulOut):
    """A correction or revocation: what it is about, what holds instead, why, and who decided when."""

    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Amendment
        fields = ["id", *STATEFUL, "kind", "kind_label", "base", "assessment", "certificate", "completion", "attended_hours",
                  "theory_score", "practice_score", "verdict", "number", "issued_on", "reason", "proposed_on", "decided_on",
                  "decision_note"]  # fmt: skip


class CertificateOut(Out):
    """A certificate as the base reports it; `number_now` and `issued_now` are what holds, `revoked_on` when it ended."""

    worker = PersonOut()
    number_now = serializers.CharField()
    issued_now = serializers.DateField()
    revoked_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Certificate
        fields = [
            "id",
            "number",
            "number_now",
            "assessment",
            "worker",
            "trade",
            "level",
            "issued_on",
            "issued_now",
            "revoked_on",
        ]


class CertificateFilter(django_filters.FilterSet):
    """By number, base, person, trade, level, day and whether it stands."""

    search = search_by(f"证书编号，或{PERSON}", people=("worker",), exact=("number", "amendments__number"))
    base = django_filters.NumberFilter(field_name="assessment__enrolment__training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="worker_id")
    issued_from = django_filters.DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte")
    is_revoked = django_filters.BooleanFilter(
        field_name="revoked_on", lookup_expr="isnull", exclude=True, label="已作废"
    )

    class Meta:
        model = Certificate
        fields = ["search", "number", "base", "worker", "trade", "level", "issued_from", "issued_to", "is_revoked"]


class CertificateForm(Reason):
    """What of a certificate reads otherwise; what is left out stays."""

    number = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    issued_on = DayField(required=False, allow_null=True, default=None)


class Certificates(ReadResource):
    """Certificates; a base sees those it has reported."""

    queryset = Certificate.objects.select_related("worker")
    serializer_class = CertificateOut
    filterset_class = CertificateFilter

    def get_queryset(self) -> Any:
        """With what holds of each now."""
        return with_present(super().get_queryset())

    @step("revoke", body=Reason, answer=AmendmentOut, code=201)
    def revoke(self, request: Request, pk: str) -> Response:
        """Ask that it be revoked (提出作废); it ends when a second person confirms the amendment."""
        certificate, reason = self.get_object(), self.body(Reason)["reason"]
        made = amendments.propose_revocation(actor=self.member, certificate=certificate, reason=reason, day=self.day)
        return self.shown(made, 201, AmendmentOut)

    @step("correct", body=CertificateForm, answer=AmendmentOut, code=201)
    def correct(self, request: Request, pk: str) -> Response:
        """Ask that its number or day of issue read otherwise (提出更正); of a revoked one, that it stands again (恢复)."""
        certificate, form = self.get_object(), self.body(CertificateForm)
        made = amendments.propose_certificate_correction(
            actor=self.member, certificate=certificate, day=self.day, **form
        )
        return self.shown(made, 201, AmendmentOut)


class AssessmentOut(Out):
    """The result of one enrolment as it was recorded: marks out of 100 and the verdict; corrections are amendments."""

    worker = PersonOut(source="enrolment.worker")
    training_class = serializers.IntegerField(source="enrolment.training_class_id")

    class Meta:
        model = Assessment
        fields = ["id", "enrolment", "training_class", "worker", "theory_score", "practice_score", "verdict"]


class AssessmentFilter(django_filters.FilterSet):
    """By class, base, person and verdict."""

    search = search_by(PERSON, people=("enrolment__worker",))
    training_class = django_filters.NumberFilter(field_name="enrolment__training_class_id", label="班次")
    base = django_filters.NumberFilter(field_name="enrolment__training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="enrolment__worker_id", label="学员")

    class Meta:
        model = Assessment
        fields = ["search", "training_class", "base", "worker", "verdict"]


class ResultForm(Reason):
    """The whole result as it should read."""

    attended_hours = serializers.IntegerField(min_value=0, max_value=5_000)
    theory_score = serializers.IntegerField(min_value=0, max_value=100, allow_null=True, required=False, default=None)
    practice_score = serializers.IntegerField(min_value=0, max_value=100, allow_null=True, required=False, default=None)
    verdict = serializers.ChoiceField(Assessment.Verdict.choices)


class Assessments(ReadResource):
    """Results; a base sees its own classes'."""

    queryset = Assessment.objects.select_related("enrolment__worker", "enrolment__training_class__base__bureau")
    serializer_class = AssessmentOut
    filterset_class = AssessmentFilter

    @step("correct", body=ResultForm, answer=AmendmentOut, code=201)
    def correct(self, request: Request, pk: str) -> Response:
        """Ask that the result read otherwise (提出成绩更正)."""
        assessment, form = self.get_object(), self.body(ResultForm)
        made = amendments.propose_result_correction(actor=self.member, assessment=assessment, day=self.day, **form)
        return self.shown(made, 201, AmendmentOut)


class AmendmentFilter(django_filters.FilterSet):
    """By kind, state, base and what it is about."""

    search = search_by(f"证书编号，或{PERSON}", people=("assessment__enrolment__worker",),
                       exact=("number", "certificate__number", "completion__number"))  # fmt: skip

    class Meta:
        model = Amendment
        fields = ["search", "kind", "status", "base", "assessment", "certificate", "completion"]


class Amendments(ReadResource):
    """Corrections and revocations (更正与作废); a base sees its own."""

    queryset = Amendment.objects.select_related("certificate", "completion", "recorded_by")
    serializer_class = AmendmentOut
    filterset_class = AmendmentFilter
    quoting_version = frozenset({"confirm", "refuse", "withdraw"})
    subject = "amendment"
    weighty = frozenset({"confirm"})

    @step("confirm")
    def confirm(self, request: Request, pk: str) -> Response:
        """Agree as the second person (确认): it holds from today on."""
        return self.take(amendments.confirm_amendment)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Do not agree, and say why (不同意)."""
        return self.take(amendments.refuse_amendment, Reason)

    @step("withdraw")
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before anybody has confirmed (撤回)."""
        return self.take(amendments.withdraw_amendment)
