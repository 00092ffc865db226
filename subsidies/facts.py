"""The sole bridge from database rows to a facts frame (`rules.facts`).

Each table (`fact_tables`) is read once, in set-based queries over the candidates; raw spans become facts through `rules.spans`.
People are canonical (`merged_into`) everywhere.  Lines are numbered in an order made of natural keys only: place of the
enterprise in the directory, place in the application list, hire date, person; so the same facts give the same lines on both
engines.  Because firms come first in that order, facts may be had firm by firm without a line changing its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from park_workers.foundation.bulk import TEXTS_BETWEEN
from park_workers.foundation.shelf import Shelf
from subsidies.fact_tables import Asked, OneFirm, firms_of, tables_of
from subsidies.models import Batch
from subsidies.rules import spans
from subsidies.rules.conditions import asks_expert_grade, insured_kinds
from subsidies.rules.evaluate import is_judged_whole, looked_at
from subsidies.rules.facts import (
    EXPERT_FACTS,
    HIRE_FACTS,
    LIST_SEPARATOR,
    REFER_FACTS,
    STACK_FACTS,
    TRAINING_FACTS,
)
from subsidies.rules.terms import PolicyTerms
from subsidies.training_facts import with_training

#: columns beside the facts: natural keys that order and digest lines, never a primary key
NATURAL_KEYS = ("person_key", "credit_code", "introducer_key", "base_digest")
FIRM_ORDER = ("directory_position", "credit_code")
#: candidates whose facts are held in memory at once (a larger firm is held whole): about 20 MB
PART_ROWS = 10_000

#: letters of a day as the database writes it
DAY_LENGTH = len("2023-01-01")

Tables = Mapping[str, pl.DataFrame]


def facts_schema(terms: PolicyTerms) -> dict[str, Any]:
    """The facts columns a policy's lines have; what few policies ask for is on the lines of those only."""
    more = EXPERT_FACTS if asks_expert_grade(terms.conditions) else {}
    if terms.stacks_on:
        return STACK_FACTS | more
    trained = {name: TRAINING_FACTS[name] for name in looked_at(terms) if name in TRAINING_FACTS}
    return (REFER_FACTS if terms.payee == "introducer" else HIRE_FACTS) | more | trained


