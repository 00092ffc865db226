"""评审专家: the pool of the technical review; entered and changed by a clerk, confirmed by another person, days away by the expert."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FormRefused
from api.fields import STATEFUL, Body, DayField, IdNumberField, NumberField, Out, Reason, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from park_workers.models import Organisation
from training.models import Expert, ExpertAbsence, ExpertAvailability, ExpertTie
from training.permissions import check_can_keep_experts
from training.services import experts as service
from training.services.expert_absences import enter_absence, withdraw_absence


class TieOut(Out):
    """A tie that keeps the expert away from candidates; a person of the household is known by a keyed hash only and not shown."""

    organisation_name = serializers.CharField(source="organisation.name", default="")

    class Meta:
        model = ExpertTie
        fields = ["id", "kind", "organisation", "organisation_name", "note", "starts_on", "ends_on"]


class AvailabilityOut(Out):
    """Days on which the expert can be called; an open end lasts."""

    class Meta:
        model = ExpertAvailability
        fields = ["starts_on", "ends_on"]


class AbsenceOut(Out):
    """Days on which the expert has said not to come."""

    class Meta:
        model = ExpertAbsence
        fields = ["reference", "starts_on", "ends_on", "note", "entered_on", "withdrawn_on"]


class ExpertOut(StatefulOut):
    """An entry of the pool; only `confirmed` ones are drawn, `reference` stands for the person in every published draw."""

    ties = TieOut(many=True)
    availabilities = AvailabilityOut(many=True)
    absences = AbsenceOut(many=True)

    class Meta:
        model = Expert
        fields = [
            "id",
            "reference",
            *STATEFUL,
            "name",
            "trades",
            "title",
            "confirmed_on",
            "ties",
            "availabilities",
            "absences",
        ]


class TradesForm(Body):
    """What the expert judges."""

    trades = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=20)
    title = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="职称或职业资格"
    )


class ExpertForm(TradesForm):
    """The holder of an expert's account; of the document number a keyed hash is kept."""

    membership = NumberField(help_text="评审专家账号的岗位编号")
    id_number = IdNumberField(max_length=40)
    available_from = DayField()


class SpanForm(Body):
    """From–to, both days included; without an end it lasts."""

    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True, default=None)


class TieForm(SpanForm):
    """A tie to an organisation, or (household) to a person by the document number."""

    kind = serializers.ChoiceField(ExpertTie.Kind.choices)
    organisation = NumberField(required=False, allow_null=True, default=None)
    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class EndTieForm(Body):
    """Which tie is over, since when."""

    tie = NumberField()
    ends_on = DayField()


class AbsenceForm(Body):
    """From–to, both days included, on which the expert cannot come."""

    starts_on = DayField()
    ends_on = DayField()
    note = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class WithdrawAbsenceForm(Body):
    """Which of the own absences."""

    absence = serializers.CharField(max_length=20, help_text="登记编号")


class ExpertFilter(django_filters.FilterSet):
    """By state."""

    search = search_by("姓名或专家编号", columns=("membership__user__display_name",), exact=("reference",))

    class Meta:
        model = Expert
        fields = ["search", "status"]


def _none(field: str, message: str) -> FormRefused:
    return FormRefused([{"field": field, "code": "does_not_exist", "message": message, "fix": "请核对编号"}])


class Experts(ReadResource):
    """The pool; an expert sees the own entry.  Every change of trades, ties or availability waits for a second person again."""

    queryset = Expert.objects.select_related("membership__user", "bureau").prefetch_related(
        "ties__organisation", "availabilities", "absences"
    )
    serializer_class = ExpertOut
    filterset_class = ExpertFilter
    quoting_version = frozenset({"confirm", "change_trades", "add_tie", "end_tie", "add_availability", "retire"})
    subject = "expert"

    @extend_schema(request=ExpertForm, responses={201: ExpertOut})
    def create(self, request: Request) -> Response:
        """Put the holder of an expert's account into the pool (提出入库), for a clerk; waits for a second person."""
        check_can_keep_experts(self.member)
        form = self.body(ExpertForm)
        people = service.people_without_entry(bureau=self.member.organisation)
        membership = people.filter(pk=form.pop("membership")).first()
        if membership is None:
            raise _none("membership", "不是本局的评审专家账号，或已在库")
        made = service.propose_expert(actor=self.member, membership=membership, day=self.day, **form)
        return self.shown(self.again(made), 201)

    def _changed(self, act: Any, form: type[Body]) -> Response:
        found = self.get_object()
        self.seen_version(found)
        act(actor=self.member, expert=found, day=self.day, **self.body(form))
        return self.shown(self.again(found))

    @step("confirm")
    def confirm(self, request: Request, pk: str) -> Response:
        """A second person has checked trades, ties and availability (确认入库): the expert may be drawn."""
        return self.take(service.confirm_expert)

    @step("change-trades", body=TradesForm)
    def change_trades(self, request: Request, pk: str) -> Response:
        """Other trades or another title; waits for a second person."""
        return self._changed(service.change_trades, TradesForm)

    @step("add-tie", body=TieForm)
    def add_tie(self, request: Request, pk: str) -> Response:
        """A tie to an organisation or a person (登记关联); waits for a second person."""
        found = self.get_object()
        self.seen_version(found)
        form = self.body(TieForm)
        number = form.pop("organisation")
        body = None if number is None else self.named("organisation", Organisation.objects.all(), number)
        service.add_tie(actor=self.member, expert=found, organisation=body, day=self.day, **form)
        return self.shown(self.again(found))

    @step("end-tie", body=EndTieForm)
    def end_tie(self, request: Request, pk: str) -> Response:
        """A tie is over (终止关联); it goes on counting for a while, and the entry waits for a second person."""
        found = self.get_object()
        self.seen_version(found)
        form = self.body(EndTieForm)
        tie = found.ties.select_related("expert__membership").filter(pk=form["tie"]).first()
        if tie is None:
            raise _none("tie", "没有这个关联")
        service.end_tie(actor=self.member, tie=tie, ends_on=form["ends_on"], day=self.day)
        return self.shown(self.again(found))

    @step("add-availability", body=SpanForm)
    def add_availability(self, request: Request, pk: str) -> Response:
        """Another span in which the expert can be called (可参评时段); open ones end the day before; waits for a second person."""
        return self._changed(service.set_availability, SpanForm)

    @step("retire", body=Reason)
    def retire(self, request: Request, pk: str) -> Response:
        """Out of the pool (出库), with a reason."""
        return self.take(service.retire_expert, Reason)

    @step("add-absence", body=AbsenceForm)
    def add_absence(self, request: Request, pk: str) -> Response:
        """Days on which one cannot come (登记不能参评), for the expert alone; whoever is away on the review day is not drawn."""
        found = self.get_object()
        enter_absence(actor=self.member, expert=found, day=self.day, **self.body(AbsenceForm))
        return self.shown(self.again(found))

    @step("withdraw-absence", body=WithdrawAbsenceForm)
    def withdraw_absence(self, request: Request, pk: str) -> Response:
        """Can come after all (撤回登记), for the expert alone."""
        found = self.get_object()
        reference = self.body(WithdrawAbsenceForm)["absence"]
        absence = found.absences.select_related("expert").filter(reference=reference).first()
        if absence is None:
            raise _none("absence", "没有这条登记")
        withdraw_absence(actor=self.member, absence=absence, day=self.day)
        return self.shown(self.again(found))
