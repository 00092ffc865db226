"""HIRE in openfisca-core, as a country package has it: a variable a fact, a variable a condition, one period.

Facts come from the same SELECT as the yardstick's (`hire_by_hand.sql` up to its judgement), lines go into a table like its
own.  What differs is how rows travel: `arrays` by COPY and polars, `rows` as tuples fetched and inserted in pages, `dicts` one
dict a person into the builder, the way requests to a web API come.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.db import connection
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from park_workers.foundation.bulk import load_frame, read_frame
from subsidies.models import Batch, Calculation

HAND = Path(__file__).with_name("hire_by_hand.sql").read_text(encoding="utf-8")
CLAIMS, _, LINES = HAND.partition(";\n")
FACTS = (
    "WITH contract AS ("
    + LINES.partition("WITH contract AS (")[2].partition("), judged AS (")[0]
    + ") SELECT * FROM fact"
)
TOTALS = LINES[LINES.index("UPDATE subsidies_claim") :]
PAGE = 2_000
SCHEMA: dict[str, Any] = {
    "claim_id": pl.Int64, "worker_id": pl.Int64, "employment_id": pl.Int64, "enterprise_type": pl.String,
    "enterprise_admitted_on": pl.Date, "employment_form": pl.String, "hired_on": pl.Date, "left_on": pl.Date,
    "is_front_line": pl.Boolean, "contract_starts_on": pl.Date, "contract_ends_on": pl.Date,
    "contract_is_open_ended": pl.Boolean, "contract_months": pl.Int32, "insured_run_months": pl.Int32,
    "insured_run_starts": pl.Date, "birth_on": pl.Date, "sex": pl.String, "age_at_hire": pl.Int32,
    "paid_policies": pl.String, "other_subsidies": pl.String,
}  # fmt: skip
LISTS = {
    "has_this_policy": ("paid_policies", ("HIRE",)),
    "has_other_subsidy": ("other_subsidies", ("一次性扩岗补助", "一次性吸纳就业补贴")),
}
NEVER = np.datetime64("9999-12-31")
DAYS = ("enterprise_admitted_on", "hired_on", "left_on")
PERIOD = "2023-12"
Person = build_entity(key="person", plural="persons", label="人员", is_person=True)


class Kind(Enum):
    """企业类型."""

    textile = "纺织服装企业"
    agency = "劳务派遣"
    other = "其他"


class Form(Enum):
    """用工形式."""

    contract = "劳动合同"
    agency = "劳务派遣"


class Sex(Enum):
    """性别."""

    man = "男"
    woman = "女"


ENUMS: dict[str, type[Enum]] = {"enterprise_type": Kind, "employment_form": Form, "sex": Sex}


def _variable(name: str, kind: Any, formula: Any = None, **more: Any) -> type[Variable]:
    content = {"value_type": kind, "entity": Person, "definition_period": DateUnit.MONTH, "label": name} | more
    return type(name, (Variable,), content | ({"formula": formula} if formula else {}))


def _condition(number: int, fails: Any) -> type[Variable]:
    return _variable(f"fails_{number}", bool, lambda persons, period: fails(lambda name: persons(name, period)))


def inputs() -> list[type[Variable]]:
    """One variable a fact that is looked at."""
    return [
        *(_variable(name, Enum, possible_values=kind, default_value=next(iter(kind))) for name, kind in ENUMS.items()),
        *(_variable(name, bool) for name in ("is_front_line", "contract_is_open_ended", *LISTS)),
        *(_variable(name, int) for name in ("contract_months", "insured_run_months", "age_at_hire")),
        *(_variable(name, date) for name in DAYS),
    ]


def system(cutoff: np.datetime64) -> TaxBenefitSystem:
    """HIRE: its conditions in order, the mask, the amount."""
    first, last = np.datetime64("2023-01-01"), np.datetime64("2023-12-31")
    conditions = [
        lambda of: ~(of("enterprise_admitted_on") <= cutoff),
        lambda of: of("enterprise_type") != Kind.textile,
        lambda of: (of("enterprise_type") == Kind.agency) | (of("employment_form") == Form.agency),
        lambda of: (of("hired_on") < first) | (of("hired_on") > last),
        lambda of: ~of("is_front_line"),
        lambda of: ~of("contract_is_open_ended") & (of("contract_months") < 12),
        lambda of: of("insured_run_months") < 3,
        lambda of: of("left_on") < cutoff,
        lambda of: of("age_at_hire") < 16,
        lambda of: of("age_at_hire") >= np.where(of("sex") == Sex.man, 60, 50),
        lambda of: of("has_this_policy"),
        lambda of: of("has_other_subsidy"),
    ]
    found = TaxBenefitSystem([Person])
    count = len(conditions)
    for variable in (
        *inputs(), *(_condition(number, fails) for number, fails in enumerate(conditions)),
        _variable("fail_mask", int, lambda persons, period: sum(persons(f"fails_{n}", period) * (1 << n) for n in range(count))),
        _variable("amount_fen", int, lambda persons, period: np.where(persons("fail_mask", period) == 0, 200_000, 0)),
    ):  # fmt: skip
        found.add_variable(variable)
    return found


def column(name: str, facts: pl.DataFrame) -> Any:
    """An input of all persons as an array, missing values as what means the same."""
    if name in LISTS:
        listed, texts = LISTS[name]
        held = [("|" + pl.col(listed) + "|").str.contains(f"|{text}|", literal=True) for text in texts]
        return facts.select(pl.any_horizontal(held).alias(name))[name].to_numpy()
    values = facts[name]
    if name in ENUMS:
        numbers = {member.value: place for place, member in enumerate(ENUMS[name])}
        return ENUMS[name].encode(values.replace_strict(numbers, return_dtype=pl.Int16).to_numpy())
    if values.dtype == pl.Date:
        days = values.to_numpy().astype("datetime64[D]")
        return np.where(np.isnat(days), NEVER, days)
    return values.fill_null(value=False if values.dtype == pl.Boolean else 0).to_numpy()


def judge(facts: pl.DataFrame, cutoff: np.datetime64) -> tuple[Any, Any]:
    """Masks and amounts by `set_input` of whole arrays."""
    rules = system(cutoff)
    simulation = SimulationBuilder().build_default_simulation(rules, count=facts.height)
    for variable in inputs():
        simulation.set_input(variable.__name__, PERIOD, column(variable.__name__, facts))
    return simulation.calculate("fail_mask", PERIOD), simulation.calculate("amount_fen", PERIOD)


def judge_dicts(facts: pl.DataFrame, cutoff: np.datetime64) -> tuple[Any, Any]:
    """Masks and amounts of persons described by a dict each."""
    names = {variable: {member.value: member.name for member in kind} for variable, kind in ENUMS.items()}
    persons = {}
    for row in facts.iter_rows(named=True):
        said = {
            name: row[name] for name in ("is_front_line", "contract_is_open_ended", "insured_run_months", "age_at_hire")
        }
        said |= {name: names[name][row[name]] for name in names}
        said |= {name: bool(set(texts) & set(row[listed].split("|"))) for name, (listed, texts) in LISTS.items()}
        said |= {name: str(row[name] or NEVER) for name in DAYS}
        said["contract_months"] = row["contract_months"] or 0
        persons[str(row["employment_id"])] = {name: {PERIOD: value} for name, value in said.items()}
    simulation = SimulationBuilder().build_from_entities(system(cutoff), {"persons": persons})
    return simulation.calculate("fail_mask", PERIOD), simulation.calculate("amount_fen", PERIOD)


def run_openfisca(way: str, batch: Batch, calculation: Calculation, *, every: int) -> dict[str, Any]:
    """Claims, facts, judgement, lines, totals; the sample's counts when it is one."""
    names = {"calculation": calculation.pk, "bureau": batch.bureau_id, "cutoff": batch.cutoff_on}
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS, names)
    facts = _read(way, names, every)
    mask, amount = (judge_dicts if way == "dicts" else judge)(facts, np.datetime64(batch.cutoff_on))
    lines = facts.with_columns(
        pl.lit(calculation.pk).alias("calculation_id"), pl.int_range(1, pl.len() + 1).alias("position"),
        pl.lit("once").alias("period_key"), pl.Series("is_eligible", mask == 0), pl.Series("amount_fen", amount.astype("int64")),
        pl.Series("fail_mask", mask.astype("int64")), pl.lit("").alias("line_digest"),
    )  # fmt: skip
    _write(way, lines)
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, names)
    if every == 1:
        return {}
    return {"sample": [lines.height, int(lines["is_eligible"].sum()), int(lines["amount_fen"].sum())]}


def _read(way: str, names: dict[str, Any], every: int) -> pl.DataFrame:
    sql = FACTS + (f" WHERE employment_id %% {every} = 0" if every > 1 else "")
    if way == "arrays":
        return read_frame(sql, names, SCHEMA)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return pl.DataFrame(cursor.fetchall(), schema=SCHEMA, orient="row")


def _write(way: str, lines: pl.DataFrame) -> None:
    if way == "arrays":
        load_frame("hand_line", lines)
        return
    marks = ", ".join(["%s"] * lines.width)
    with connection.cursor() as cursor:
        for page in lines.iter_slices(PAGE):
            values = [value for row in page.iter_rows() for value in row]
            rows = ", ".join([f"({marks})"] * page.height)
            cursor.execute(f"INSERT INTO hand_line ({', '.join(lines.columns)}) VALUES {rows}", values)
