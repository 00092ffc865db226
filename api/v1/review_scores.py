"""Scores of the technical review: an expert seals the own, and whoever may reads them once all are opened."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, NumberField, Out, RelatedText
from api.filters import search_by
from api.resource import ReadResource, step
from park_workers.models import Role
from training.models import OpenedScore, PanelSeat, ReviewRound, ScoreSheet
from training.panel_scores import points_text
from training.services.review_results import note_outlier
from training.services.score_sheets import seal_scores


class Points(serializers.CharField):
    """Points as text with two decimals outside, hundredths inside."""

    def to_representation(self, value: int) -> str:
        return points_text(value)


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
    note = RelatedText(source="outlier_note.note")

    class Meta:
        model = OpenedScore
        fields = ["id", "round", "blind_number", "marks", "total", "nonce", "digest", "note"]


class OutlierNoteForm(Body):
    """What the panel said of a total far from the others."""

    note = serializers.CharField(max_length=300)


class ScoreForm(Body):
    """Marks by item key (`item-1` …) for the candidate with a blind number."""

    round = NumberField()
    number = serializers.IntegerField(min_value=1, max_value=100_000)
    marks = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=1_000))


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


class ScoreSheets(ReadResource):
    """Sealed sheets by their receipts: an expert the own, the bureau all of them."""

    #: a round in which the expert has no seat is as none
    looks_for_one = True

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

    queryset = OpenedScore.objects.select_related("sheet__seat__round", "sheet__application", "outlier_note")
    serializer_class = OpenedScoreOut
    filterset_class = OpenedScoreFilter

    @step("note", body=OutlierNoteForm)
    def note(self, request: Request, pk: str) -> Response:
        """Note what the panel said of an outlier (合议), for the clerk, while the result is open; the marks stay."""
        score = self.get_object()
        note_outlier(actor=self.member, score=score, day=self.day, **self.body(OutlierNoteForm))
        return self.shown(self.again(score))