def collect_facts(batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """The facts of every candidate of a batch on its cut-off date, with NATURAL_KEYS beside, sorted by `line_no` from 1.

    A policy for introducers looks only at employments that name one.
    """
    return facts_of(read_tables(batch, terms), batch, terms)


def read_tables(asked: Asked, terms: PolicyTerms) -> Tables:
    """Every table the facts need, read once; facts of earlier days than `cutoff_on` follow from the same tables."""
    return {name: table.read() for name, table in tables_of(asked, terms).items()}


def facts_of(tables: Tables, asked: Asked, terms: PolicyTerms) -> pl.DataFrame:
    """As `collect_facts`, of tables read before.  One firm's tables may reach beyond the day: later hires are left out."""
    if isinstance(asked, OneFirm):
        begun = tables["employments"].filter(pl.col("hired_on") <= asked.cutoff_on)
        tables = {**tables, "employments": begun}
    return _facts(tables, asked, terms)


def collect_facts_in_parts(batch: Batch, terms: PolicyTerms, *, most: int = PART_ROWS) -> Iterator[pl.DataFrame]:
    """As `collect_facts`, about so many candidates at a time, each part numbered from 1; at least one, possibly empty, part.

    Parts are whole firms in the order of lines.  A policy with a quota or an annual cap has one part: there a line's verdict
    depends on the others.
    """
    firms = _parted_firms(firms_of(batch, terms), most)
    numbers = firms["part"].unique().sort()
    if len(numbers) < 2 or is_judged_whole(terms):
        yield collect_facts(batch, terms)
        return
    tables = tables_of(batch, terms)
    whole = {name: table.read() for name, table in tables.items() if not table.is_by_firm}
    divided = {name: table for name, table in tables.items() if table.is_by_firm}
    with Shelf() as shelf:
        for name, table in divided.items():
            for rows in table.read_in_turn():
                # Months at firms without a candidate find no part, as they would find no line.
                parted = rows.join(firms, on="enterprise_id", how="inner", maintain_order="left")
                for (part,), mine in parted.partition_by("part", as_dict=True, include_key=False).items():
                    shelf.put((name, part), mine)
        for part in numbers:
            taken = {name: shelf.take((name, part), schema=table.schema) for name, table in divided.items()}
            yield _facts({**whole, **taken}, batch, terms)


def _parted_firms(firms: pl.DataFrame, most: int) -> pl.DataFrame:
    """enterprise_id and `part`: neighbours in the order of lines together, about so many candidates a part."""
    places = firms.group_by(FIRM_ORDER).agg(pl.col("rows").sum()).sort(FIRM_ORDER)
    before = pl.col("rows").cum_sum() - pl.col("rows")
    places = places.select(*FIRM_ORDER, (before // most).alias("part"))
    return firms.join(places, on=FIRM_ORDER, how="left", nulls_equal=True).select("enterprise_id", "part")


def _facts(tables: Tables, batch: Asked, terms: PolicyTerms) -> pl.DataFrame:
    """Facts of the candidates in these tables."""
    employments = tables["employments"]
    if terms.payee == "introducer":
        employments = employments.filter(pl.col("introducer_id").is_not_null())
    frame = employments.sort(*FIRM_ORDER, "sequence", "hired_on", "person_key").with_row_index("line_no", 1)
    contracts = spans.latest_contracts(tables["contracts"], cutoff_on=batch.cutoff_on)
    frame = frame.join(contracts, on="employment_id", how="left", maintain_order="left")
    frame = frame.join(_posts(tables["posts"], batch), on="employment_id", how="left", maintain_order="left")
    frame = _with_insurance(frame, tables, batch, terms)
    frame = _with_list(frame, tables.get("ledger"), value="code", name="paid_policies")
    frame = _with_list(frame, tables.get("other_subsidies"), value="name", name="other_subsidies")
    if "expert_grades" in tables:
        frame = _with_expert_grades(frame, tables["expert_grades"], batch)
    frame = with_training(frame, tables, batch.cutoff_on).with_columns(
        spans.age_on(pl.col("birth_on"), pl.col("hired_on")).alias("age_at_hire"),
        pl.col("base_line_id").is_not_null().alias("base_is_paid"),
    )
    if terms.payee == "introducer":
        frame = _with_introducers(frame, tables, terms)
    else:  # who introduced somebody is no fact of other policies
        frame = frame.with_columns(pl.lit(None, pl.String).alias("introducer_key"))
    wanted = facts_schema(terms)
    casts = [pl.col(name).cast(kind) for name, kind in wanted.items()]
    return frame.select(*casts, *(pl.col(name) for name in NATURAL_KEYS)).sort("line_no")


def _posts(rows: pl.DataFrame, batch: Asked) -> pl.DataFrame:
    """Front line or not in the post held on the cut-off date; if none has begun, in the first."""
    ordered = rows.sort("employment_id", *spans.in_force_last(batch.cutoff_on))
    return ordered.unique("employment_id", keep="last", maintain_order=True).select("employment_id", "is_front_line")


def insured_months(tables: Tables, terms: PolicyTerms) -> pl.DataFrame:
    """The months of the insurance lists, one a row: worker_id, enterprise_id, month.  Of several kinds asked for all are paid."""
    months = pl.col("months").str.split(TEXTS_BETWEEN).alias("month")
    found: pl.DataFrame = tables["insured"].select("worker_id", "enterprise_id", months).explode("month")
    if len(kinds := insured_kinds(terms.conditions)) > 1:
        place = ["worker_id", "enterprise_id", pl.col("month").str.head(DAY_LENGTH)]
        paid = found.group_by(place).agg(pl.col("month").str.slice(DAY_LENGTH).n_unique().alias("kinds"))
        found = paid.filter(pl.col("kinds") == len(kinds)).drop("kinds")
    return found.with_columns(pl.col("month").str.to_date("%Y-%m-%d"))


def _with_insurance(frame: pl.DataFrame, tables: Tables, batch: Asked, terms: PolicyTerms) -> pl.DataFrame:
    """Length and start of the run of insured months that ends in the cut-off month, 0 where there is none."""
    if "insured" not in tables:
        return frame.with_columns(
            pl.lit(None, pl.Int32).alias("insured_run_months"), pl.lit(None, pl.Date).alias("insured_run_starts")
        )
    insured = insured_months(tables, terms)
    runs = spans.insured_runs(insured, cutoff_on=batch.cutoff_on)
    joined = frame.join(runs, on=["worker_id", "enterprise_id"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("insured_run_months").fill_null(0))


def _with_list(frame: pl.DataFrame, rows: pl.DataFrame | None, *, value: str, name: str) -> pl.DataFrame:
    """What a ledger says of each person as one text, "" for nothing; null when the policy does not ask."""
    if rows is None:
        return frame.with_columns(pl.lit(None, pl.String).alias(name))
    mine = rows.join(frame, on="worker_id", how="semi")
    texts = spans.joined(mine, key="worker_id", value=value, name=name)
    return frame.join(texts, on="worker_id", how="left", maintain_order="left").with_columns(pl.col(name).fill_null(""))


def _with_expert_grades(frame: pl.DataFrame, grades: pl.DataFrame, batch: Asked) -> pl.DataFrame:
    """Of each trade the newest grade of the technical review in force on the day, joined, and the latest day of these."""
    begun = grades.filter(pl.col("valid_from") <= batch.cutoff_on).sort("worker_id", "trade", "valid_from", "grade")
    newest = begun.unique(["worker_id", "trade"], keep="last", maintain_order=True)
    texts = spans.joined(newest, key="worker_id", value="grade", name="expert_grade")
    days = newest.group_by("worker_id").agg(pl.col("valid_from").max().alias("expert_grade_on"))
    joined = frame.join(texts, on="worker_id", how="left", maintain_order="left")
    joined = joined.join(days, on="worker_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("expert_grade").fill_null(""))


def _with_introducers(frame: pl.DataFrame, tables: Tables, terms: PolicyTerms) -> pl.DataFrame:
    """Posts the introducer has held at that firm, and the day on which the newcomer's months are complete."""
    key = ["introducer_id", "enterprise_id"]
    posts = (
        tables["introducers"].sort(*key, "trade").group_by(key, maintain_order=True)
        .agg(pl.col("trade").str.join(LIST_SEPARATOR).alias("introducer_posts"))
    )  # fmt: skip
    months = next((int(c.parameters["value"]) for c in terms.conditions if c.test == "months_employed_at_least"), None)
    matured = pl.lit(None, pl.Date) if months is None else spans.matured_on(pl.col("hired_on"), months)
    return frame.join(posts, on=key, how="left", maintain_order="left").with_columns(
        pl.col("introducer_posts").fill_null(""), matured.alias("matured_on")
    )
