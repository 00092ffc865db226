"""Results of the technical review, objections to them, the grades given, and their revocation by two persons."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, Out, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from api.v1.objections import ContactOut
from api.v1.review_scores import Points
from training.models import GradeRevocation, ReviewGrade, ReviewObjection, ReviewResult
from training.services import grade_revocations as revocations
from training.services.review_notices import decide_review_objection, reveal_review_contact

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"


class ReviewResultOut(Out):
    """A candidate's total (out of 100.00) and grade; an empty grade is below every pass line."""

    worker = PersonOut(source="application.worker")
    round = serializers.IntegerField(source="application.round_id")
    total = Points()

    class Meta:
        model = ReviewResult
        fields = ["id", "round", "application", "worker", "total", "grade", "decided_on"]


class ReviewGradeOut(Out):
    """A grade that holds from a day on: the fact that rules look at; `revoked_on`: it counts for nothing since."""

    worker = PersonOut()
    revoked_on = serializers.DateField(allow_null=True)

    class Meta:
        model = ReviewGrade
        fields = ["id", "result", "worker", "trade", "grade", "valid_from", "revoked_on"]


class GradeRevocationOut(StatefulOut):
    """A revocation: why, by whom asked, and how it was decided."""

    cause_label = serializers.CharField(source="get_cause_display")

    class Meta:
        model = GradeRevocation
        fields = [
            "id",
            *STATEFUL,
            "grade",
            "cause",
            "cause_label",
            "reason",
            "proposed_on",
            "decided_on",
            "decision_note",
        ]


class ReviewObjectionOut(StatefulOut):
    """An objection to a result; how to reach the objector is not shown here."""

    round = serializers.IntegerField(source="notice.round_id")
    notice = serializers.CharField(source="notice.reference")
    blind_number = serializers.IntegerField(source="application.blind_number")

    class Meta:
        model = ReviewObjection
        fields = ["id", "reference", *STATEFUL, "round", "notice", "application", "blind_number", "objector_name", "text",
                  "received_on", "decided_on", "decision_note"]  # fmt: skip


class GradeRevokeForm(Reason):
    """Why the grade should not have been given."""

    cause = serializers.ChoiceField(GradeRevocation.Cause.choices)


class ReviewVerdictForm(Body):
    """Upheld (成立) keeps the grade from being given; a reason either way."""

    is_upheld = serializers.BooleanField()
    note = serializers.CharField(max_length=300)


class ReviewResultFilter(django_filters.FilterSet):
    """By round and grade."""

    search = search_by(PERSON, people=("application__worker",))
    round = django_filters.NumberFilter(field_name="application__round_id", label="评审批")

    class Meta:
        model = ReviewResult
        fields = ["search", "round", "grade"]


class ReviewGradeFilter(django_filters.FilterSet):
    """By person, trade, day, and whether it was revoked."""

    search = search_by(PERSON, people=("worker",))
    worker = django_filters.NumberFilter(field_name="worker_id")
    valid_to = django_filters.DateFilter(field_name="valid_from", lookup_expr="lte", label="某日已生效")
    is_revoked = django_filters.BooleanFilter(
        field_name="revoked_on", lookup_expr="isnull", exclude=True, label="已撤销"
    )

    class Meta:
        model = ReviewGrade
        fields = ["search", "worker", "trade", "grade", "valid_to", "is_revoked"]


class GradeRevocationFilter(django_filters.FilterSet):
    """By state and grade."""

    search = search_by(PERSON, people=("grade__worker",))

    class Meta:
        model = GradeRevocation
        fields = ["search", "status", "cause", "grade"]


class ReviewObjectionFilter(django_filters.FilterSet):
    """By round and state."""

    search = search_by("异议人、内容或异议编号", columns=("objector_name", "text"), exact=("reference",))
    round = django_filters.NumberFilter(field_name="notice__round_id", label="评审批")

    class Meta:
        model = ReviewObjection
        fields = ["search", "round", "status"]


class ReviewResults(ReadResource):
    """Results as decided; an enterprise sees its own candidates'."""

    queryset = ReviewResult.objects.select_related("application__worker")
    serializer_class = ReviewResultOut
    filterset_class = ReviewResultFilter


class ReviewGrades(ReadResource):
    """Grades given after the notice; an enterprise sees those of its people."""

    queryset = ReviewGrade.objects.select_related("worker", "result__application__round")
    serializer_class = ReviewGradeOut
    filterset_class = ReviewGradeFilter

    def get_queryset(self) -> Any:
        """With the day of its revocation."""
        return super().get_queryset().with_present()

    @step("revoke", body=GradeRevokeForm, answer=GradeRevocationOut, code=201)
    def revoke(self, request: Request, pk: str) -> Response:
        """Ask that it be revoked (提出撤销), for a clerk; it counts until a second person confirms."""
        grade, form = self.get_object(), self.body(GradeRevokeForm)
        made = revocations.propose_grade_revocation(actor=self.member, grade=grade, day=self.day, **form)
        return self.shown(made, 201, GradeRevocationOut)


class GradeRevocations(ReadResource):
    """Revocations of grades (等次撤销), for the bureau."""

    queryset = GradeRevocation.objects.select_related("grade__result__application__round")
    serializer_class = GradeRevocationOut
    filterset_class = GradeRevocationFilter
    quoting_version = frozenset({"confirm", "refuse", "withdraw"})
    subject = "revocation"
    weighty = frozenset({"confirm"})

    @step("confirm")
    def confirm(self, request: Request, pk: str) -> Response:
        """Agree as the second person (确认撤销): no computation counts the grade any longer."""
        return self.take(revocations.confirm_grade_revocation)

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Do not agree, and say why (不同意)."""
        return self.take(revocations.refuse_grade_revocation, Reason)

    @step("withdraw")
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before anybody has confirmed (撤回)."""
        return self.take(revocations.withdraw_grade_revocation)


class ReviewObjections(ReadResource):
    """Objections to results of reviews, for the bureau."""

    queryset = ReviewObjection.objects.select_related("notice__round", "application")
    serializer_class = ReviewObjectionOut
    filterset_class = ReviewObjectionFilter
    quoting_version = frozenset({"decide"})
    subject = "objection"
    # Looking is no change: every look leaves its own event, so a key would hide a second one.
    without_key = frozenset({"reveal_contact"})
    weighty = frozenset({"reveal_contact"})

    @step("decide", body=ReviewVerdictForm)
    def decide(self, request: Request, pk: str) -> Response:
        """Decide with reasons, for a reviewer; an upheld one keeps the grade from being given."""
        return self.take(decide_review_objection, ReviewVerdictForm)

    @step("reveal-contact", answer=ContactOut)
    def reveal_contact(self, request: Request, pk: str) -> Response:
        """How to reach the objector, in plain, for the reviewer; each look leaves an event."""
        found = self.get_object()
        return Response({"contact": reveal_review_contact(actor=self.member, objection=found, day=self.day)})
