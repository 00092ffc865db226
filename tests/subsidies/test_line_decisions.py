"""Lines held, released and removed before submission."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from subsidies.models import LineDecision, LineItem
from subsidies.services.batches import compute_batch, submit_batch
from subsidies.services.decisions import decide_lines, hold_line, release_line, remove_line
from subsidies.services.included_lines import included_figures
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, set_stage, take_to

WHY = "材料需核实"


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "computed")


def line(stage: Stage, at: int = 0) -> LineItem:
    return stage.line_of(stage.hires[at])


def test_a_held_line_is_not_submitted_and_holds_no_money(stage: Stage) -> None:
    hold_line(actor=stage.cast.clerk, line=line(stage), reason=WHY, day=Day.APPLIED)
    submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert stage.money == (4000, 0)


def test_a_released_line_counts_again(stage: Stage) -> None:
    hold_line(actor=stage.cast.clerk, line=line(stage), reason=WHY, day=Day.APPLIED)
    assert included_figures(stage.batch)["lines"] == 2
    release_line(actor=stage.cast.clerk, line=line(stage), reason="已核实", day=Day.APPLIED)
    assert included_figures(stage.batch)["lines"] == 3


def test_a_removed_line_comes_back_only_by_an_undoing_before_the_list_is_signed(stage: Stage) -> None:
    for _ in range(2):
        remove_line(actor=stage.cast.clerk, line=line(stage), reason="重复申报", day=Day.APPLIED)
        for service in (hold_line, remove_line):
            with pytest.raises(RuleViolation) as refusal:
                service(actor=stage.cast.clerk, line=line(stage), reason=WHY, day=Day.APPLIED)
            assert refusal.value.code == "DECISION_STANDS"
        release_line(actor=stage.cast.clerk, line=line(stage), reason="误操作", day=Day.APPLIED)
    remove_line(actor=stage.cast.clerk, line=line(stage), reason="重复申报", day=Day.APPLIED)
    submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    with pytest.raises(TransitionRefused):
        release_line(actor=stage.cast.clerk, line=line(stage), reason="误操作", day=Day.APPLIED)


def test_a_decision_needs_a_reason_a_clerk_and_an_eligible_line(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        hold_line(actor=stage.cast.clerk, line=line(stage), reason="  ", day=Day.APPLIED)
    assert refusal.value.code == "REASON_MISSING"
    for name in ("reviewer", "approver_1", "hr", "auditor"):
        with pytest.raises(PermissionRefused):
            hold_line(actor=getattr(stage.cast, name), line=line(stage), reason=WHY, day=Day.APPLIED)


def test_holds_and_removals_go_over_to_the_next_computation(stage: Stage) -> None:
    hold_line(actor=stage.cast.clerk, line=line(stage, 0), reason=WHY, day=Day.APPLIED)
    remove_line(actor=stage.cast.clerk, line=line(stage, 1), reason="企业申请撤回", day=Day.APPLIED)
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    stage.batch.refresh_from_db()
    standing = LineDecision.objects.filter(line__calculation=stage.batch.current_id, is_standing=True)
    found = {d.line.employment_id: (d.kind, d.reason) for d in standing.select_related("line")}
    assert found == {stage.hires[0].pk: ("held", WHY), stage.hires[1].pk: ("removed", "企业申请撤回")}
    assert included_figures(stage.batch)["lines"] == 1


def test_lines_of_an_earlier_computation_and_of_a_submitted_batch_are_not_decided(stage: Stage) -> None:
    earlier = line(stage)
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    with pytest.raises(TransitionRefused):
        hold_line(actor=stage.cast.clerk, line=earlier, reason=WHY, day=Day.APPLIED)
    stage.batch.refresh_from_db()
    submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    with pytest.raises(TransitionRefused):
        hold_line(actor=stage.cast.clerk, line=line(stage), reason=WHY, day=Day.APPLIED)


def test_of_many_lines_all_are_decided_or_none(stage: Stage) -> None:
    remove_line(actor=stage.cast.clerk, line=line(stage, 1), reason="重复申报", day=Day.APPLIED)
    both = [line(stage, 0), line(stage, 1)]
    with pytest.raises(RuleViolation):
        decide_lines(
            actor=stage.cast.clerk, batch=stage.batch, lines=both, kind=LineDecision.Kind.HELD, reason=WHY,
            day=Day.APPLIED,
        )  # fmt: skip
    assert included_figures(stage.batch)["lines"] == 2
