"""Rounds of the technical review (评审批) and their panels: every step from the plan to the grades.

Kept apart from the skill-level assessment: its certificates are at `certificates`.  Scores are nobody's before a round's status is
`opened`; nobody opens them, the last sheet that is sealed does.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Out, Reason, RelatedText, StatefulOut
from api.filters import search_by
from api.resource import XLSX, ReadResource, download, step
from api.v1.review_scores import Points
from training.models import PanelSeat, ReviewEvidence, ReviewRound, RubricVersion
from training.services import review_rounds as service
from training.services.panels import decline_seat, draw_panel, proof_of, start_scoring
from training.services.review_minutes import minutes_pdf
from training.services.review_notices import finish_round, publish_results
from training.services.review_results import decide_round, score_table
from training.services.review_workbooks import export_round
from training.services.score_sheets import candidates_of, candidates_without_sheets

PDF = "application/pdf"


class ReviewRoundOut(StatefulOut):
    """A round (评审批); the seed of its draw is public from the draw on, its commitment from the opening on."""

    seed = RelatedText(source="draw.seed")
    pool_digest = RelatedText(source="draw.pool_digest")
    notice = RelatedText(source="notice.reference")
    notice_last_day = serializers.DateField(source="notice.last_day", default=None, allow_null=True)

    class Meta:
        model = ReviewRound
        fields = ["id", "reference", *STATEFUL, "title", "trade", "rubric_version", "apply_from", "apply_to", "review_day",
                  "panel_size", "notice_days", "commitment", "seed", "pool_digest", "scores_opened_on", "decided_on", "noticed_on",
                  "notice", "notice_last_day", "finished_on", "cancelled_on", "cancel_reason"]  # fmt: skip


class ReviewRoundForm(Body):
    """A round of the trade of a published rubric."""

    rubric_version = NumberField()
    title = serializers.CharField(max_length=80)
    apply_from = DayField()
    apply_to = DayField()
    review_day = DayField()
    panel_size = serializers.IntegerField(min_value=1, max_value=100, default=5)
    notice_days = serializers.IntegerField(min_value=1, max_value=100, default=5, help_text="公示工作日")


class ProofOut(serializers.Serializer):
    """Everything that anybody needs to make the draw again elsewhere; experts and parties by references only."""

    pool = serializers.DictField()
    seed = serializers.CharField()
    commitment = serializers.CharField()
    pool_digest = serializers.CharField()
    order = serializers.ListField(child=serializers.CharField())
    panel = serializers.ListField(child=serializers.CharField())


class ShownEvidenceOut(Out):
    """Evidence that a clerk has cleared; its content is at `review-evidence/<reference>/content/`."""

    class Meta:
        model = ReviewEvidence
        fields = ["reference", "kind", "media"]


class CandidateOut(serializers.Serializer):
    """What an expert may know of a candidate: a number, cleared evidence, and the receipt of the own sheet ("" = not sealed yet)."""

    number = serializers.IntegerField()
    evidence = ShownEvidenceOut(many=True, source="pictures")
    digest = RelatedText(source="sheet.digest")


class CandidatesOut(serializers.Serializer):
    """The candidates of a round in the order of their numbers."""

    candidates = CandidateOut(many=True)


class MarkOut(serializers.Serializer):
    """One expert's total of one candidate; `score` is its number at `opened-scores`."""

    score = serializers.IntegerField(source="score.pk")
    expert_name = serializers.CharField(source="seat.expert.name")
    total = Points(source="score.total")
    is_outlier = serializers.BooleanField()
    note = serializers.CharField()


class ScoreRowOut(serializers.Serializer):
    """A candidate's totals in the order of the seats, with mean, median and grade ("" = below every pass line)."""

    number = serializers.IntegerField(source="application.blind_number")
    application = serializers.IntegerField(source="application.pk")
    total = Points()
    median = Points()
    grade = serializers.CharField()
    marks = MarkOut(many=True)


class ScoresOut(serializers.Serializer):
    """Every candidate's scores, in the order of their numbers."""

    rows = ScoreRowOut(many=True)


class ReviewRoundFilter(django_filters.FilterSet):
    """By state and trade."""

    search = search_by("评审批名称或评审编号", columns=("title",), exact=("reference",))

    class Meta:
        model = ReviewRound
        fields = ["search", "status", "trade"]


