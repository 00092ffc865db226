"""What is said of each kind of condition: the sentence with the value used, its source, and what would change the verdict.

Sentences restate the facts kept on the line and conclude with the verdict that was recorded; nothing is judged here.  They
follow the kind of condition, not its code, so that a new policy made of known kinds explains itself.
"""

from __future__ import annotations

from collections.abc import Callable

from subsidies.rules.sentences import awards, hiring, training
from subsidies.rules.sentences.judged import Judged, Words

__all__ = ["SPEAKERS", "Judged", "Words"]

SPEAKERS: dict[str, Callable[[Judged], Words]] = {
    "on_or_before_cutoff": hiring.admitted,
    "equals": hiring.equals,
    "none_equals": hiring.none_equals,
    "in_window": hiring.in_window,
    "is_true": hiring.is_true,
    "months_at_least": hiring.contract,
    "consecutive_months_ending_in_cutoff_month": hiring.insured_run,
    "empty_or_on_or_after_cutoff": hiring.employed_at_cutoff,
    "age_at_hire_at_least": hiring.old_enough,
    "age_at_hire_below": hiring.not_retired,
    "not_paid_under": hiring.not_paid,
    "none_of": hiring.no_other,
    "months_employed_at_least": awards.stayed,
    "matured_on_stated_date": awards.matured,
    "differs": awards.two_persons,
    "annual_cap": awards.under_cap,
    "on_or_before_stated_date": awards.certified,
    "in": awards.trade_listed,
    "expert_grade_in": awards.expert_graded,
    "certificate_level_at_least": training.level_high,
    "trade_level_at_least": training.trade_level_high,
    "trained_hours_at_least": training.trained_enough,
    "placed_by_base": training.by_base,
    "placement_source_in": training.source_listed,
    "quota": awards.within_quota,
    "headcount_kept": awards.enough_people,
}
