"""Technical review (技术评审): rounds, applications, the own scoring of an expert, results and grades.

Kept apart from the skill-level assessment: its certificates are at `certificates`.  Scores are nobody's before a round's status is
`opened`; until then there are receipts only.
"""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, NumberField, Out, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.idempotency import key_of
from api.parsers import FileParser, TextJSONParser
from api.resource import ReadResource, step
from park_workers.models import Enterprise, Role, Worker
from training.models import (
    OpenedScore,
    PanelSeat,
    ReviewApplication,
    ReviewEvidence,
    ReviewGrade,
    ReviewResult,
    ReviewRound,
    ScoreSheet,
)
from training.panel_scores import points_text
from training.services import review_applications as service
from training.services.score_sheets import seal_scores

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"
PICTURES = ("", "_2", "_3")


class Points(serializers.CharField):
    """Points as text with two decimals outside, hundredths inside."""

    def to_representation(self, value: int) -> str:
        return points_text(value)


class ReviewRoundOut(StatefulOut):
    """A round (评审批); the seed of its draw is public from the draw on, its commitment from the opening on."""

    seed = serializers.CharField(source="draw.seed", default="")
    pool_digest = serializers.CharField(source="draw.pool_digest", default="")

    class Meta:
        model = ReviewRound
        fields = ["id", "reference", *STATEFUL, "title", "trade", "apply_from", "apply_to", "review_day", "panel_size",
                  "commitment", "seed", "pool_digest", "decided_on", "noticed_on", "finished_on"]  # fmt: skip


class ReviewApplicationOut(StatefulOut):
    """An application; `blind_number` stands for the candidate in front of the experts."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.organisation.name")

    class Meta:
        model = ReviewApplication
        fields = ["id", "reference", *STATEFUL, "round", "worker", "enterprise", "enterprise_name", "applied_on", "blind_number",
                  "reason"]  # fmt: skip


class ScoreSheetOut(Out):
    """The receipt of a sealed sheet; the marks are nowhere to be read before all are opened."""

    round = serializers.IntegerField(source="seat.round_id")
    blind_number = serializers.IntegerField(source="application.blind_number")

    class Meta:
        model = ScoreSheet
        fields = ["id", "reference", "round", "blind_number", "digest", "sealed_on"]


class OpenedScoreOut(Out):
    """A sheet's marks and total after the opening; `nonce` lets the receipt be checked."""

    round = serializers.IntegerField(source="sheet.seat.round_id")
    blind_number = serializers.IntegerField(source="sheet.application.blind_number")
    digest = serializers.CharField(source="sheet.digest")
    total = Points()
    marks = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = OpenedScore
        fields = ["id", "round", "blind_number", "marks", "total", "nonce", "digest"]


class ReviewResultOut(Out):
    """A candidate's total (out of 100.00) and grade; an empty grade is below every pass line."""

    worker = PersonOut(source="application.worker")
    round = serializers.IntegerField(source="application.round_id")
    total = Points()

    class Meta:
        model = ReviewResult
        fields = ["id", "round", "application", "worker", "total", "grade", "decided_on"]


class ReviewGradeOut(Out):
    """A grade that holds from a day on: the fact that rules look at."""

    worker = PersonOut()

    class Meta:
        model = ReviewGrade
        fields = ["id", "result", "worker", "trade", "grade", "valid_from"]


class ReviewApplicationForm(Body):
    """A worker of the enterprise for a round, with one to three pictures and their kinds."""

    round = NumberField()
    worker = NumberField()
    enterprise = NumberField(required=False, help_text="由人社局经办代申报时填写")
    file = serializers.FileField(max_length=255)
    kind = serializers.ChoiceField(ReviewEvidence.Kind.choices)
    file_2 = serializers.FileField(max_length=255, required=False)
    kind_2 = serializers.ChoiceField(ReviewEvidence.Kind.choices, required=False)
    file_3 = serializers.FileField(max_length=255, required=False)
    kind_3 = serializers.ChoiceField(ReviewEvidence.Kind.choices, required=False)


class ApplicationAcceptForm(Body):
    """Pictures on which nothing says whose they are, by their references: only these are shown to the experts."""

    blind = serializers.ListField(child=serializers.CharField(max_length=20), max_length=6, default=list)


class ScoreForm(Body):
    """Marks by item key (`item-1` …) for the candidate with a blind number."""

    round = NumberField()
    number = serializers.IntegerField(min_value=1, max_value=100_000)
    marks = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=1_000))


class ReviewRoundFilter(django_filters.FilterSet):
    """By state and trade."""

    search = search_by("评审批名称或评审编号", columns=("title",), exact=("reference",))

    class Meta:
        model = ReviewRound
        fields = ["search", "status", "trade"]


class ReviewApplicationFilter(django_filters.FilterSet):
    """By round, state, enterprise and person."""

    search = search_by(f"申报编号，或{PERSON}", people=("worker",), exact=("reference",))

    class Meta:
        model = ReviewApplication
        fields = ["search", "round", "status", "enterprise", "worker"]


class ScoreSheetFilter(django_filters.FilterSet):
    """By round."""

    search = search_by("评分编号或回执摘要", exact=("reference", "digest"))
    round = django_filters.NumberFilter(field_name="seat__round_id", label="评审批")

    class Meta:
        model = ScoreSheet
        fields = ["search", "round"]


