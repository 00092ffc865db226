"""What a firm may expect: the verdicts of a batch on the day, and honest dates for the days after."""

from __future__ import annotations

from datetime import date

import polars as pl

from park_workers.models import ContractSpan, Employment, InsuredMonth, PostSpan, Worker
from subsidies.models import Batch
from subsidies.services.calculations import judge_batch
from subsidies.services.confirmations import ask_confirmation
from subsidies.services.outlook import CLAIMED, NOW, PAID, REFUSED, SOON, Outlook, outlook_of, versions_in_force
from tests.keeping import questions
from tests.subsidies.stage import (
    CUTOFF,
    MONTHS,
    Day,
    Stage,
    bank_rows,
    give_return,
    hire,
    make_file,
    send_file,
    take_to,
)

TODAY = date(2023, 5, 10)


def outlook(stage: Stage, today: date = CUTOFF) -> Outlook:
    (version,) = versions_in_force(enterprise=stage.cast.alpha, day=today)
    return outlook_of(enterprise=stage.cast.alpha, version=version, day=today)


def group_of(found: Outlook, employment: Employment) -> str:
    return found.people.filter(pl.col("employment_id") == employment.pk)["group"].item()


def ripe_on(found: Outlook, employment: Employment) -> date | None:
    return found.people.filter(pl.col("employment_id") == employment.pk)["ripe_on"].item()


def crowd(stage: Stage, people: int) -> None:
    """So many more people of the firm, a third of them each with one, two and three insured months."""
    workers = Worker.objects.bulk_create(
        Worker(person_key=f"crowd-{n}", name="众", birth_on=date(1990, 1, 1), sex="女", id_number="", phone="")
        for n in range(people)
    )
    hires = Employment.objects.bulk_create(
        Employment(worker=worker, enterprise=stage.cast.alpha, hired_on=date(2023, 2, 1)) for worker in workers
    )
    ContractSpan.objects.bulk_create(
        ContractSpan(employment=one, starts_on=one.hired_on, form="劳动合同") for one in hires
    )
    PostSpan.objects.bulk_create(
        PostSpan(employment=one, starts_on=one.hired_on, trade="平车", is_front_line=True) for one in hires
    )
    InsuredMonth.objects.bulk_create(
        InsuredMonth(worker=one.worker, credit_code=stage.cast.alpha.owner_key, month=month, kind=InsuredMonth.Kind.PENSION)
        for n, one in enumerate(hires) for month in MONTHS[n % 3 :]
    )  # fmt: skip


def test_only_the_firms_own_people_are_looked_at(stage: Stage) -> None:
    found = outlook(stage)
    assert set(found.people["employment_id"]) == {one.pk for one in stage.hires[:2]}
    assert (found.count(NOW), found.fen(NOW)) == (2, 400_000)


def test_two_months_are_three_at_the_end_of_the_month_under_way(stage: Stage) -> None:
    short = hire(stage.cast, stage.cast.alpha, 910, hired_on=date(2023, 3, 1), months=MONTHS[1:])
    found = outlook(stage, TODAY)  # the list of May is not in
    assert found.as_of == CUTOFF and found.last_listed == date(2023, 4, 1)
    assert group_of(found, short) == SOON and ripe_on(found, short) == date(2023, 5, 31)
    assert (found.count(SOON), found.fen(SOON), found.first_ripe_on) == (1, 200_000, date(2023, 5, 31))
    assert [group_of(found, one) for one in stage.hires[:2]] == [NOW, NOW]


def test_one_month_is_too_few_within_thirty_days(stage: Stage) -> None:
    fresh = hire(stage.cast, stage.cast.alpha, 911, hired_on=date(2023, 4, 1), months=MONTHS[2:])
    found = outlook(stage, TODAY)
    assert group_of(found, fresh) == REFUSED and ripe_on(found, fresh) is None
    assert found.people.filter(pl.col("employment_id") == fresh.pk)["insured_run_months"].item() == 1


