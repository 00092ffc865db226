"""The form that confirms an entry by scan: what only the enterprise knows of the hire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from pages.acting import member_of
from pages.hires import DATES, say_refused, spans_in, ticks_in
from pages.typed_forms import number_in, typed_texts
from park_workers.foundation.errors import RuleViolation
from park_workers.models import ContractSpan, ScanEntry
from park_workers.services.scan_decisions import Confirmed, HireTerms, confirm_entry

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
    form = EntryForm(typed_texts(request, (*DATES, "trade", "form", "version"), 40) | ticks_in(request, TICKS))
    typed = form.typed
    terms = HireTerms(**spans_in(typed, form.errors), form=typed["form"])
    if typed["only_register"]:
        form.errors.clear()
    try:
        form.confirmed = confirm_entry(
            actor=member_of(request), entry=entry, day=today, trade=typed["trade"],
            is_front_line=typed["is_front_line"] == "1", hire=None if typed["only_register"] else terms,
            seen_version=number_in(typed["version"]) or None,
        )  # fmt: skip
    except RuleViolation as refusal:
        say_refused(form.errors, refusal)
    return form