class OpenedScoreFilter(django_filters.FilterSet):
    """By round."""

    search = search_by("评分编号或回执摘要", exact=("sheet__reference", "sheet__digest"))
    round = django_filters.NumberFilter(field_name="sheet__seat__round_id", label="评审批")

    class Meta:
        model = OpenedScore
        fields = ["search", "round"]


class ReviewResultFilter(django_filters.FilterSet):
    """By round and grade."""

    search = search_by(PERSON, people=("application__worker",))
    round = django_filters.NumberFilter(field_name="application__round_id", label="评审批")

    class Meta:
        model = ReviewResult
        fields = ["search", "round", "grade"]


class ReviewGradeFilter(django_filters.FilterSet):
    """By person, trade and day."""

    search = search_by(PERSON, people=("worker",))
    worker = django_filters.NumberFilter(field_name="worker_id")
    valid_to = django_filters.DateFilter(field_name="valid_from", lookup_expr="lte", label="某日已生效")

    class Meta:
        model = ReviewGrade
        fields = ["search", "worker", "trade", "grade", "valid_to"]


class ReviewRounds(ReadResource):
    """Rounds as far as they are announced; an expert sees those called to."""

    queryset = ReviewRound.objects.select_related("draw")
    serializer_class = ReviewRoundOut
    filterset_class = ReviewRoundFilter


class ReviewApplications(ReadResource):
    """Applications; an enterprise sees its own, an expert none."""

    queryset = ReviewApplication.objects.select_related("worker", "enterprise__organisation", "round__bureau")
    serializer_class = ReviewApplicationOut
    filterset_class = ReviewApplicationFilter
    parser_classes = [TextJSONParser, FileParser]
    quoting_version = frozenset({"accept", "refuse", "withdraw"})

    @extend_schema(request={"multipart/form-data": ReviewApplicationForm}, responses={201: ReviewApplicationOut})
    def create(self, request: Request) -> Response:
        """Put a worker forward (申报); pictures are drawn anew and encrypted."""
        form = self.body(ReviewApplicationForm)
        firm = form.get("enterprise", self.member.organisation_id)
        made = service.apply_for_review(
            actor=self.member, round_=self.named("round", ReviewRound.objects.all(), form["round"]),
            enterprise=self.named("enterprise", Enterprise.objects.all(), firm),
            worker=self.named("worker", Worker.objects.all(), form["worker"]),
            pictures=[(form.get(f"kind{n}", ""), form[f"file{n}"].read()) for n in PICTURES if f"file{n}" in form],
            day=self.day, request_id=key_of(request),
        )  # fmt: skip
        return self.shown(self.again(made), 201)

    @step("accept", body=ApplicationAcceptForm)
    def accept(self, request: Request, pk: str) -> Response:
        """Take an application in, for a clerk; says which pictures the experts see."""
        application = self.get_object()
        self.seen_version(application)
        blind = self.body(ApplicationAcceptForm)["blind"]
        service.accept_application(actor=self.member, application=application, blind=blind, day=self.day)
        return self.shown(self.again(application))

    @step("refuse", body=Reason)
    def refuse(self, request: Request, pk: str) -> Response:
        """Do not take an application in, for a clerk."""
        application = self.get_object()
        self.seen_version(application)
        service.refuse_application(
            actor=self.member, application=application, reason=self.body(Reason)["reason"], day=self.day
        )
        return self.shown(self.again(application))

    @step("withdraw", body=Reason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an application back before the panel is drawn."""
        application = self.get_object()
        self.seen_version(application)
        service.withdraw_application(
            actor=self.member, application=application, reason=self.body(Reason)["reason"], day=self.day
        )
        return self.shown(self.again(application))


class ScoreSheets(ReadResource):
    """Sealed sheets by their receipts: an expert the own, the bureau all of them."""

    queryset = ScoreSheet.objects.select_related("seat", "application").defer("sealed_marks")
    serializer_class = ScoreSheetOut
    filterset_class = ScoreSheetFilter

    @extend_schema(request=ScoreForm, responses={201: ScoreSheetOut})
    def create(self, request: Request) -> Response:
        """Seal the own marks for one candidate; they can neither be changed nor read until all sheets are opened together."""
        form = self.body(ScoreForm)
        round_: Any = self.named("round", ReviewRound.objects.all(), form["round"])
        seats = PanelSeat.objects.filter(round=round_, expert__membership=self.member, status=PanelSeat.Status.SEATED)
        seat = seats.select_related("round__rubric_version", "expert").first()
        if seat is None or self.member.role != Role.EXPERT:
            raise NotFound
        sheet = seal_scores(actor=self.member, seat=seat, number=form["number"], marks=form["marks"], day=self.day)
        return self.shown(self.again(sheet), 201)


class OpenedScores(ReadResource):
    """Scores after the opening, for the bureau; before it the list is empty for everybody."""

    queryset = OpenedScore.objects.select_related("sheet__seat", "sheet__application")
    serializer_class = OpenedScoreOut
    filterset_class = OpenedScoreFilter


class ReviewResults(ReadResource):
    """Results as decided; an enterprise sees its own candidates'."""

    queryset = ReviewResult.objects.select_related("application__worker")
    serializer_class = ReviewResultOut
    filterset_class = ReviewResultFilter


class ReviewGrades(ReadResource):
    """Grades given after the notice; an enterprise sees those of its people."""

    queryset = ReviewGrade.objects.select_related("worker")
    serializer_class = ReviewGradeOut
    filterset_class = ReviewGradeFilter
