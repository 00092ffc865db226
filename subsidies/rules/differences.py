"""What one version says otherwise than another: statement by statement, in words."""

from __future__ import annotations

from dataclasses import dataclass

from subsidies.rules.readable import CONDITIONS, Reading, parameters_of, readings_of
from subsidies.rules.terms import ConditionTerms, PolicyTerms

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
WORDS = {ADDED: "新增", REMOVED: "删除", CHANGED: "改动"}


@dataclass(frozen=True)
class Pair:
    """One statement in both versions; `kind` is "" where they agree, an absent statement is ""."""

    section: str
    label: str
    before: str
    after: str
    kind: str

    @property
    def sentence(self) -> str:
        """The difference said in one sentence; empty where there is none."""
        if self.kind == ADDED:
            return f"新增“{self.label}”：{self.after}"
        if self.kind == REMOVED:
            return f"删除“{self.label}”（原为：{self.before}）"
        return f"“{self.label}”由“{self.before}”改为“{self.after}”" if self.kind else ""


def _condition_readings(condition: ConditionTerms) -> list[Reading]:
    """A condition as statements: what it asks, its clause, each number."""
    section = f"{CONDITIONS} {condition.needs}"
    found = [Reading(section, f"{condition.code}.needs", "要求", condition.needs)]
    for label, text in parameters_of(condition):
        found.append(Reading(section, f"{condition.code}.{label}", label, text))
    return [*found, Reading(section, f"{condition.code}.clause", "条款", condition.clause)]


def _whole(condition: ConditionTerms) -> Reading:
    numbers = "，".join(f"{label}：{text}" for label, text in parameters_of(condition))
    text = condition.needs + (f"（{numbers}）" if numbers else "")
    return Reading(CONDITIONS, condition.code, f"{CONDITIONS} {condition.code}", text)


def _pair(before: Reading | None, after: Reading | None) -> Pair:
    one = after or before
    assert one is not None
    old, new = before.text if before else "", after.text if after else ""
    kind = ADDED if before is None else REMOVED if after is None else "" if old == new else CHANGED
    is_part = one.section.startswith(f"{CONDITIONS} ")
    label = f"{one.section} · {one.label}" if is_part else one.label
    return Pair(CONDITIONS if is_part else one.section, label, old, new, kind)


def _pairs(before: list[Reading], after: list[Reading]) -> list[Pair]:
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    return [_pair(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]


def compare_terms(before: PolicyTerms, after: PolicyTerms) -> list[Pair]:
    """Every statement of both versions beside one another, in order; conditions are matched by their code."""
    found = _pairs(readings_of(before), readings_of(after))
    old = {condition.code: condition for condition in before.conditions}
    new = {condition.code: condition for condition in after.conditions}
    for code in dict.fromkeys([*old, *new]):
        if code in old and code in new:
            found += _pairs(_condition_readings(old[code]), _condition_readings(new[code]))
        else:
            found += _pairs([_whole(old[code])] if code in old else [], [_whole(new[code])] if code in new else [])
    return found


def differences(before: PolicyTerms, after: PolicyTerms) -> list[Pair]:
    """Only what differs."""
    return [pair for pair in compare_terms(before, after) if pair.kind]
