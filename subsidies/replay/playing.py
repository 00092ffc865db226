"""Plays a plan step by step and remembers how far it got, so that a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.calendar import write_arrangement
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.spreadsheets import FileRefused
from park_workers.models import Upload
from subsidies.replay.plan import Plan, Step, folder_digest
from subsidies.replay.steps import STEPS, Player, StepRefused
from subsidies.services.notices import close_due_notices

REPLAY = SystemActor("资料回放")
CLOCK = SystemActor("公示时钟")
STEP_DONE = "replay.step_done"
Progress = Callable[[int, int, str], None]


@dataclass
class Played:
    """What a run did."""

    player: Player
    done_now: int = 0
    done_before: int = 0
    #: step -> why it was refused
    refusals: list[tuple[Step, str]] = field(default_factory=list)

    @property
    def changed_nothing(self) -> bool:
        """Whether everything had been played before."""
        return self.done_now == 0 and not self.refusals


def steps_done(digest: str) -> set[int]:
    """Numbers of the folder's steps that this database has seen to their end."""
    events = AuditEvent.objects.filter(code=STEP_DONE, request_id=digest[:64])
    return {int(number) for number in events.values_list("changes__step", flat=True)}


def play(plan: Plan, *, progress: Progress = lambda done, total, text: None) -> Played:
    """Play the steps not yet played; a refused step is noted and the next ones go on, so that all differences show."""
    digest = folder_digest(plan.folder)
    before = steps_done(digest)
    if not before:
        write_arrangement(days=plan.calendar_days(), source=str(plan.calendar.get("source", ""))[:200])
    played = Played(Player(plan), done_before=len(before))
    for step in plan.steps:
        progress(step.number - 1, len(plan.steps), step.in_words(plan.batches))
        if step.number in before:
            continue
        close_due_notices(actor=CLOCK, day=step.day)
        known = {name: set(keys) for name, keys in played.player.uploads.items()}
        try:
            STEPS[step.do](played.player, step)
        except TransitionRefused as refusal:
            # A run that was cut off between a step and its mark finds the step done already.
            if not before or step.number != max(before) + 1:
                played.refusals.append((step, str(refusal)))
                continue
        except (RuleViolation, FileRefused, StepRefused) as refusal:
            played.refusals.append((step, str(refusal)))
            continue
        record_event(actor=REPLAY, code=STEP_DONE, subject=None, day=step.day, request_id=digest[:64],
                     note=str(step)[:200], changes={"step": step.number, "uploads": _new_uploads(played.player, known)})  # fmt: skip
        played.done_now += 1
    progress(len(plan.steps), len(plan.steps), "")
    remember_uploads(played.player, digest)
    return played


def _new_uploads(player: Player, known: dict[str, set[int]]) -> dict[str, list[int]]:
    """Uploads that came with the last step, by file name."""
    fresh = {name: [key for key in keys if key not in known.get(name, ())] for name, keys in player.uploads.items()}
    return {name: keys for name, keys in fresh.items() if keys}


def remember_uploads(player: Player, digest: str) -> None:
    """File names of earlier runs' uploads, from the marks they left."""
    for event in AuditEvent.objects.filter(code=STEP_DONE, request_id=digest[:64]).order_by("pk"):
        for name, keys in event.changes.get("uploads", {}).items():
            known = player.uploads.setdefault(name, [])
            known.extend(key for key in keys if key not in known)
    alive = set(Upload.objects.values_list("pk", flat=True))
    for name in player.uploads:
        player.uploads[name] = [key for key in player.uploads[name] if key in alive]
