"""Placement (就业推荐): a base refers who passed, the enterprise answers, and the funnel from passing to staying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
import polars as pl
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused
from api.fields import Body, DayField, NumberField, Out, PersonOut, Reason
from api.filters import search_by
from api.resource import XLSX, ReadResource, download, step
from park_workers.models import Enterprise, Role, TrainingBase
from training.models import Assessment, Enrolment, LabourDemand, Referral
from training.permissions import check_can_read_placements
from training.services import referrals as service
from training.services.placed_people import NEVER, STAGES
from training.services.placement_funnel import DIVISIONS, funnel_of
from training.services.placement_rows import Scope, placement_rows
from training.services.placement_workbooks import export_funnel, export_people

DIVIDED = tuple(DIVISIONS)
LISTED = (*dict(STAGES), NEVER)
AS_OF = OpenApiParameter("day", date, description="截至日期，默认当天")
FUNNEL_ASKED = [OpenApiParameter("by", str, enum=DIVIDED, description="按基地、工种、订单、班次或级别"), AS_OF]
PEOPLE_ASKED = [OpenApiParameter("stage", str, enum=LISTED, description="哪一阶段的人，never 为合格未就业"), AS_OF]


class ReferralOut(Out):
    """One person referred to one enterprise; `marks` are empty where the base does not let the enterprise see them."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.name")
    base_name = serializers.CharField(source="base.organisation.name")
    trade = serializers.CharField(source="enrolment.training_class.trade")
    level = serializers.IntegerField(source="enrolment.training_class.level")
    status_label = serializers.CharField()
    refusal_label = serializers.CharField(source="get_refusal_display")
    employment = serializers.IntegerField(source="hire.employment_id", default=None, allow_null=True)
    hired_on = serializers.DateField(source="hire.employment.hired_on", default=None, allow_null=True)
    marks = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = [
            "id", "reference", "enrolment", "worker", "base", "base_name", "enterprise", "enterprise_name", "demand", "trade",
            "level", "marks", "shows_marks", "status", "status_label", "version", "referred_on", "agreed_on", "interview_on",
            "interviewed_on", "offered_on", "hired_on", "employment", "ended_on", "refusal", "refusal_label", "note",
        ]  # fmt: skip

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_marks(self, referral: Referral) -> list[int | None]:
        """Theory and practice, as they hold."""
        is_enterprise = self.context["view"].member.role == Role.ENTERPRISE_HR
        if is_enterprise and not referral.shows_marks:
            return []
        found: Assessment = referral.enrolment.assessment
        amended = [one for one in found.amendments.all() if one.kind == "result" and one.status == "confirmed"]
        holds: Any = max(amended, key=lambda one: one.pk, default=found)
        return [holds.theory_score, holds.practice_score]


class ReferForm(Body):
    """Whom to refer to whom; a demand (用工需求) is the enterprise's own."""

    enrolment = NumberField(help_text="考核合格的学员")
    enterprise = NumberField()
    demand = NumberField(required=False, allow_null=True, default=None)
    shows_marks = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class NoteForm(Body):
    """A word, if there is something to say."""

    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class InterviewForm(NoteForm):
    """The day of the interview."""

    interview_on = DayField()


class RefusalForm(NoteForm):
    """Why the person is not taken."""

    refusal = serializers.ChoiceField(Referral.Refusal.choices)


class TelephoneOut(serializers.Serializer):
    """A telephone in plain."""

    phone = serializers.CharField()


class FunnelRowOut(serializers.Serializer):
    """People by stage; `results` are passed examinations; of `due_3` people `kept_3` were there after three months."""

    label = serializers.CharField()
    results = serializers.IntegerField()
    passed = serializers.IntegerField()
    referred = serializers.IntegerField()
    interviewed = serializers.IntegerField()
    hired = serializers.IntegerField()
    hired_by_referral = serializers.IntegerField()
    due_3 = serializers.IntegerField()
    kept_3 = serializers.IntegerField()
    due_6 = serializers.IntegerField()
    kept_6 = serializers.IntegerField()
    waiting = serializers.IntegerField()
    never_placed = serializers.IntegerField()


class FunnelOut(serializers.Serializer):
    """The whole and its parts as of a day."""

    by = serializers.CharField()
    day = serializers.DateField()
    whole = FunnelRowOut(source="total")
    rows = FunnelRowOut(many=True)


class FunnelAsked(Body):
    """How the funnel is divided, and as of which day."""

    by = serializers.ChoiceField(DIVIDED, required=False, default="base")
    day = DayField(required=False, allow_null=True, default=None)


class PeopleAsked(Body):
    """Of which stage, and as of which day."""

    stage = serializers.ChoiceField(LISTED, required=False, default="passed")
    day = DayField(required=False, allow_null=True, default=None)


class ReferralFilter(django_filters.FilterSet):
    """By person, base, enterprise, state and day."""

    search = search_by("推荐编号，或姓名（汉字、全拼或首字母）、证件末四位", people=("worker",), exact=("reference",))
    worker = django_filters.NumberFilter(field_name="worker_id")
    referred_from = django_filters.DateFilter(field_name="referred_on", lookup_expr="gte")
    referred_to = django_filters.DateFilter(field_name="referred_on", lookup_expr="lte")
    status = django_filters.ChoiceFilter(choices=Referral.Status.choices)

    class Meta:
        model = Referral
        fields = ["search", "base", "enterprise", "worker", "enrolment", "status", "referred_from", "referred_to"]


