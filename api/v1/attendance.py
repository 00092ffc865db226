"""考勤: sessions of classes and who was there; sheets of many marks come in as uploads (`attendance`)."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused
from api.fields import Body, ClockField, DayField, NumberField, Out, PersonOut, Reason
from api.filters import search_by
from api.resource import ReadResource, step
from training.models import Attendance, ClassSession, TrainingClass
from training.services.attendance import record_attendance
from training.services.class_sessions import SessionPlan, add_sessions, cancel_session, lesson_hours

MOST_MARKS = 500


class ClassSessionOut(Out):
    """A session (节次): day, its number on that day, from and to, lesson hours of 45 minutes."""

    class_number = serializers.CharField(source="training_class.number")
    base = serializers.IntegerField(source="training_class.base_id")
    from_time = ClockField()
    to_time = ClockField()

    class Meta:
        model = ClassSession
        fields = ["id", "training_class", "class_number", "base", "day", "number", "from_time", "to_time", "hours", "topic",
                  "teacher", "place", "cancelled_on", "cancel_reason"]  # fmt: skip


class AttendanceOut(Out):
    """A mark of one person in one session; `voided_at` set: a correction took its place."""

    worker = PersonOut(source="enrolment.worker")
    day = serializers.DateField(source="session.day")
    training_class = serializers.IntegerField(source="session.training_class_id")

    class Meta:
        model = Attendance
        fields = ["id", "session", "training_class", "day", "enrolment", "worker", "mark", "source", "recorded_at",
                  "voided_at", "void_reason"]  # fmt: skip


class SessionForm(Body):
    """A session to hold; without `hours` as many lesson hours as fit between the times."""

    training_class = NumberField()
    day = DayField()
    from_time = ClockField()
    to_time = ClockField()
    hours = serializers.IntegerField(min_value=1, max_value=99, required=False)
    number = serializers.IntegerField(min_value=1, max_value=99, required=False, help_text="默认为该日下一节")
    topic = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    teacher = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    place = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class MarkForm(serializers.Serializer):
    """One person's mark."""

    enrolment = NumberField()
    mark = serializers.ChoiceField(Attendance.Mark.choices)


class MarksForm(Body):
    """Marks of people of the class; a reason where marks of an earlier day are corrected."""

    marks = MarkForm(many=True, allow_empty=False, max_length=MOST_MARKS)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class TakenOut(serializers.Serializer):
    """What was done: marks added, corrected, and those that stood already."""

    new = serializers.IntegerField()
    corrected = serializers.IntegerField()
    same = serializers.IntegerField()


class ClassSessionFilter(django_filters.FilterSet):
    """By class, base and day."""

    search = search_by("班次、内容或教师", columns=("training_class__number", "topic", "teacher"))
    base = django_filters.NumberFilter(field_name="training_class__base_id", label="基地")
    day_from = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = django_filters.DateFilter(field_name="day", lookup_expr="lte")
    is_cancelled = django_filters.BooleanFilter(field_name="cancelled_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = ClassSession
        fields = ["search", "training_class", "base", "day_from", "day_to", "is_cancelled"]


class AttendanceFilter(django_filters.FilterSet):
    """By session, class, person, mark, source and day; corrected marks are shown too unless `is_voided=false`."""

    search = search_by("姓名（汉字、全拼或首字母）或证件末四位", people=("enrolment__worker",))
    training_class = django_filters.NumberFilter(field_name="session__training_class_id", label="班次")
    base = django_filters.NumberFilter(field_name="session__training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="enrolment__worker_id", label="学员")
    day_from = django_filters.DateFilter(field_name="session__day", lookup_expr="gte")
    day_to = django_filters.DateFilter(field_name="session__day", lookup_expr="lte")
    is_voided = django_filters.BooleanFilter(field_name="voided_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Attendance
        fields = ["search", "session", "training_class", "base", "enrolment", "worker", "mark", "source", "day_from",
                  "day_to", "is_voided"]  # fmt: skip


class ClassSessions(ReadResource):
    """Sessions; a base sees and keeps those of its own classes."""

    queryset = ClassSession.objects.select_related("training_class")
    serializer_class = ClassSessionOut
    filterset_class = ClassSessionFilter

    @extend_schema(request=SessionForm, responses={201: ClassSessionOut})
    def create(self, request: Request) -> Response:
        """Plan a session; one that stands already as it is planned is answered as it stands."""
        form = self.body(SessionForm)
        held = self.named("training_class", TrainingClass.objects.all(), form.pop("training_class"))
        hours = form.pop("hours", None) or max(lesson_hours(form["from_time"], form["to_time"]), 1)
        plan = SessionPlan(hours=hours, number=form.pop("number", 0), **form)
        (made,) = add_sessions(actor=self.member, training_class=held, plans=[plan], day=self.day)
        answer = self.shown(self.again(made), 201)
        answer["Location"] = f"/api/v1/class-sessions/{made.pk}/"
        return answer

    @step("marks", body=MarksForm, answer=TakenOut)
    def marks(self, request: Request, pk: str) -> Response:
        """Mark many people in a session; the same marks again change nothing, corrections keep the old mark."""
        session, form = self.get_object(), self.body(MarksForm)
        marks = {one["enrolment"]: one["mark"] for one in form["marks"]}
        if len(marks) < len(form["marks"]):
            wrong = {
                "field": "marks",
                "code": "DUPLICATE",
                "message": "同一学员出现了两次",
                "fix": "每人只写一个考勤标记",
            }
            raise FormRefused([wrong])
        taken = record_attendance(
            actor=self.member, session=session, marks=marks, day=self.day, reason=form["reason"]
        )  # fmt: skip
        answer: dict[str, Any] = {"new": taken.new, "corrected": taken.corrected, "same": taken.same}
        return Response(answer)

    @step("cancel", body=Reason, answer=ClassSessionOut)
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a session in which nobody has been marked."""
        session = self.get_object()
        cancel_session(actor=self.member, session=session, day=self.day, **self.body(Reason))
        return self.shown(self.again(session))


class Attendances(ReadResource):
    """Marks, corrected ones too; a base sees those of its own classes."""

    queryset = Attendance.objects.select_related("enrolment__worker", "session")
    serializer_class = AttendanceOut
    filterset_class = AttendanceFilter
