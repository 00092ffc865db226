"""认定场次 and 认定成绩: sittings of assessors with their steps, and results, which are corrected by another row."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Out, PersonOut, Reason, StatefulOut
from api.filters import Searched, search_by
from api.idempotency import key_of
from api.resource import XLSX, ReadResource, download, step
from park_workers.permissions import check_role
from training.models import AssessmentSitting, AssessorOrganisation, SittingExaminer, SittingResult
from training.permissions import READERS
from training.services import sittings as service
from training.services.sitting_figures import export_sitting_figures, sitting_figures
from training.services.sitting_results import correct_result, enter_result
from training.sitting_rules import StatedResult

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"
SPAN_ASKED = [
    OpenApiParameter("first", date, description="起始日期，默认当年 1 月 1 日"),
    OpenApiParameter("last", date, description="截止日期，默认当天"),
]


class ExaminerOut(Out):
    """An examiner (考评员) by the number of the examiner's card."""

    class Meta:
        model = SittingExaminer
        fields = ["name", "card_number", "duty", "is_live"]


class SittingOut(StatefulOut):
    """A sitting: trade, level (5 = 五级), day and half of it, place, examiners."""

    organisation_name = serializers.CharField(source="assessor.organisation.name")
    examiners = ExaminerOut(many=True)

    class Meta:
        model = AssessmentSitting
        fields = ["id", "reference", *STATEFUL, "assessor", "organisation_name", "trade", "level", "held_on", "session", "place",
                  "capacity", "filed_on", "results_on", "confirmed_on", "cancelled_on", "reason", "examiners"]  # fmt: skip


class SittingResultOut(Out):
    """A result; `corrects` names the one whose place it has taken, `is_current` is false for that one."""

    worker = PersonOut()

    class Meta:
        model = SittingResult
        fields = ["id", "sitting", "worker", "theory_score", "practice_score", "verdict", "certificate_number", "issued_on",
                  "corrects", "reason", "is_current", "recorded_at"]  # fmt: skip


class ExaminerForm(Body):
    """An examiner; never an identity number."""

    name = serializers.CharField(max_length=60)
    card_number = serializers.CharField(max_length=40, help_text="考评员证编号")
    duty = serializers.ChoiceField(choices=SittingExaminer.Duty.choices, default=SittingExaminer.Duty.BOTH)


class SittingForm(Body):
    """A sitting to be."""

    assessor = NumberField()
    trade = serializers.CharField(max_length=40)
    level = serializers.IntegerField(min_value=1, max_value=5)
    held_on = DayField()
    session = serializers.ChoiceField(choices=AssessmentSitting.Session.choices)
    place = serializers.CharField(max_length=120)
    capacity = serializers.IntegerField(min_value=1, max_value=service.MOST_PEOPLE)
    examiners = ExaminerForm(many=True, required=False, default=list)


class ResultFields(Body):
    """Marks out of 100, the verdict, and the certificate once it is issued."""

    theory_score = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True, default=None)
    practice_score = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True, default=None)
    verdict = serializers.ChoiceField(choices=SittingResult.Verdict.choices)
    certificate_number = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    issued_on = DayField(required=False, allow_null=True, default=None)


class SittingResultForm(ResultFields):
    """One person's result of a sitting."""

    sitting = NumberField()
    name = serializers.CharField(max_length=80)
    id_number = serializers.CharField(max_length=40)


class CorrectionForm(ResultFields):
    """The result as it should be, and why."""

    reason = serializers.CharField(max_length=200)


class FiguresRowOut(serializers.Serializer):
    """Sittings, people assessed, passed and certificates of one level, trade or assessor."""

    name = serializers.CharField()
    sittings = serializers.IntegerField()
    assessed = serializers.IntegerField()
    passed = serializers.IntegerField()
    certificates = serializers.IntegerField()


class FiguresOut(serializers.Serializer):
    """认定统计 of a span; `waiting` sittings took place in it and are not confirmed, hence not counted."""

    first = serializers.DateField()
    last = serializers.DateField()
    waiting = serializers.IntegerField()
    whole = FiguresRowOut(source="total")
    by_level = FiguresRowOut(many=True)
    by_trade = FiguresRowOut(many=True)
    by_assessor = FiguresRowOut(many=True)


class FiguresAsked(Body):
    """The span, both days included; by default the year so far."""

    first = DayField(required=False, allow_null=True, default=None)
    last = DayField(required=False, allow_null=True, default=None)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["first"] and asked["last"] and asked["first"] > asked["last"]:
            raise serializers.ValidationError({"first": "起始日期晚于截止日期，请核对"})
        return asked


class SittingFilter(Searched):
    """By state, assessor, trade, level and day."""

    held_from = django_filters.DateFilter(field_name="held_on", lookup_expr="gte")
    held_to = django_filters.DateFilter(field_name="held_on", lookup_expr="lte")

    class Meta:
        model = AssessmentSitting
        fields = ["search", "status", "assessor", "trade", "level", "held_from", "held_to"]


