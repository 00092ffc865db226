"""Whole tables read into frames."""

from __future__ import annotations

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from park_workers.foundation.bulk import read_frame

pytestmark = pytest.mark.django_db


def test_rows_are_the_same_while_statements_are_counted() -> None:
    asked = ("SELECT v FROM (SELECT 1 AS v UNION ALL SELECT 3) AS given WHERE v > %s", [2], {"v": pl.Int64})
    with CaptureQueriesContext(connection):
        counted = read_frame(*asked)
    assert counted.equals(read_frame(*asked))
    assert counted["v"].to_list() == [3]
