"""How a batch ends: closed with nothing left to pay, or given up by two persons."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Reason
from api.resource import step
from api.v1.batch_moves import BatchMoves
from subsidies.services.cancellations import cancel_batch, decline_cancellation, propose_cancellation
from subsidies.services.closing import close_batch


class BatchEnds(BatchMoves):
    """Ends of a batch; mixed into the batches."""

    quoted: ClassVar[frozenset[str]] = frozenset({"propose_cancellation", "cancel", "decline_cancellation", "close"})
    required: ClassVar[frozenset[str]] = frozenset({"cancel"})

    @step("propose-cancellation", body=Reason)
    def propose_cancellation(self, request: Request, pk: str) -> Response:
        """Ask for the batch to be given up (申请撤销)."""
        batch, form = self.locked(), self.body(Reason)
        return self.moved(propose_cancellation(actor=self.member, batch=batch, day=self.day, **form))

    @step("cancel")
    def cancel(self, request: Request, pk: str) -> Response:
        """Give the batch up as proposed (撤销): its people and its money are free again."""
        batch = self.locked()
        return self.moved(cancel_batch(actor=self.member, batch=batch, day=self.day, seen_version=batch.version))

    @step("decline-cancellation", body=Reason)
    def decline_cancellation(self, request: Request, pk: str) -> Response:
        """Say no to the proposal; the batch goes on."""
        batch, form = self.locked(), self.body(Reason)
        return self.moved(decline_cancellation(actor=self.member, batch=batch, day=self.day, **form))

    @step("close")
    def close(self, request: Request, pk: str) -> Response:
        """Close an answered batch of which nothing is left to be paid (办结)."""
        batch = self.locked()
        return self.moved(close_batch(actor=self.member, batch=batch, day=self.day))
