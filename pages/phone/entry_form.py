"""The form that confirms an entry by scan: what only the enterprise knows of the hire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from pages.acting import member_of
from pages.days import typed_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import ContractSpan, ScanEntry
from park_workers.services.employments import FieldsInvalid
from park_workers.services.scan_decisions import Confirmed, HireTerms, confirm_entry

DATES = ("hired_on", "contract_starts_on", "contract_ends_on")
TICKS = ("is_open_ended", "is_front_line", "only_register")


@dataclass
class EntryForm:
    """What was typed, what is wrong with it by field, and the confirmation once it stands."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    confirmed: Confirmed | None = None

    @classmethod
    def for_entry(cls, entry: ScanEntry, today: date) -> EntryForm:
        """Filled in as far as it is known: hired today on the trade the worker named."""
        day = today.isoformat()
        typed = {"hired_on": day, "contract_starts_on": day, "contract_ends_on": "", "trade": entry.trade}
        ticks = {"is_open_ended": "", "is_front_line": "1", "only_register": ""}
        return cls(typed | ticks | {"form": ContractSpan.Form.CONTRACT.value, "version": str(entry.version)})


def read_form(request: HttpRequest, entry: ScanEntry, today: date) -> EntryForm:
    """Read the form and confirm; the errors of every field together, what was typed kept."""
    member = member_of(request)
    post = request.POST
    typed = {name: post.get(name, "").strip()[:40] for name in (*DATES, "trade", "form", "version")}
    form = EntryForm(typed | {name: "1" if post.get(name) == "1" else "" for name in TICKS})
    days = {name: typed_day(form.typed, name, form.errors) for name in DATES}
    # An end that cannot be read is missing, also beside the tick that would make it needless.
    is_open_ended = form.typed["is_open_ended"] == "1" and "contract_ends_on" not in form.errors
    terms = HireTerms(**days, is_open_ended=is_open_ended, form=form.typed["form"])
    if form.typed["only_register"]:
        form.errors.clear()
    try:
        form.confirmed = confirm_entry(
            actor=member, entry=entry, day=today, trade=form.typed["trade"],
            is_front_line=form.typed["is_front_line"] == "1", hire=None if form.typed["only_register"] else terms,
            seen_version=int(typed["version"]) if typed["version"].isdigit() else None,
        )  # fmt: skip
    except FieldsInvalid as refusal:
        for problem in refusal.problems:
            form.errors.setdefault(problem.field, problem.sentences)
    except RuleViolation as refusal:
        where = "hired_on" if refusal.code in ("ALREADY_REGISTERED", "EMPLOYMENT_SPANS_OVERLAP") else "whole"
        form.errors[where] = refusal.sentences
    return form
