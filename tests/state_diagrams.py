"""docs/state-machines.md from the transition tables of the models: `make state-diagrams`."""

from __future__ import annotations

import os
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()

from django.apps import apps

from park_workers.foundation.workflow import StatefulModel
from park_workers.models import Role
from subsidies.models import Batch

TARGET = Path(__file__).resolve().parent.parent / "docs" / "state-machines.md"
OPERATIONS = TARGET.with_name("operations.md")
BATCH_TABLE = ("<!-- batch-table -->\n", "\n<!-- /batch-table -->")
HEAD = """# State machines

Made by `make state-diagrams` from the `TRANSITIONS` of the models; a test fails when it is stale. A state changes only along
these arrows, through `foundation.workflow.move()`, and the database refuses every other pair. *system* is a named job,
*person* whoever it is about, known by a code sent to their telephone.
"""


def stateful_models() -> list[type[StatefulModel]]:
    """Models with a life, the batch first."""
    found = [m for m in apps.get_models() if issubclass(m, StatefulModel) and m.TRANSITIONS]
    return sorted(found, key=lambda model: (model.__name__ != "Batch", model._meta.label))


def state_labels(model: type[StatefulModel]) -> dict[str, str]:
    """Chinese word of each state, in declared order."""
    choices = getattr(model, "Status").choices  # noqa: B009 - each model declares its own
    return {str(value): str(label) for value, label in choices}


def role_label(role: str) -> str:
    """Chinese word of a role."""
    return str(Role(role).label) if role in Role.values else role


def section(model: type[StatefulModel]) -> str:
    """Heading, diagram and table of one model."""
    labels = state_labels(model)
    lines = [f"## {model.__name__} {model._meta.verbose_name}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {value} : {value} {label}" for value, label in labels.items()]
    lines += [f"    [*] --> {next(iter(labels))}"]
    for action, step in model.TRANSITIONS.items():
        lines += [f"    {source} --> {step.target} : {action}" for source in step.sources]
    lines += ["```", "", "| Action | From | To | Who |", "|---|---|---|---|"]
    for action, step in model.TRANSITIONS.items():
        sources = ", ".join(f"{source} {labels[source]}" for source in step.sources)
        roles = ", ".join(role_label(str(role)) for role in step.roles)
        name = f"{action} {step.label}".strip()
        lines.append(f"| {name} | {sources} | {step.target} {labels[step.target]} | {roles or '—'} |")
    return "\n".join(lines)


def document() -> str:
    """The whole page."""
    return "\n\n".join([HEAD.strip(), *(section(model) for model in stateful_models())]) + "\n"


def batch_table() -> str:
    """State × role -> actions of a batch; roles that move nothing have no column."""
    steps, labels = Batch.TRANSITIONS, state_labels(Batch)
    roles = list(dict.fromkeys(str(role) for step in steps.values() for role in step.roles))
    lines = ["| State | " + " | ".join(map(role_label, roles)) + " |", "|---" * (len(roles) + 1) + "|"]
    for state, label in labels.items():
        cells = [
            "<br>".join(f"{action} {step.label}" for action, step in steps.items() if state in step.sources and role in step.roles)
            for role in roles
        ]  # fmt: skip
        lines.append(f"| {state} {label} | " + " | ".join(cell or "—" for cell in cells) + " |")
    return "\n".join(lines)


def operations_with_table(text: str) -> str:
    """docs/operations.md with its table made anew."""
    before, rest = text.split(BATCH_TABLE[0])
    after = rest.split(BATCH_TABLE[1])[-1].removeprefix(BATCH_TABLE[1].strip())
    return f"{before}{BATCH_TABLE[0]}{batch_table()}{BATCH_TABLE[1]}{after}"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    OPERATIONS.write_text(operations_with_table(OPERATIONS.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{TARGET.name}: {len(stateful_models())} machines")
