"""Journeys through the API that send each request in fifty copies, and the operations they play."""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.fifty import Copies
from tests.conftest import Cast

Journey = Callable[[Copies, Cast], None]
JOURNEYS: dict[str, tuple[set[str], Journey]] = {}


def plays(*names: str) -> Callable[[Journey], Journey]:
    """Declares the operations a journey plays."""

    def declare(journey: Journey) -> Journey:
        JOURNEYS[journey.__name__] = (set(names), journey)
        return journey

    return declare
