"""What every step of a batch begins and ends with."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.response import Response

from api.resource import Resource
from subsidies.models import Batch


class BatchMoves(Resource):
    """Actions on a batch that somebody has looked at."""

    #: actions that take an If-Match, and those that ask for one
    quoting_version: ClassVar[frozenset[str]] = frozenset()
    requiring_version: ClassVar[frozenset[str]] = frozenset()

    def locked(self) -> Batch:
        """The batch, if it is still what the client saw, locked until the step is done (lock order: batch first)."""
        seen = self.get_object()
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        self.seen_version(batch, is_required=self.action in self.requiring_version)
        return batch

    def moved(self, batch: Batch) -> Response:
        """The batch as it stands after the step."""
        return self.shown(self.again(batch))
