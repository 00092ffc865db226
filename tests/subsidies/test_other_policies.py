"""Policies of other towns on random parks: every verdict, amount and sentence against a count made person by person (`towns`)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from stdnum.cn import uscc

from pages.why import why_line
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.search_hash import person_key
from park_workers.models import ContractSpan, Employment, InsuredMonth, OtherSubsidy, PostSpan
from park_workers.services.people import PersonLine, ensure_people
from subsidies.models import Application, Batch, LineItem, Policy
from subsidies.rules.evaluate import codes_of
from subsidies.rules.instalments import terms_of_period
from subsidies.services.batches import compute_batch, open_batch, submit_batch
from subsidies.services.city import send_to_city
from subsidies.services.funds import receive_appropriation
from subsidies.services.included_lines import included_lines
from subsidies.services.notices import close_due_notices, publish_notice
from subsidies.services.policies import load_policy_packs, publish_policy_version
from subsidies.services.reviews import approve_batch, review_batch
from tests.conftest import Cast, make_enterprise
from tests.pages.clients import text_of
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import CLOCK, Stage, answer, answer_list
from tests.subsidies.towns import policies
from tests.subsidies.towns.counting import Job, Park, expected, plus
from tests.subsidies.towns.random_parks import random_park
from tests.subsidies.towns.rules import Rule, pack_of

#: words of programmers, and reason codes, have no place in a sentence
CODE_NAMES = re.compile(r"[A-Za-z_{}]{2,}|None|nan")
BEGIN = date(2023, 12, 1)


def number_of(order: int, born: date) -> str:
    return id_number(order, born=born)


def credit_code(place: int) -> str:
    """Of the firm at a place in the park."""
    body = f"91441899{place + 700:09d}"
    return body + str(uscc.calc_check_digit(body))


def put(cast: Cast, park: Park) -> None:
    """The park into the database, a table at a time."""
    firms = [
        make_enterprise(cast.bureau, f"外地第{n}厂", credit_code(n), 10 + n, kind=firm.kind, admitted_on=firm.admitted_on)
        for n, firm in enumerate(park.firms)
    ]  # fmt: skip
    people = [
        PersonLine(one.number, person_key(one.number), f"工人{'甲乙丙丁'[n % 4]}") for n, one in enumerate(park.people)
    ]
    known, _ = ensure_people(people=people, recorded_by=cast.clerk)
    for firm, row in zip(park.firms, firms, strict=True):
        firm.pk = row.pk
    for one in park.people:
        one.pk = known[person_key(one.number)]
        for name in one.others:
            OtherSubsidy.objects.create(worker_id=one.pk, name=name, month=BEGIN, amount_fen=1, recorded_by=cast.clerk)
    for job in park.jobs:
        job.pk = Employment.objects.create(
            worker_id=job.person.pk, enterprise_id=job.firm.pk, hired_on=job.hired_on, left_on=job.left_on,
            introducer_id=job.introducer.pk if job.introducer else None, recorded_by=cast.clerk,
        ).pk  # fmt: skip
    _put_spans(cast, park)


def _put_spans(cast: Cast, park: Park) -> None:
    ContractSpan.objects.bulk_create(
        ContractSpan(employment_id=job.pk, starts_on=first, ends_on=last, form=form, recorded_by=cast.clerk)
        for job in park.jobs for first, last, form in job.contracts
    )  # fmt: skip
    PostSpan.objects.bulk_create(
        PostSpan(employment_id=job.pk, starts_on=first, trade=trade, is_front_line=front, recorded_by=cast.clerk)
        for job in park.jobs for first, trade, front in job.posts
    )  # fmt: skip
    pk_of = {one.number: one.pk for one in park.people}
    InsuredMonth.objects.bulk_create(
        InsuredMonth(worker_id=pk_of[number], credit_code=credit_code(place), month=date(month // 12, month % 12 + 1, 1),
                     kind=kind, recorded_by=cast.clerk)
        for number, place, month, kind in sorted(park.insured)
    )  # fmt: skip


def publish(cast: Cast, *rules: Rule) -> dict[str, Policy]:
    """The rules in force, with money for them."""
    versions = load_policy_packs(actor=cast.clerk, text=pack_of(*rules), day=BEGIN, effective_on=BEGIN)
    for version in versions:
        publish_policy_version(actor=cast.approver_1, version=version, day=BEGIN)
    for year in (2024, 2025):
        receive_appropriation(actor=cast.finance, source="市级就业专项资金", year=year, amount_fen=10**9, day=BEGIN)
    return {version.policy.code: version.policy for version in versions}


def computed(cast: Cast, policy: Policy, cutoff: date) -> Batch:
    """A computation of everybody."""
    day = cutoff + timedelta(days=1)
    batch = open_batch(
        actor=cast.clerk, policy=policy, name=f"截至{cutoff}", cutoff_on=cutoff, day=day, candidates="all"
    )
    compute_batch(actor=cast.clerk, batch=batch, day=day)
    batch.refresh_from_db()
    return batch


def outcome_of(batch: Batch) -> dict[tuple[int, str], tuple[list[str], int]]:
    """(employment, period) -> (failing conditions, fen)."""
    terms = batch.policy_version.parsed_terms
    found = {}
    for line in LineItem.objects.filter(calculation=batch.current_id):
        codes = codes_of(terms_of_period(terms, line.period_key), line.fail_mask)
        found[line.employment_id or 0, line.period_key] = (codes, line.amount_fen)
    return found


def listen(batch: Batch, park: Park, rule: Rule) -> None:
    """Every sentence of every line: in Chinese, with the figure counted here, and with a way out where one is refused."""
    jobs = {job.pk: job for job in park.jobs}
    for line in LineItem.objects.filter(calculation=batch.current_id).select_related("employment"):
        why = why_line(line, batch.policy_version, batch.cutoff_on)
        for item in why.items:
            said = f"{item.sentence} {item.value} {item.source} {item.remedy}"
            assert not CODE_NAMES.search(said.replace(" ", "")), said
            assert item.clause.startswith("第") and item.sentence and bool(item.remedy) is not item.passed, item
            for words in figures_of(item.code, jobs[line.employment_id or 0], park, rule, batch.cutoff_on):
                assert words in item.sentence, (words, item.sentence)


def figures_of(code: str, job: Job, park: Park, rule: Rule, cutoff: date) -> list[str]:
    """What must stand in the sentence on a condition."""
    run = park.run(job, rule, cutoff)
    stay = [int(n) for n in re.findall(r"(?:LEFT|EARLY)_(\d+)", code)]
    done = [plus(job.hired_on, n) - timedelta(days=1) for n in stay]
    age = job.hired_on.year - job.person.born.year - (
        (job.hired_on.month, job.hired_on.day) < (job.person.born.month, job.person.born.day)
    )  # fmt: skip
    return {
        "SHORT_INSURANCE": [f"连续参保 {run} 个月" if run else "按 0 个月计"],
        "TOO_YOUNG": [f"{age} 周岁，{'已' if age >= (rule.youngest or 0) else '未'}满 {rule.youngest} 周岁"],
        "TOO_OLD": [f"入职时 {age} 周岁"], "NOT_IN_TIME": [f"{job.hired_on.month}月{job.hired_on.day}日入职"],
    }.get(code, [f"{day.year}年{day.month}月{day.day}日满 {n} 个月" for n, day in zip(stay, done, strict=True)])  # fmt: skip


def settle(
    park: Park, rule: Rule, found: dict[tuple[int, str], tuple[list[str], int]], spent: dict[tuple[str, int], int]
) -> None:
    """What a submission leaves: of several lines of a person the first in order is paid, the rest have had it."""
    jobs = {job.pk: job for job in park.jobs}
    months = {f"part-{n}": m for n, (m, _) in enumerate(rule.instalments, 1)}

    def order(key: tuple[int, str]) -> tuple[int, date]:
        return park.firms.index(jobs[key[0]].firm), jobs[key[0]].hired_on

    for key in sorted(found, key=order):
        (codes, fen), job = found[key], jobs[key[0]]
        had = park.paid.setdefault(f"{rule.code}/{months[key[1]]}" if months else rule.code, set())
        if codes:
            continue
        if job.person.number in had:
            found[key] = (["HAD_0"], 0)
            continue
        had.add(job.person.number)
        if job.introducer and rule.employed_months:
            complete = plus(job.hired_on, rule.employed_months) - timedelta(days=1)
            spent[job.introducer.number, complete.year] += fen


@pytest.mark.parametrize("seed", [2])
@pytest.mark.parametrize(
    "rule",
    [policies.SPRING, policies.LEAP, policies.RETIRING, policies.BRINGERS, policies.STAYERS],
    ids=lambda r: r.code,
)
def test_each_batch_of_a_year_gives_what_is_counted_by_hand(cast: Cast, rule: Rule, seed: int) -> None:
    park = random_park(rule, number_of, seed=seed)
    put(cast, park)
    policy, spent = publish(cast, rule)[rule.code], defaultdict[tuple[str, int], int](int)
    for cutoff in rule.cutoffs:
        batch = computed(cast, policy, cutoff)
        wanted = expected(park, rule, cutoff, spent)
        assert outcome_of(batch) == wanted
        assert batch.current and batch.current.amount_fen == sum(fen for _, fen in wanted.values())
        listen(batch, park, rule)
        if not batch.current.amount_fen:
            continue
        settle(park, rule, wanted, spent)
        submit_batch(actor=cast.clerk, batch=batch, day=cutoff + timedelta(days=1))
        assert outcome_of(batch) == wanted
        listen(batch, park, rule)


@pytest.mark.parametrize("seed", [1])
def test_a_policy_that_names_two_in_two_conditions_looks_for_both(cast: Cast, seed: int) -> None:
    rules = (policies.LEAP, policies.AFTER_LEAP)
    park = random_park(policies.LEAP, number_of, seed=seed)
    put(cast, park)
    known = publish(cast, *rules)
    for rule, cutoff in zip(rules, (date(2024, 2, 29), date(2024, 4, 30)), strict=True):
        batch = computed(cast, known[rule.code], cutoff)
        wanted = expected(park, rule, cutoff, {})
        assert outcome_of(batch) == wanted
        listen(batch, park, rule)
        settle(park, rule, wanted, defaultdict(int))
        if batch.current and batch.current.amount_fen:
            submit_batch(actor=cast.clerk, batch=batch, day=cutoff + timedelta(days=1))
    again = computed(cast, known["AFTER_LEAP"], date(2024, 5, 31))
    found = outcome_of(again)
    assert found == expected(park, policies.AFTER_LEAP, date(2024, 5, 31), {})
    assert {"HAD_0", "HAD_1"} & {code for codes, _ in found.values() for code in codes}


def test_a_yearly_cap_is_looked_at_again_when_another_batch_went_first(cast: Cast) -> None:
    rule = policies.BRINGERS
    park = random_park(rule, number_of, seed=2)
    put(cast, park)
    policy, last = publish(cast, rule)["BRINGERS"], rule.cutoffs[-1]
    day = last + timedelta(days=1)
    whole = computed(cast, policy, last)
    over = [employment for (employment, _), (codes, _) in outcome_of(whole).items() if codes == ["OVER_CAP"]]
    rest = open_batch(actor=cast.clerk, policy=policy, name="补报", cutoff_on=last, day=day)
    Application.objects.bulk_create(
        Application(batch=rest, employment_id=pk, applied_on=day, sequence=n, recorded_by=cast.clerk) for n, pk in enumerate(over, 1)
    )  # fmt: skip
    compute_batch(actor=cast.clerk, batch=rest, day=day)
    submit_batch(actor=cast.clerk, batch=whole, day=day)
    with pytest.raises(RuleViolation) as refusal:
        submit_batch(actor=cast.clerk, batch=rest, day=day)
    assert refusal.value.code == "CAP_EXCEEDED" and "上限 1000.00 元" in str(refusal.value)
    compute_batch(actor=cast.clerk, batch=rest, day=day)
    rest.refresh_from_db()
    assert {tuple(codes) for codes, _ in outcome_of(rest).values()} == {("OVER_CAP",)}


def test_pages_speak_of_instalments_in_words(cast: Cast) -> None:
    park = random_park(policies.STAYERS, number_of, seed=1)
    put(cast, park)
    batch = computed(cast, publish(cast, policies.STAYERS)["STAYERS"], policies.STAYERS.cutoffs[0])
    text = text_of(cast.clerk, f"/batches/{batch.pk}/?tab=ineligible")
    assert "第 2 期" in text and "在职满约定月数" in text and "已满6个月" in text
    line = LineItem.objects.filter(calculation=batch.current_id, period_key="part-2", is_eligible=False).first()
    assert line is not None
    said = text_of(cast.clerk, f"/batches/{batch.pk}/lines/{line.pk}/")
    assert "满 6 个月" in said and "第 2 期" in said
    assert not re.search(r"\{n\}|满n个月|instalment|part-2", re.sub(r"<[^>]+>", " ", text + said))


def test_another_policy_is_named_by_its_title(cast: Cast) -> None:
    park = random_park(policies.LEAP, number_of, seed=1)
    put(cast, park)
    known = publish(cast, policies.LEAP, policies.AFTER_LEAP)
    submit_batch(actor=cast.clerk, batch=computed(cast, known["LEAP"], date(2024, 2, 29)), day=date(2024, 3, 1))
    batch = computed(cast, known["AFTER_LEAP"], date(2024, 4, 30))
    said = {
        item.sentence for line in LineItem.objects.filter(calculation=batch.current_id)
        for item in why_line(line, batch.policy_version, batch.cutoff_on).failing if item.code == "HAD_1"
    }  # fmt: skip
    assert said == {"台账中此人已享受闰月稳岗补贴"}


def test_the_city_answers_two_instalments_of_one_amount(cast: Cast) -> None:
    rule = replace(policies.STAYERS, instalments=((1, 500), (2, 500)))
    park = random_park(rule, number_of, seed=2)
    put(cast, park)
    batch, day = computed(cast, publish(cast, rule)["STAYERS"], rule.cutoffs[0]), rule.cutoffs[0] + timedelta(days=1)
    submit_batch(actor=cast.clerk, batch=batch, day=day)
    review_batch(actor=cast.reviewer, batch=batch, is_passed=True, note="", day=day)
    batch.refresh_from_db()
    approve_batch(actor=cast.approver_1, batch=batch, is_passed=True, note="", day=day)
    publish_notice(actor=cast.clerk, batch=batch, day=day)
    close_due_notices(actor=CLOCK, day=day + timedelta(days=9))
    send_to_city(actor=cast.clerk, batch=batch, day=day + timedelta(days=9))
    lines = list(included_lines(batch).select_related("worker"))
    assert len({line.worker_id for line in lines}) < len(lines)
    given = answer(Stage(cast, batch.policy, batch), answer_list(Stage(cast, batch.policy, batch), day=day + timedelta(days=9)),
                   day + timedelta(days=9))  # fmt: skip
    assert (given.accepted, batch.status) == (len(lines), "answered")
