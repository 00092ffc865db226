"""What a service says of a form, by field: every wrong one at once, or the one refusal for the whole."""

from __future__ import annotations

from park_workers.foundation.errors import RuleViolation
from park_workers.services.employments import FieldsInvalid

WHOLE = "whole"


def errors_of(refusal: RuleViolation) -> dict[str, str]:
    """Field -> sentences; what belongs to no field stands under `whole`."""
    if not isinstance(refusal, FieldsInvalid):
        return {WHOLE: refusal.sentences}
    found: dict[str, str] = {}
    for problem in refusal.problems:
        found[problem.field] = found.get(problem.field, "") + problem.sentences
    return found


def said_in_one(refusal: RuleViolation) -> str:
    """All sentences together, for a form that says at its top what is wrong."""
    return "".join(errors_of(refusal).values())
