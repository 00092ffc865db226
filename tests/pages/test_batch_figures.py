"""The figures above a batch are sums and differences; they must equal what a count of the lines says."""

from __future__ import annotations

import pytest
from django.db.models import Count, F, Sum

from pages.desk import batch_figures, line_filters, line_pages, tabs
from pages.desk.batch_figures import (
    eligible_before,
    figures,
    lines_refused_by,
    refused_before,
    with_lines_left_out,
)
from pages.desk.line_pages import Known, LinePaginator
from park_workers.foundation.errors import RuleViolation
from park_workers.models import InsuredMonth, named
from subsidies.models import Batch, Calculation, Claim, LineDecision, LineItem
from subsidies.services import kept_counts
from subsidies.services.batches import compute_batch
from subsidies.services.decisions import hold_line, remove_line
from subsidies.services.included_lines import check_totals, write_totals
from tests.conftest import Cast
from tests.pages.clients import as_person
from tests.pages.test_money_pages import page
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, set_stage, take_to


@standing
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
    assert Calculation.objects.get(pk=stage.batch.current_id).figures == written
    assert (written["eligible"], sum(written["reasons"].values()), written["paid_claims"]) == (4, 1, 2)
    assert figures_now(stage) == counted(stage.batch)


@pytest.mark.parametrize("verdict", [True, False])
def test_a_page_found_from_kept_places_has_the_rows_it_would_have_when_counted(
    cast: Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch, verdict: bool
) -> None:
    for module in (kept_counts, batch_figures, line_pages):
        monkeypatch.setattr(module, "STRIDE", 2)
    write_totals(stage.batch.current)  # type: ignore[arg-type]
    hold_line(actor=cast.clerk, line=stage.line_of(stage.hires[1]), reason="材料需核实", day=Day.APPLIED)
    made = Calculation.objects.get(pk=stage.batch.current_id)
    before = eligible_before(made) if verdict else refused_before(made)
    assert before == ([0, 0, 2] if verdict else [0, 1, 1])
    lines = LineItem.objects.filter(calculation=made).order_by("position", "pk")
    lines = lines.included() if verdict else lines.filter(is_eligible=False)
    paginator = LinePaginator(lines, 1, Known(lines.count(), 0, before))
    assert [row for number in paginator.page_range for row in paginator.page(number)] == list(lines)


@pytest.mark.parametrize("rare", [0, 500])
def test_lines_of_one_reason_are_found_from_what_is_written_down_of_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    for module in (kept_counts, line_pages):
        monkeypatch.setattr(module, "STRIDE", 2)
    monkeypatch.setattr(kept_counts, "RARE", rare)
    InsuredMonth.objects.filter(worker=stage.hires[3].worker).delete()
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    made = Calculation.objects.get(pk=Batch.objects.get(pk=stage.batch.pk).current_id)
    written = made.figures
    write_totals(made)
    assert Calculation.objects.get(pk=made.pk).figures == written
    codes = [condition.code for condition in made.policy_version.parsed_terms.conditions]
    for code, n in written["reasons"].items():
        bit = 1 << codes.index(code)
        lines = LineItem.objects.filter(calculation=made).order_by("position", "pk")
        lines = lines.annotate(bit=F("fail_mask").bitand(bit)).filter(bit__gt=0)
        known = lines_refused_by(made, code, n)
        assert (known.places is None) == (rare == 0) and (known.before is None) == (rare > 0) and n == 2
        paginator = LinePaginator(lines, 1, known)
        assert [row for number in paginator.page_range for row in paginator.page(number)] == list(lines)


def test_a_list_too_long_to_count_is_walked_page_by_page_and_loses_nobody(
    cast: Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "FEW", 1)
    monkeypatch.setattr(tabs, "PAGE_SIZE", 2)
    client, there = as_person(cast.clerk), f"/batches/{stage.batch.pk}/?tab=eligible&name="
    wanted = list(LineItem.objects.filter(calculation_id=stage.batch.current_id).included().order_by("position", "pk"))
    part = str(wanted[0].worker)[:1]
    assert all(str(line.worker).startswith(part) for line in wanted) and len(wanted) == 4
    first = client.get(f"{there}{part}").context["page"]
    second = client.get(f"{there}{part}&after={first.after}").context["page"]
    assert [*first, *second] == wanted and (first.before, second.after) == (0, 0)
    again = client.get(f"{there}{part}&before={second.before}").context["page"]
    assert list(again) == list(first)
    answer = client.get(f"{there}{part}&after=999999999999").content.decode()
    assert "未逐条计数" in answer


def test_a_step_refuses_kept_counts_that_differ_from_the_lines(stage: Stage) -> None:
    kept = Calculation.objects.get(pk=stage.batch.current_id).figures
    Calculation.objects.filter(pk=stage.batch.current_id).update(figures=kept | {"eligible_before": [1]})
    with pytest.raises(RuleViolation, match="合计不一致"):
        check_totals(Batch.objects.get(pk=stage.batch.pk))


def test_a_step_refuses_a_claim_that_counts_other_eligible_lines(stage: Stage) -> None:
    check_totals(stage.batch)
    Claim.objects.filter(calculation=stage.batch.current_id).update(eligible=F("eligible") + 1)
    with pytest.raises(RuleViolation, match="合计不一致"):
        check_totals(stage.batch)


@pytest.mark.parametrize("is_written", [True, False])
def test_payees_show_refused_and_held_lines(cast: Cast, stage: Stage, is_written: bool) -> None:
    if not is_written:
        Claim.objects.filter(calculation=stage.batch.current_id).update(eligible=None)
    hold_line(actor=cast.clerk, line=stage.line_of(stage.hires[1]), reason="材料需核实", day=Day.APPLIED)
    claims = list(Claim.objects.filter(calculation=stage.batch.current_id).order_by("position"))
    with_lines_left_out(claims)
    assert [(one.refused, one.taken_out) for one in claims] == [(1, 1), (0, 0)]  # type: ignore[attr-defined]


def test_a_payee_is_found_by_name_where_there_are_too_many_to_offer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_filters, "PAYEES_OFFERED", 1)
    path = f"/batches/{stage.batch.pk}/"
    text = page(stage.cast.clerk, f"{path}?tab=eligible&firm={stage.cast.beta.organisation.name}")
    assert 'name="firm"' in text and 'name="payee" data' not in text and '共 <b class="num">2</b>' in text
    text = page(stage.cast.clerk, f"{path}?tab=payees&firm={stage.cast.beta.organisation.name}")
    assert "合计 1 " in text and stage.cast.alpha.organisation.name not in text


def test_a_batch_without_a_computation_has_no_figures(cast: Cast) -> None:
    assert set(figures(set_stage(cast).batch).values()) == {0}
