"""The form of a demand, the same for the bureau's desk and the enterprise's phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from pages.days import typed_day
from pages.typed_forms import fen, key_of, say, typed_texts, whole
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, Membership
from park_workers.services.employments import FieldsInvalid
from training.models import LabourDemand
from training.pass_list.reader import LEVELS
from training.services.demands import DemandTerms, judge_terms, post_demand

TEXTS = ("trade", "other_trade", "level", "heads", "wage_from", "wage_to", "needed_by", "note")
TICKS = ("has_dormitory", "has_meals")


@dataclass
class DemandForm:
    """What was typed, what is wrong with it by field, and the demand once it stands."""

    typed: dict[str, str]
    key: str
    errors: dict[str, str] = field(default_factory=dict)
    demand: LabourDemand | None = None


def blank_demand() -> DemandForm:
    """An empty form with a key of its own."""
    return DemandForm(dict.fromkeys((*TEXTS, *TICKS), ""), key_of(HttpRequest()))


def read_demand(request: HttpRequest, member: Membership, enterprise: Enterprise | None) -> DemandForm:
    """Read the form and post; the errors of every field together, what was typed kept."""
    typed = typed_texts(request, TEXTS, 300)
    typed["trade"] = typed["trade"] or typed["other_trade"]
    typed |= {name: "1" if request.POST.get(name) == "1" else "" for name in TICKS}
    form = DemandForm(typed, key_of(request))
    if enterprise is None:
        form.errors["enterprise"] = "请选择企业。"
    terms = DemandTerms(
        trade=typed["trade"], heads=whole(typed["heads"]), needed_by=typed_day(typed, "needed_by", form.errors),
        level=LEVELS.get(typed["level"]), wage_from_fen=fen(typed["wage_from"]), wage_to_fen=fen(typed["wage_to"]),
        has_dormitory=bool(typed["has_dormitory"]), has_meals=bool(typed["has_meals"]), note=typed["note"],
    )  # fmt: skip
    day = business_day()
    try:
        if enterprise is None or form.errors:
            raise FieldsInvalid(judge_terms(terms, day))
        form.demand = post_demand(actor=member, enterprise=enterprise, terms=terms, day=day, request_id=form.key)
    except RuleViolation as refusal:
        say(form.errors, refusal)
    return form
