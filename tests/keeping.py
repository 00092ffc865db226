"""Attacks on figures that are kept: writes in any order beneath every service, a write not yet committed, questions counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from hypothesis import strategies as st

#: what is written, by whom, so many days from the day of the clock, and a flag
Write = tuple[str, int, int, bool]
DAY_PASSES = "day"


def writes(
    kinds: Sequence[str], *, people: int, earliest: int, latest: int, most: int
) -> st.SearchStrategy[list[Write]]:
    """Any writes in any order; the kind "day" lets days pass instead."""
    one = st.tuples(
        st.sampled_from([*kinds, DAY_PASSES]), st.integers(0, people - 1), st.integers(earliest, latest), st.booleans()
    )
    return st.lists(one, min_size=1, max_size=most)


def play(
    listed: list[Write],
    day: date,
    write: Callable[[str, int, date, bool, date], None],
    agrees: Callable[[date], object],
) -> None:
    """Write one after the other; after each `agrees` compares what is kept with what counting finds."""
    for what, who, shift, flag in listed:
        if what == DAY_PASSES:
            day += timedelta(days=max(shift, 0))
        else:
            with suppress(IntegrityError), transaction.atomic():  # a guard of the database: nothing was written
                write(what, who, day + timedelta(days=shift), flag, day)
        agrees(day)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def uncommitted(write: Callable[[], object]) -> Iterator[None]:
    """Inside, somebody else has written and not committed; afterwards it is committed."""
    written, go_on = threading.Event(), threading.Event()

    def write_and_wait() -> None:
        with transaction.atomic():
            write()
            written.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=write_and_wait, daemon=True)
    thread.start()
    assert written.wait(30)
    try:
        yield
    finally:
        go_on.set()
        thread.join(30)


@contextmanager
def questions() -> Iterator[list[str]]:
    """The SQL asked inside."""
    asked: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
        yield asked
