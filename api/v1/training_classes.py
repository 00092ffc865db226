"""Classes (班次) and who sits in them: written by a base, filed, accepted or returned by the bureau, held, completed."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import STATEFUL, Body, DayField, NumberField, Out, PersonOut, Reason, StatefulOut
from api.filters import search_by
from api.idempotency import key_of
from api.resource import ReadResource, step
from api.v1.employments import WarningOut
from training.class_rules import MOST_HOURS, MOST_SEATS, MOST_TEACHERS
from training.models import ClassTeacher, Enrolment, LabourDemand, TrainingClass
from training.services.classes import (
    ClassPlan,
    cancel_class,
    complete_class,
    decide_filing,
    file_class,
    open_class,
    rewrite_class,
    start_class,
)
from training.services.enrolments import enrol_person, remove_person

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"


class TeacherOut(Out):
    """Who teaches, and what entitles them to."""

    class Meta:
        model = ClassTeacher
        fields = ["name", "qualification"]


class TrainingClassOut(StatefulOut):
    """A class (班次): trade, level (5 = 五级, 1 = 一级), dates, hours; `is_reported` (补报): told of by a pass list only."""

    base_name = serializers.CharField(source="base.organisation.name")
    teachers = TeacherOut(many=True)

    class Meta:
        model = TrainingClass
        fields = ["id", *STATEFUL, "base", "base_name", "number", "trade", "level", "starts_on", "ends_on", "planned_hours",
                  "is_reported", "demand", "plan", "place", "capacity", "teachers", "filed_on", "decided_on", "return_reason",
                  "started_on", "completed_on", "cancelled_on", "cancel_reason"]  # fmt: skip


class EnrolmentOut(Out):
    """One person in one class; `withdrawn_on` when a change of the roster has taken them off."""

    worker = PersonOut()
    class_number = serializers.CharField(source="training_class.number")

    class Meta:
        model = Enrolment
        fields = [
            "id",
            "training_class",
            "class_number",
            "worker",
            "attended_hours",
            "order_enterprise_name",
            "withdrawn_on",
        ]


class TeacherForm(Body):
    """A teacher of the class."""

    name = serializers.CharField(max_length=80)
    qualification = serializers.CharField(max_length=120)


class ClassForm(Body):
    """A class as the base writes it; plan, place, capacity and teachers may come later, at the latest before the filing."""

    number = serializers.CharField(max_length=60)
    trade = serializers.CharField(max_length=40)
    level = serializers.IntegerField(min_value=1, max_value=5)
    starts_on = DayField()
    ends_on = DayField()
    planned_hours = serializers.IntegerField(min_value=1, max_value=MOST_HOURS)
    plan = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(
        min_value=1, max_value=MOST_SEATS, required=False, allow_null=True, default=None
    )
    teachers = TeacherForm(many=True, required=False, default=list, max_length=MOST_TEACHERS)
    demand = NumberField(required=False, allow_null=True, default=None, help_text="订单需求")


class EnrolForm(Body):
    """Who is to sit in the class; every wrong field and everything that stands against the seat is named at once."""

    name = serializers.CharField(max_length=80)
    id_number = serializers.CharField(max_length=40)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class EnrolledOut(serializers.Serializer):
    """The seat, and what is worth a look."""

    enrolment = EnrolmentOut()
    is_repeat = serializers.BooleanField(help_text="此前已在名册上")
    warnings = WarningOut(many=True)


class TrainingClassFilter(django_filters.FilterSet):
    """By state, base, trade, level, demand and dates."""

    search = search_by("班次或基地名称", columns=("number",), organisations=("base__organisation",))
    starts_from = django_filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_to = django_filters.DateFilter(field_name="starts_on", lookup_expr="lte")

    class Meta:
        model = TrainingClass
        fields = ["search", "status", "is_reported", "base", "trade", "level", "demand", "starts_from", "starts_to"]


class EnrolmentFilter(django_filters.FilterSet):
    """By class, base and person."""

    search = search_by(PERSON, people=("worker",))
    base = django_filters.NumberFilter(field_name="training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="worker_id")

    class Meta:
        model = Enrolment
        fields = ["search", "training_class", "base", "worker"]


class TrainingClasses(ReadResource):
    """Classes; a base sees its own, the bureau all that were filed or reported."""

    queryset = TrainingClass.objects.select_related("base__organisation").prefetch_related("teachers")
    serializer_class = TrainingClassOut
    filterset_class = TrainingClassFilter
    quoting_version = frozenset({"file", "accept", "return_filing", "start", "complete", "cancel"})
    subject = "training_class"

    def _plan(self) -> ClassPlan:
        form = self.body(ClassForm)
        if form["demand"] is not None:
            form["demand"] = self.named("demand", LabourDemand.objects.all(), form["demand"])
        form["teachers"] = [(one["name"], one["qualification"]) for one in form["teachers"]]
        return ClassPlan(**form)

    @extend_schema(request=ClassForm, responses={201: TrainingClassOut})
    def create(self, request: Request) -> Response:
        """Begin to write a class (新建班次), for a base."""
        found = open_class(actor=self.member, plan=self._plan(), day=self.day, request_id=key_of(request))
        return self.shown(self.again(found), 201)

    @step("rewrite", body=ClassForm)
    def rewrite(self, request: Request, pk: str) -> Response:
        """Write it anew, until it is filed."""
        training_class = self.get_object()
        rewrite_class(actor=self.member, training_class=training_class, plan=self._plan(), day=self.day)
        return self.shown(self.again(training_class))

    @step("enrol", body=EnrolForm, answer=EnrolledOut, code=201)
    def enrol(self, request: Request, pk: str) -> Response:
        """One person more (报名), until the class is filed; many at once come in as an upload of the sheet `class_roster`."""
        training_class = self.get_object()
        done = enrol_person(actor=self.member, training_class=training_class, day=self.day, **self.body(EnrolForm))
        return Response(EnrolledOut(done, context=self.get_serializer_context()).data, status=201)

    @step("file")
    def file(self, request: Request, pk: str) -> Response:
        """File the class (提交备案): plan and roster stand from now on."""
        return self.take(file_class)

    @step("accept")
    def accept(self, request: Request, pk: str) -> Response:
        """Accept the filing (受理备案), for the bureau's clerk."""
        return self.take(decide_filing, is_accepted=True)

    @step("return", body=Reason)
    def return_filing(self, request: Request, pk: str) -> Response:
        """Return the filing with a reason (退回备案), for the bureau's clerk."""
        return self.take(decide_filing, Reason, is_accepted=False)

    @step("start")
    def start(self, request: Request, pk: str) -> Response:
        """The class begins (开班), on its first day or later."""
        return self.take(start_class)

    @step("complete")
    def complete(self, request: Request, pk: str) -> Response:
        """The class is over (结业): its last day has come and the hours are there."""
        return self.take(complete_class)

    @step("cancel", body=Reason)
    def cancel(self, request: Request, pk: str) -> Response:
        """Call the class off with a reason (取消班次)."""
        return self.take(cancel_class, Reason)


class Enrolments(ReadResource):
    """Who sits or sat in classes; a base sees its own classes."""

    queryset = Enrolment.objects.select_related("worker", "training_class")
    serializer_class = EnrolmentOut
    filterset_class = EnrolmentFilter

    @step("remove", answer=TrainingClassOut)
    def remove(self, request: Request, pk: str) -> Response:
        """Take the person off the roster (移出名册), until the class is filed; the answer is the class."""
        enrolment = self.get_object()
        training_class = enrolment.training_class
        remove_person(actor=self.member, enrolment=enrolment, day=self.day)
        return self.shown(training_class, form=TrainingClassOut)
