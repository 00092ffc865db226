"""Many at once: real threads with connections of their own, let go by one barrier; and SQL that goes round every service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from park_workers.foundation.errors import RuleViolation

PATIENCE_SECONDS = 60


@dataclass
class Outcome:
    """What one caller got: a value or a refusal."""

    value: Any = None
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        """Whether it went through."""
        return self.error is None


@dataclass
class Outcomes:
    """What all of them got, in the order in which they were given."""

    each: list[Outcome]

    @property
    def done(self) -> list[Any]:
        """Values of those that went through."""
        return [one.value for one in self.each if one.is_done]

    @property
    def codes(self) -> list[str]:
        """Codes of the refusals, sorted; anything but a refusal in words is no answer to a user and is raised."""
        refusals = [one.error for one in self.each if one.error is not None]
        for error in refusals:
            if not isinstance(error, RuleViolation):
                raise error
        return sorted(error.code for error in refusals if isinstance(error, RuleViolation))


@contextmanager
def crowd(size: int) -> Iterator[Executor]:
    """Threads that keep their connections from one `at_once` to the next: to open one costs as much as a request."""
    with ThreadPoolExecutor(size) as threads:
        yield threads
        at_once([lambda: connection.close()] * size, threads)


def at_once(calls: Iterable[Callable[[], Any]], threads: Executor | None = None) -> Outcomes:
    """Call all of them at the same moment, each in a thread with its own connection, or in those of a crowd as large."""
    calls = list(calls)
    barrier = threading.Barrier(len(calls))
    outcomes = [Outcome() for _ in calls]

    def run(call: Callable[[], Any], outcome: Outcome) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            outcome.value = call()
        except BaseException as error:  # judged by whoever called
            outcome.error = error
        finally:
            if threads is None:
                connection.close()

    pairs = zip(calls, outcomes, strict=True)
    if threads is not None:
        is_stuck = bool(wait([threads.submit(run, *pair) for pair in pairs], PATIENCE_SECONDS).not_done)
    else:
        started = [threading.Thread(target=run, args=pair, daemon=True) for pair in pairs]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(PATIENCE_SECONDS)
        is_stuck = any(thread.is_alive() for thread in started)
    assert not is_stuck, "they wait for each other in a circle"
    return Outcomes(outcomes)


def sql(statement: str, *parameters: Any) -> int:
    """Go round every service; returns rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def database_refuses(guard: str, statement: str, *parameters: Any) -> None:
    """The database itself says no, and the guard named is the one that speaks."""
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        sql(statement, *parameters)
