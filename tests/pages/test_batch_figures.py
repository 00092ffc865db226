"""The figures above a batch are sums and differences; they must equal what a count of the lines says."""

from __future__ import annotations

import pytest
from django.db.models import Count, Sum

from pages.desk.batch_figures import figures
from park_workers.models import InsuredMonth
from subsidies.models import Batch, Calculation, LineDecision, LineItem
from subsidies.services.decisions import hold_line, remove_line
from subsidies.services.included_lines import write_totals
from tests.conftest import Cast
from tests.subsidies.stage import Day, Stage, set_stage, take_to


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """Three hires at one firm and two at another; one of the first lacks insured months."""
    stage = set_stage(cast, alpha=3, beta=2)
    InsuredMonth.objects.filter(worker=stage.hires[0].worker).delete()
    return take_to(stage, "computed")


def counted(batch: Batch) -> dict[str, int]:
    lines = LineItem.objects.filter(calculation_id=batch.current_id)
    included = lines.included().aggregate(n=Count("pk"), people=Count("worker", distinct=True), fen=Sum("amount_fen"))
    return {
        "eligible": included["n"], "people": included["people"], "amount_fen": included["fen"] or 0,
        "ineligible": lines.filter(is_eligible=False).count(),
        "held": LineDecision.objects.filter(line__in=lines, is_standing=True, excludes=True).count(),
        "payees": lines.included().values("claim").distinct().count(), "applied": lines.count(),
    }  # fmt: skip


def figures_now(stage: Stage) -> dict[str, int]:
    return figures(Batch.objects.select_related("current").get(pk=stage.batch.pk))


def test_figures_follow_what_decisions_take_out(cast: Cast, stage: Stage) -> None:
    assert figures_now(stage) == counted(stage.batch)
    assert figures_now(stage)["eligible"] == 4
    for number, take_out in enumerate((hold_line, remove_line)):
        take_out(actor=cast.clerk, line=stage.line_of(stage.hires[3 + number]), reason="材料需核实", day=Day.APPLIED)
        assert figures_now(stage) == counted(stage.batch)
    # Both people of the second firm are out, and with them the firm.
    assert (figures_now(stage)["held"], figures_now(stage)["payees"]) == (2, 1)


def test_figures_of_a_computation_that_did_not_write_them_down(stage: Stage) -> None:
    written = Calculation.objects.get(pk=stage.batch.current_id).figures
    Calculation.objects.filter(pk=stage.batch.current_id).update(figures={})
    assert figures_now(stage) == counted(stage.batch)
    write_totals(stage.batch.current)  # type: ignore[arg-type]
    assert Calculation.objects.get(pk=stage.batch.current_id).figures
    assert figures_now(stage) == counted(stage.batch)


def test_a_batch_without_a_computation_has_no_figures(cast: Cast) -> None:
    assert set(figures(set_stage(cast).batch).values()) == {0}
