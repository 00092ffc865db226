"""The steps of a batch from computing to the city, one operation each; every one quotes the version it saw."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, NumberField, Reason
from api.resource import step
from api.v1.batch_moves import BatchMoves
from api.v1.jobs import JobOut
from park_workers.foundation.errors import TransitionRefused
from subsidies.models import Batch, LineItem
from subsidies.services.batches import compute_batch, submit_batch
from subsidies.services.city import reject_returned_lines, resend_to_city, send_to_city
from subsidies.services.notices import close_due_notices, publish_notice, republish_notice
from subsidies.services.reviews import approve_batch, review_batch

SIGNED = [OpenApiExample("通过", {"is_passed": True, "note": ""}, request_only=True),
          OpenApiExample("退回", {"is_passed": False, "note": "个别人员材料需核实"}, request_only=True)]  # fmt: skip


class VerdictForm(Body):
    """A signature: pass, or return with a reason."""

    is_passed = serializers.BooleanField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ResendForm(Body):
    """What was mended."""

    reason = serializers.CharField(max_length=300, required=False, default="已补正，重新上报")


class RejectForm(Reason):
    """Which returned lines are given up; all of them when none is named."""

    lines = serializers.ListField(child=NumberField(), required=False, min_length=1, max_length=1000)


class CountOut(serializers.Serializer):
    """How many lines it was."""

    count = serializers.IntegerField()


class BatchSteps(BatchMoves):
    """Steps of a batch."""

    quoted: ClassVar[frozenset[str]] = frozenset(
        {
            "compute",
            "submit",
            "review",
            "approve",
            "publish",
            "republish",
            "end_notice",
            "send",
            "resend",
            "reject_returned",
        }
    )
    #: a signature always says what it has seen (I6)
    required: ClassVar[frozenset[str]] = frozenset({"submit", "review", "approve"})

    @step("compute", answer=JobOut, code=202)
    def compute(self, request: Request, pk: str) -> Response:
        """Start a computation (测算) in the background; the answer is its job, to be followed at /jobs/."""
        job = compute_batch(actor=self.member, batch=self.locked(), day=self.day)
        job.refresh_from_db()
        return self.shown(job, 202, JobOut)

    @step("submit")
    def submit(self, request: Request, pk: str) -> Response:
        """Sign the first check (初审) and hand over for review; judgements are frozen, people and money reserved."""
        batch = self.locked()
        return self.moved(submit_batch(actor=self.member, batch=batch, day=self.day, seen_version=batch.version))

    def _sign(self, service: Any) -> Response:
        batch, form = self.locked(), self.body(VerdictForm)
        return self.moved(service(actor=self.member, batch=batch, day=self.day, seen_version=batch.version, **form))

    @step("review", body=VerdictForm, examples=SIGNED)
    def review(self, request: Request, pk: str) -> Response:
        """Review (复核): pass, or return with a reason."""
        return self._sign(review_batch)

    @step("approve", body=VerdictForm, examples=SIGNED)
    def approve(self, request: Request, pk: str) -> Response:
        """Approve (审批): pass, or return with a reason; the last signature needed moves the batch on."""
        return self._sign(approve_batch)

    @step("publish")
    def publish(self, request: Request, pk: str) -> Response:
        """Show the approved list to the public (发布公示) for its term."""
        batch = self.locked()
        publish_notice(actor=self.member, batch=batch, day=self.day)
        return self.moved(batch)

    @step("republish", body=Reason)
    def republish(self, request: Request, pk: str) -> Response:
        """A new edition of the notice with a whole new term (重新公示)."""
        batch, form = self.locked(), self.body(Reason)
        republish_notice(actor=self.member, batch=batch, day=self.day, **form)
        return self.moved(batch)

    @step("end-notice")
    def end_notice(self, request: Request, pk: str) -> Response:
        """End a notice whose term is over (结束公示); a clock does so by itself within minutes."""
        batch = self.locked()
        close_due_notices(actor=self.member, day=self.day)
        batch.refresh_from_db()
        if batch.status == Batch.Status.IN_NOTICE:
            raise TransitionRefused("NOTICE_RUNNING", "公示期未满，或还有未处理的异议", "请期满并处理完异议后再办理")
        return self.moved(batch)

    @step("send")
    def send(self, request: Request, pk: str) -> Response:
        """Send the list up to the city (上报市局)."""
        batch = self.locked()
        send_to_city(actor=self.member, batch=batch, day=self.day)
        return self.moved(batch)

    @step("resend", body=ResendForm, answer=CountOut)
    def resend(self, request: Request, pk: str) -> Response:
        """Send the lines the city returned up again."""
        batch, form = self.locked(), self.body(ResendForm)
        return Response({"count": resend_to_city(actor=self.member, batch=batch, day=self.day, **form)})

    @step("reject-returned", body=RejectForm, answer=CountOut)
    def reject_returned(self, request: Request, pk: str) -> Response:
        """Give up returned lines for good (市局终不同意)."""
        batch, form = self.locked(), self.body(RejectForm)
        lines = LineItem.objects.filter(pk__in=form["lines"], calculation__batch=batch) if "lines" in form else None
        count = reject_returned_lines(actor=self.member, batch=batch, reason=form["reason"], day=self.day, lines=lines)
        return Response({"count": count})