def test_what_was_foretold_comes_true_when_the_list_is_in(stage: Stage) -> None:
    short = hire(stage.cast, stage.cast.alpha, 910, hired_on=date(2023, 3, 1), months=MONTHS[1:])
    foretold = ripe_on(outlook(stage, TODAY), short)
    assert foretold is not None
    for one in (*stage.hires[:2], short):
        InsuredMonth.objects.create(
            worker=one.worker,
            credit_code=stage.cast.alpha.owner_key,
            month=date(2023, 5, 1),
            kind=InsuredMonth.Kind.PENSION,
        )
    assert group_of(outlook(stage, foretold), short) == NOW


def test_who_has_left_since_the_last_list_is_not_eligible_now_and_the_reason_is_the_leaving(stage: Stage) -> None:
    Employment.objects.filter(pk=stage.hires[0].pk).update(left_on=date(2023, 5, 5))
    found = outlook(stage, TODAY)
    row = found.people.filter(pl.col("employment_id") == stage.hires[0].pk).to_dicts()[0]
    assert row["group"] == REFUSED and row["judged_on"] == TODAY
    bit = found.terms.condition_bit("empty_or_on_or_after_cutoff")
    assert bit is not None and row["fail_mask"] == 1 << bit


def test_nothing_is_foretold_from_lists_that_are_months_old(stage: Stage) -> None:
    short = hire(stage.cast, stage.cast.alpha, 910, hired_on=date(2023, 3, 1), months=MONTHS[1:])
    found = outlook(stage, date(2023, 8, 10))
    assert found.is_late and group_of(found, short) == REFUSED


def test_what_is_claimed_and_what_is_paid_are_groups_of_their_own(stage: Stage) -> None:
    take_to(stage, "submitted")
    found = outlook(stage, Day.REVIEWED)
    assert (found.count(CLAIMED), found.fen(CLAIMED), found.count(NOW)) == (2, 400_000, 0)
    take_to(stage, "answered")
    made = make_file(stage)
    send_file(stage, made)
    give_return(stage, made, *bank_rows(made))
    found = outlook(stage, Day.RETURNED)
    assert (found.count(PAID), found.fen(PAID), found.count(CLAIMED)) == (2, 400_000, 0)


def test_a_computed_claim_is_one_under_way_only_once_the_firm_is_asked(stage: Stage) -> None:
    take_to(stage, "computed")
    assert outlook(stage, Day.APPLIED).count(NOW) == 2
    ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=5, day=Day.APPLIED)
    assert outlook(stage, Day.APPLIED).count(CLAIMED) == 2


def test_the_verdicts_are_those_of_a_batch_on_that_day(stage: Stage) -> None:
    hire(stage.cast, stage.cast.alpha, 910, hired_on=date(2023, 3, 1), months=MONTHS[1:])
    found = outlook(stage)
    trial = Batch(
        pk=0, bureau=stage.cast.bureau, policy=stage.policy, policy_version=found.version, cutoff_on=CUTOFF,
        candidates=Batch.Candidates.ALL,
    )  # fmt: skip
    with judge_batch(trial, found.terms) as judged:
        lines = pl.concat(list(judged.parts())).filter(pl.col("enterprise_id") == stage.cast.alpha.pk)
    verdicts = dict(lines.select("employment_id", "fail_mask").rows())
    assert dict(found.people.select("employment_id", "fail_mask").rows()) == verdicts and len(verdicts) == 3


def asked(stage: Stage) -> tuple[list[str], Outlook]:
    """The statements of one outlook, and what it finds."""
    with questions() as statements:
        found = outlook(stage, TODAY)
    return statements, found


def test_a_firm_of_many_is_judged_with_as_many_questions_as_one_of_few(stage: Stage) -> None:
    outlook(stage, TODAY)
    few, _ = asked(stage)
    crowd(stage, 200)
    many, found = asked(stage)
    assert found.people.height >= 200 and len(many) == len(few) > 0