class SittingResultFilter(django_filters.FilterSet):
    """By sitting, person, verdict, certificate number and whether it still stands."""

    search = search_by(f"证书编号，或{PERSON}", people=("worker",), exact=("certificate_number",))
    worker = django_filters.NumberFilter(field_name="worker_id")

    class Meta:
        model = SittingResult
        fields = ["search", "sitting", "worker", "verdict", "certificate_number", "is_current"]


def stated_in(form: dict[str, Any]) -> StatedResult:
    """The result of a body."""
    names = ("theory_score", "practice_score", "verdict", "certificate_number", "issued_on")
    return StatedResult(**{name: form[name] for name in names})


class AssessmentSittings(ReadResource):
    """Sittings; an assessor sees its own.  Results of a whole sitting come in as an upload of the sheet `sitting_results`."""

    queryset = AssessmentSitting.objects.select_related("assessor__organisation").prefetch_related("examiners")
    serializer_class = SittingOut
    filterset_class = SittingFilter
    quoting_version = frozenset({"file", "hold", "hand_in", "confirm", "return_results", "cancel"})
    subject = "sitting"
    weighty = frozenset({"confirm", "figures_workbook"})
    judges_questions = frozenset({"figures", "figures_workbook"})

    @extend_schema(request=SittingForm, responses={201: SittingOut})
    def create(self, request: Request) -> Response:
        """Plan a sitting within scope and span of its assessor's filing."""
        form = self.body(SittingForm)
        assessor = self.named("assessor", AssessorOrganisation.objects.all(), form.pop("assessor"))
        examiners = tuple(service.ExaminerLine(**one) for one in form.pop("examiners"))
        found = service.plan_sitting(
            actor=self.member, assessor=assessor, plan=service.SittingPlan(**form, examiners=examiners), day=self.day,
            request_id=key_of(request),
        )  # fmt: skip
        return self.shown(self.again(found), 201)

    @step("file")
    def file(self, request: Request, pk: str) -> Response:
        """考前备案, so many days before (parameters)."""
        return self.take(service.file_sitting)

    @step("hold")
    def hold(self, request: Request, pk: str) -> Response:
        """It has taken place."""
        return self.take(service.hold_sitting)

    @step("hand-in")
    def hand_in(self, request: Request, pk: str) -> Response:
        """All results are in (提交成绩)."""
        return self.take(service.hand_in_results)

    @step("confirm")
    def confirm(self, request: Request, pk: str) -> Response:
        """Another person at the bureau confirms the results; they count from now on."""
        return self.take(service.confirm_sitting)

    @step("return", body=Reason)
    def return_results(self, request: Request, pk: str) -> Response:
        """Send the results back, with a reason."""
        return self.take(service.return_results, Reason)

    @step("cancel", body=Reason)
    def cancel(self, request: Request, pk: str) -> Response:
        """It does not take place, with a reason; its examiners are free again."""
        return self.take(service.cancel_sitting, Reason)

    def _span(self) -> dict[str, date]:
        """The span asked about, by default the year so far."""
        check_role(self.member, READERS, "认定统计")
        asked = FiguresAsked(data=self.request.query_params.dict())
        asked.is_valid(raise_exception=True)
        last = asked.validated_data["last"] or self.day
        return {"first": asked.validated_data["first"] or min(date(self.day.year, 1, 1), last), "last": last}

    @extend_schema(responses=FiguresOut, filters=False, parameters=SPAN_ASKED)
    @action(detail=False, pagination_class=None)
    def figures(self, request: Request) -> Response:
        """The bureau's figures (认定统计) of confirmed sittings by the day they were held; the technical review stands apart."""
        return Response(FiguresOut(sitting_figures(self.member.organisation, **self._span())).data)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False, parameters=SPAN_ASKED)
    @action(detail=False, pagination_class=None, url_path="figures-workbook")
    def figures_workbook(self, request: Request) -> HttpResponse:
        """The same as a workbook; an export, noted in the log and marked with who and when."""
        name, content = export_sitting_figures(actor=self.member, now=timezone.localtime(), **self._span())
        return download(content, name)


class SittingResults(ReadResource):
    """Results of sittings; an assessor sees its own."""

    queryset = SittingResult.objects.select_related("worker", "sitting__assessor")
    serializer_class = SittingResultOut
    filterset_class = SittingResultFilter

    @extend_schema(request=SittingResultForm, responses={201: SittingResultOut})
    def create(self, request: Request) -> Response:
        """Enter one person's result; the same result again is the same row."""
        form = self.body(SittingResultForm)
        rows = AssessmentSitting.objects.select_related("assessor")
        found, _ = enter_result(
            actor=self.member, sitting=self.named("sitting", rows, form["sitting"]), name=form["name"],
            id_number=form["id_number"], stated=stated_in(form), day=self.day,
        )  # fmt: skip
        return self.shown(self.again(found), 201)

    @step("correct", body=CorrectionForm, code=201, answer=SittingResultOut)
    def correct(self, request: Request, pk: str) -> Response:
        """Another row takes the place of this one, with a reason; a confirmed sitting waits for a confirmation again."""
        result = self.get_object()
        form = self.body(CorrectionForm)
        found, _ = correct_result(
            actor=self.member, result=result, stated=stated_in(form), reason=form["reason"], day=self.day
        )
        return self.shown(self.again(found), 201)
