"""What came out of trial computations of policies that stack on another or pay introducers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from park_workers.models import Worker
from subsidies.models import Batch, LineItem
from subsidies.replay.steps import Player
from subsidies.rules.evaluate import headline_of

PAID = "PAID"


def trials_outcome(player: Player) -> dict[str, Any]:
    """Outcome by policy code of every trial over everybody."""
    found: dict[str, Any] = {}
    for planned in player.plan.batches.values():
        if not planned.is_trial or planned.candidates != "all":
            continue
        batch = Batch.objects.filter(
            policy__bureau=player.actors.bureau, policy__code=planned.policy, name=planned.name
        ).first()
        if batch is None or batch.current is None:
            continue
        terms = batch.policy_version.parsed_terms
        found["stated_date"] = planned.cutoff.isoformat()
        found[planned.policy] = stacked(player, batch) if terms.stacks_on else referred(batch)
    return found


def _lines(batch: Batch) -> Any:
    return LineItem.objects.filter(calculation=batch.current).order_by("position")


def stacked(player: Player, batch: Batch) -> dict[str, Any]:
    """People and sums of a policy that stacks on another, by the batch stacked on."""
    keys = {(b.policy, b.name): key for key, b in player.plan.batches.items()}
    people, yuan = Counter[str](), Counter[str]()
    for line in _lines(batch).eligible().select_related("base_line__calculation__batch__policy"):
        base = line.base_line.calculation.batch
        key = keys[base.policy.code, base.name]
        people[key] += 1
        yuan[key] += line.amount_fen // 100
    return {
        "people": sum(people.values()),
        "yuan": sum(yuan.values()),
        "by_batch": {key: {"people": people[key], "yuan": yuan[key]} for key in people},
    }


def referred(batch: Batch) -> dict[str, Any]:
    """Every newcomer with an introducer, and what each introducer gets."""
    terms = batch.policy_version.parsed_terms
    newcomers, by_introducer = [], dict[str, Counter[str]]()
    yuan, names = Counter[str](), dict[str, str]()
    numbers = {w.pk: w for w in Worker.objects.filter(introduced__isnull=False).distinct()}
    for line in _lines(batch).select_related("worker", "introducer", "employment__enterprise__organisation"):
        introducer = numbers.get(line.introducer_id) or line.introducer
        number = introducer.open_id_number()
        outcome = PAID if line.is_eligible else str(headline_of(terms, line.fail_mask))
        by_introducer.setdefault(number, Counter())[outcome] += 1
        yuan[number] += line.amount_fen // 100
        names[number] = introducer.name
        newcomers.append(
            {"introducer": number, "newcomer": line.worker.open_id_number(),
             "uscc": line.employment.enterprise.organisation.credit_code, "hire": line.hired_on.isoformat(),
             "outcome": outcome}
        )  # fmt: skip
    outcomes = sum(by_introducer.values(), Counter[str]())
    return {
        "newcomers_paid_for": outcomes[PAID],
        "yuan": sum(yuan.values()),
        "outcomes": dict(outcomes),
        "by_introducer": [
            {"id": i, "name": names[i], "yuan": yuan[i], "outcomes": dict(by_introducer[i])}
            for i in sorted(by_introducer)
        ],
        "newcomers": newcomers,
    }