class Referrals(ReadResource):
    """Referrals; a base sees those it made, an enterprise those made to it."""

    queryset = Referral.objects.select_related(
        "worker", "enterprise__organisation", "base__organisation", "enrolment__training_class", "enrolment__assessment",
        "hire__employment",
    ).prefetch_related("enrolment__assessment__amendments")  # fmt: skip
    serializer_class = ReferralOut
    filterset_class = ReferralFilter
    # Looking is no change: every look leaves its own event, so a key would hide a second one.
    without_key = frozenset({"reveal_phone"})
    weighty = frozenset({"reveal_phone", "funnel_workbook", "people_workbook"})
    judges_questions = frozenset({"funnel", "funnel_workbook", "people_workbook"})
    quoting_version = frozenset({"agree", "interview", "offer", "refuse", "withdraw"})
    subject = "referral"

    @extend_schema(request=ReferForm, responses={201: ReferralOut})
    def create(self, request: Request) -> Response:
        """Refer a person who passed to an enterprise (推荐就业)."""
        form = self.body(ReferForm)
        enrolment = self.named("enrolment", Enrolment.objects.all(), form["enrolment"])
        enterprise = self._firm(form["enterprise"])
        demand = form["demand"] and self.named("demand", LabourDemand.objects.visible_to(self.member), form["demand"])
        made = service.refer_trainee(
            actor=self.member, enrolment=enrolment, enterprise=enterprise, demand=demand or None, day=self.day,
            shows_marks=form["shows_marks"], note=form["note"],
        )  # fmt: skip
        answer = self.shown(self.again(made), 201)
        answer["Location"] = f"/api/v1/referrals/{made.pk}/"
        return answer

    def _firm(self, pk: int) -> Enterprise:
        """An enterprise of the bureau that the base or the clerk belongs to: whom to refer to, not whose rows to see."""
        bureau = self.member.organisation_id
        if self.member.role == Role.BASE_CLERK:
            bureau = TrainingBase.objects.get(pk=bureau).bureau_id
        found = Enterprise.objects.filter(bureau=bureau, pk=pk).select_related("organisation").first()
        if found is None:
            raise FormRefused(
                [
                    {
                        "field": "enterprise",
                        "code": "does_not_exist",
                        "message": f"没有编号为 {pk} 的企业",
                        "fix": "请核对编号",
                    }
                ]
            )
        return found

    @step("agree", body=InterviewForm)
    def agree(self, request: Request, pk: str) -> Response:
        """Agree on a day for the interview (约面试); again for another day."""
        return self.take(service.agree_interview, InterviewForm)

    @step("interview", body=NoteForm)
    def interview(self, request: Request, pk: str) -> Response:
        """The person has come to the interview (已面试)."""
        return self.take(service.record_interview, NoteForm)

    @step("offer", body=NoteForm)
    def offer(self, request: Request, pk: str) -> Response:
        """The enterprise takes the person (录用); hired is who then stands in the roster."""
        return self.take(service.offer_place, NoteForm)

    @step("refuse", body=RefusalForm)
    def refuse(self, request: Request, pk: str) -> Response:
        """The enterprise does not take the person, with a reason (不录用)."""
        return self.take(service.refuse_trainee, RefusalForm)

    @step("withdraw", body=Reason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """The base takes the referral back, with a reason (撤回推荐)."""
        return self.take(service.withdraw_referral, Reason)

    @step("reveal-phone", body=Reason, answer=TelephoneOut, examples=[
        OpenApiExample("事由", {"reason": "约面试时间"}, request_only=True)])  # fmt: skip
    def reveal_phone(self, request: Request, pk: str) -> Response:
        """The person's telephone in plain; leaves an event with the reason."""
        referral = self.get_object()
        phone = service.call_referred(
            actor=self.member, referral=referral, reason=self.body(Reason)["reason"], day=self.day
        )
        return Response({"phone": phone})

    @extend_schema(responses=FunnelOut, filters=False, parameters=FUNNEL_ASKED)
    @action(detail=False, pagination_class=None)
    def funnel(self, request: Request) -> Response:
        """From passing to staying, in people, as of a day: a base its own, the bureau its bases'."""
        asked, rows = self._asked(FunnelAsked)
        return Response(FunnelOut(funnel_of(rows, **asked)).data)

    def _asked(self, form: type[Body]) -> tuple[dict[str, Any], pl.DataFrame]:
        """What was asked, of a day not after today, and the rows: a base's own, the bureau's bases'."""
        check_can_read_placements(self.member)
        asked = form(data=self.request.query_params.dict())
        asked.is_valid(raise_exception=True)
        day = min(asked.validated_data["day"] or self.day, self.day)
        return asked.validated_data | {"day": day}, placement_rows(Scope.seen_by(self.member, day))

    def _workbook(self, export: Callable[..., tuple[str, bytes]], form: type[Body]) -> HttpResponse:
        asked, rows = self._asked(form)
        name, content = export(actor=self.member, rows=rows, now=timezone.localtime(), **asked)
        return download(content, name)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False, parameters=FUNNEL_ASKED)
    @action(detail=False, pagination_class=None, url_path="funnel-workbook")
    def funnel_workbook(self, request: Request) -> HttpResponse:
        """The funnel (就业安置漏斗) as a workbook; an export, noted in the log and marked with who and when."""
        return self._workbook(export_funnel, FunnelAsked)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False, parameters=PEOPLE_ASKED)
    @action(detail=False, pagination_class=None, url_path="people-workbook")
    def people_workbook(self, request: Request) -> HttpResponse:
        """The people of a stage (就业安置名单) as a workbook, masked; an export, noted in the log and marked with who and when."""
        return self._workbook(export_people, PeopleAsked)
