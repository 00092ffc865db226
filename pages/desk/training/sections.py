"""The sections of a class page: each kind of work adds its own, and the page shows those that have something to say.

To add one: a `Section` with a template below `templates/desk/training/`, what the template needs, and a count (None shows
none); then its name in SECTIONS, in the order of the tabs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from pages.desk.training.class_history import history_of
from pages.desk.training.held_sections import attendance_section, results_section
from pages.desk.training.roster_section import changes_section, roster_section
from training.models import TrainingClass
from training.services.attendance import has_sessions

#: states from which on there can be sessions
HELD = ("accepted", "running", "completed")

#: what the template of a section needs
Context = Callable[[HttpRequest, TrainingClass], dict[str, Any]]
Count = Callable[[TrainingClass], int | None]


@dataclass(frozen=True)
class Section:
    """One tab of a class page."""

    key: str
    label: str
    template: str
    context: Context
    count: Count = lambda c: None
    is_shown: Callable[[TrainingClass], bool] = lambda c: True
    #: cards of its own beneath the tabs, not inside their card
    stands_alone: bool = False


def _seats(c: TrainingClass) -> int:
    return c.enrolments.on_roster().count()


def _changes(c: TrainingClass) -> int:
    return c.changes.count()


SECTIONS: tuple[Section, ...] = (
    Section("roster", "名册", "desk/training/_roster.html", roster_section, _seats),
    Section(
        "changes", "名册变更", "desk/training/_class_changes.html", changes_section, _changes,
        lambda c: not c.is_reported and c.filed_on is not None,
    ),
    Section(
        "attendance", "考勤", "desk/training/_attendance_section.html", attendance_section,
        is_shown=lambda c: c.status in HELD and (not c.is_reported or has_sessions(c)), stands_alone=True,
    ),
    Section(
        "results", "考核与证书", "desk/training/_results.html", results_section,
        is_shown=lambda c: c.status in ("running", "completed"),
    ),
    Section("filing", "备案内容", "desk/training/_filing.html", lambda request, c: {}, is_shown=lambda c: not c.is_reported),
    Section("history", "经过", "desk/training/_class_history.html", lambda request, c: {"events": history_of(c)}),
)  # fmt: skip


def sections_of(training_class: TrainingClass) -> list[tuple[Section, int | None]]:
    """The tabs of one class with their counts."""
    return [(one, one.count(training_class)) for one in SECTIONS if one.is_shown(training_class)]