class ReviewRounds(ReadResource):
    """Rounds as far as they are announced; an expert sees those called to."""

    queryset = ReviewRound.objects.select_related("draw", "notice")
    serializer_class = ReviewRoundOut
    filterset_class = ReviewRoundFilter
    quoting_version = frozenset({"open", "close", "draw", "start", "decide", "publish", "finish", "cancel"})
    subject = "round_"
    weighty = frozenset({"draw", "decide", "publish", "results_workbook", "scores_workbook"})
    #: what is refused (409) before the scores are opened
    waiting_for_a_state = frozenset({"scores", "minutes", "scores_workbook"})

    @extend_schema(request=ReviewRoundForm, responses={201: ReviewRoundOut})
    def create(self, request: Request) -> Response:
        """Plan a round (新建评审批), for a clerk."""
        form = self.body(ReviewRoundForm)
        rows = RubricVersion.objects.select_related("rubric")
        rubric = self.named("rubric_version", rows, form.pop("rubric_version"))
        made = service.plan_round(actor=self.member, rubric_version=rubric, day=self.day, **form)
        return self.shown(self.again(made), 201)

    @step("open")
    def open(self, request: Request, pk: str) -> Response:
        """Announce it (开始申报); the seed of its draw is made and sealed, its commitment is public from now on."""
        return self.take(service.open_round)

    @step("close")
    def close(self, request: Request, pk: str) -> Response:
        """No more applications (截止申报), after the last day."""
        return self.take(service.close_round)

    @step("draw")
    def draw(self, request: Request, pk: str) -> Response:
        """Freeze the pool, publish the seed, seat the panel, give candidates their numbers (抽取评委); never twice."""
        return self.take(draw_panel)

    @step("start")
    def start(self, request: Request, pk: str) -> Response:
        """From the review day on the experts score (开始评分); the last sheet sealed opens all of them."""
        return self.take(start_scoring)

    @step("decide")
    def decide(self, request: Request, pk: str) -> Response:
        """Confirm totals and grades (确认结果), for a reviewer who neither drew the panel nor sits on it."""
        return self.take(decide_round)

    @step("publish")
    def publish(self, request: Request, pk: str) -> Response:
        """Show the results to the public for their term (公示结果)."""
        return self.take(publish_results)

    @step("finish")
    def finish(self, request: Request, pk: str) -> Response:
        """The term is over and no objection waits (办结): grades hold from today on."""
        return self.take(finish_round)

    @step("cancel", body=Reason)
    def cancel(self, request: Request, pk: str) -> Response:
        """Give it up (取消、中止): a clerk before the draw, an approver until the scores are opened."""
        return self.take(service.cancel_round, Reason)

    @extend_schema(responses=ProofOut, filters=False)
    @action(detail=True)
    def proof(self, request: Request, pk: str) -> Response:
        """The proof of the draw (抽取凭据): anybody recomputes it with training/panel_draw.py; 404 before the draw."""
        return Response(ProofOut(proof_of(self._drawn())).data)

    def _drawn(self) -> ReviewRound:
        found: ReviewRound = self.get_object()
        if not hasattr(found, "draw"):
            raise NotFound
        return found

    @extend_schema(responses=CandidatesOut, filters=False)
    @action(detail=True)
    def candidates(self, request: Request, pk: str) -> Response:
        """The candidates by number (候选人): an expert those of the own seat, with what is sealed; the bureau without sheets."""
        found = self._drawn()
        seats = PanelSeat.objects.select_related("round").filter(round=found)
        own = seats.filter(expert__membership=self.member, status=PanelSeat.Status.SEATED).first()
        if own is None and not self.member.sees_business_of_all:
            raise NotFound
        rows = candidates_of(seat=own) if own is not None else candidates_without_sheets(round_=found)
        return Response(CandidatesOut({"candidates": rows}).data)

    @extend_schema(responses=ScoresOut, filters=False)
    @action(detail=True)
    def scores(self, request: Request, pk: str) -> Response:
        """Totals, outliers and grades of all candidates (评分), for the bureau; 409 `SCORES_SEALED` before the opening."""
        rows = score_table(reader=self.member, round_=self.get_object())
        return Response(ScoresOut({"rows": rows}).data)

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True)
    def minutes(self, request: Request, pk: str) -> HttpResponse:
        """The minutes (评审纪要) as a PDF, for the bureau; 409 `SCORES_SEALED` before the opening."""
        found = self.get_object()
        content = minutes_pdf(reader=self.member, round_=found, day=self.day)
        return download(content, f"{found.title}评审纪要.pdf", content_type=PDF)

    def _workbook(self, table: str) -> HttpResponse:
        name, content = export_round(actor=self.member, round_=self.get_object(), table=table, now=timezone.localtime())
        return download(content, name)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, url_path="results-workbook")
    def results_workbook(self, request: Request, pk: str) -> HttpResponse:
        """The results (评审结果) as a workbook, for the bureau; an export, noted in the log and marked with who and when."""
        return self._workbook("results")

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, url_path="scores-workbook")
    def scores_workbook(self, request: Request, pk: str) -> HttpResponse:
        """Every expert's marks (评审评分) as a workbook, for the bureau; 409 `SCORES_SEALED` before the opening."""
        return self._workbook("scores")


class PanelSeatOut(StatefulOut):
    """A seat of a panel; `place` is that of the draw's order, `replaces` the seat of whoever declined."""

    expert = serializers.CharField(source="expert.reference")
    expert_name = serializers.CharField(source="expert.name")

    class Meta:
        model = PanelSeat
        fields = ["id", *STATEFUL, "round", "expert", "expert_name", "place", "replaces", "seated_on", "declined_on",
                  "decline_reason"]  # fmt: skip


class PanelSeatFilter(django_filters.FilterSet):
    """By round and state."""

    search = search_by(
        "专家姓名或专家编号", columns=("expert__membership__user__display_name",), exact=("expert__reference",)
    )

    class Meta:
        model = PanelSeat
        fields = ["search", "round", "status"]


class PanelSeats(ReadResource):
    """Seats of panels, for the bureau; an expert sees the own."""

    queryset: Any = PanelSeat.objects.select_related("expert__membership__user", "round")
    serializer_class = PanelSeatOut
    filterset_class = PanelSeatFilter
    quoting_version = frozenset({"decline"})

    @step("decline", body=Reason)
    def decline(self, request: Request, pk: str) -> Response:
        """Leave the panel (退出、递补), by the expert or a clerk who was told; answers the seat that takes its place."""
        seat = self.get_object()
        seen = self.seen_version(seat)
        fresh = decline_seat(actor=self.member, seat=seat, day=self.day, seen_version=seen, **self.body(Reason))
        # The expert who has left does not see who follows.
        shown = fresh if self.member.sees_business_of_all else PanelSeat.objects.get(pk=seat.pk)
        return self.shown(shown)
