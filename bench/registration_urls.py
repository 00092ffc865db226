"""What most projects start with: a view that only reads its body, and a ModelSerializer that saves it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from park_workers.models import ContractSpan, Enterprise


class Hire(models.Model):
    """A hire in one row, nothing encrypted, nothing checked against other rows."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    id_number = models.CharField(max_length=40)
    hired_on = models.DateField()
    contract_starts_on = models.DateField()
    contract_ends_on = models.DateField(null=True)
    is_open_ended = models.BooleanField(default=False)
    form = models.CharField(max_length=10, choices=ContractSpan.Form.choices, default=ContractSpan.Form.CONTRACT)
    trade = models.CharField(max_length=40, blank=True, default="")
    is_front_line = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True, default="")
    sex = models.CharField(max_length=1, blank=True, default="")
    origin = models.CharField(max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "park_workers"
        managed = False
        db_table = "bench_hire"

    def __str__(self) -> str:
        return self.name


class HireSerializer(serializers.ModelSerializer[Hire]):
    """All columns."""

    class Meta:
        model = Hire
        fields = "__all__"


class Bare(APIView):
    """Reads the body, gives it back."""

    authentication_classes = permission_classes = throttle_classes = ()

    def post(self, request: Request) -> Response:
        """201, whatever came."""
        return Response(request.data, status=201)


class Create(CreateAPIView[Hire]):
    """A row from a body."""

    authentication_classes = permission_classes = throttle_classes = ()
    queryset: Any = Hire.objects.all()
    serializer_class = HireSerializer


urlpatterns = [path("bench/bare/", Bare.as_view()), path("bench/serializer/", Create.as_view())]
