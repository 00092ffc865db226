"""The match of three lists is kept: whatever step a batch takes, what is kept is what counting its lines finds."""

from __future__ import annotations

from itertools import product

import pytest

from pages.desk.money import matching as match_pages
from pages.desk.money.matching import MatchPaginator
from subsidies.models import KeptMatch, LineItem, MatchChange
from subsidies.services import matching
from subsidies.services.clawbacks import approve_clawback, propose_clawback
from subsidies.services.matching import counts_of, keep_matches, match_counts, matched_lines
from tests.conftest import Cast
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

pytestmark = pytest.mark.django_db
STATES = ("computed", "submitted", "approved", "in_notice", "notice_ended", "sent_to_city", "answered")


def agrees(stage: Stage) -> dict[int, int]:
    """Before and after the clock has come round; lines by difference."""
    stage.batch.refresh_from_db()
    counted = counts_of(matched_lines(stage.batch))
    assert match_counts(stage.batch) == counted
    keep_matches()
    assert match_counts(stage.batch) == counted
    return {group: counted.of(group)[0] for group in matching.IN_ORDER if counted.of(group)[0]}


def test_every_step_of_a_batch_leaves_the_kept_match_as_counted(cast: Cast) -> None:
    stage = on.set_stage(cast)
    for state in STATES:
        on.take_to(stage, state)
        found = agrees(stage)
    assert set(found) == {matching.UNPAID}
    made = on.send_file(stage, on.make_file(stage))
    assert set(agrees(stage)) == {matching.PENDING}
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    assert set(agrees(stage)) == {matching.BOUNCED, matching.SAME}
    line = LineItem.objects.filter(disbursements__disbursement__status="paid").order_by("pk")[0]
    asked = propose_clawback(actor=cast.finance, line=line, reason="误发", day=Day.LATER)
    approve_clawback(actor=cast.approver_1, clawback=asked, day=Day.LATER)
    assert agrees(stage)[matching.CLAWED_BACK] == 1
    on.make_file(stage, "2023-HIRE-01-R1", day=Day.LATER, repeats=made)
    assert matching.PENDING in agrees(stage) and not MatchChange.objects.filter(batch=stage.batch).exists()


def test_what_is_kept_looks_at_no_line(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "answered")
    keep_matches()
    kept = KeptMatch.objects.get(pk=stage.batch.pk)
    kept.counts = [[0, True, "paid", 0, 7, 700]]
    kept.save()
    assert match_counts(stage.batch).of(matching.SAME) == (7, 700)


def test_pages_go_through_the_differences_in_order_wherever_they_begin(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = on.take_to(on.set_stage(cast), "answered")
    made = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    lines = matched_lines(stage.batch)
    ranked = [(matching.IN_ORDER.index(line.difference), line.position, line.pk) for line in lines]
    for stride, size in product((1, 2, 1_000), (1, 2, 50)):
        monkeypatch.setattr(matching, "STRIDE", stride)
        monkeypatch.setattr(match_pages, "PAGE_SIZE", size)
        pages = MatchPaginator(stage.batch, lines, counts_of(lines), None)
        found = [line.pk for page in pages for line in page]
        assert found == [pk for *_, pk in sorted(ranked)] and pages.count == len(found)
