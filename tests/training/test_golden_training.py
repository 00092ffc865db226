"""The training lists of the packaged year: every finding that is expected and nothing else, and the figures.

Loaded once; what came of it is kept as plain values and the database is left as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from park_workers.models import Membership, Organisation, Role, TrainingBase, Upload, UploadIssue, Worker
from tests.conftest import EXAMPLES, Cast, make_cast, make_member
from tests.park_workers.files import give, shuffled
from tests.standing import undone
from training.models import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass
from training.services.figures import training_figures

FOLDER = EXAMPLES / "year-2023"
TABLES = (Worker, TrainingClass, Enrolment, Assessment, Certificate, EarlierTraining)
PLACE = ("file", "sheet", "row", "column", "header", "code", "severity")
pytestmark = pytest.mark.django_db


@dataclass
class Training:
    """What came of loading the lists."""

    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[tuple[Any, ...]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    second_load: dict[str, dict[str, int]] = field(default_factory=dict)
    changed_tables: list[str] = field(default_factory=list)


def clerk_of(cast: Cast, base: str) -> Membership:
    found = TrainingBase.objects.filter(organisation__name=base).first()
    if found is None:
        organisation = Organisation.objects.create(kind="training_base", name=base)
        found = TrainingBase.objects.create(organisation=organisation, bureau=cast.bureau)
    return make_member(f"经办-{base}", found.organisation, Role.BASE_CLERK)


def load(cast: Cast) -> Iterator[tuple[str, str, Membership, Any, Upload]]:
    """Play the two loading steps of the plan."""
    for step in yaml.safe_load((FOLDER / "plan.yaml").read_text(encoding="utf-8"))["steps"]:
        if step["do"] == "load_training_history":
            kind, actor = "training_history", cast.clerk
        elif step["do"] == "load_training":
            assert step["confirmed_by"] == "clerk"
            kind, actor = "pass_list", clerk_of(cast, Path(step["file"]).stem)
        else:
            continue
        content = (FOLDER / step["file"]).read_bytes()
        upload = give(actor, kind, content, step["day"], confirmed_by=cast.clerk)
        yield kind, step["file"], actor, step["day"], upload


def snapshot() -> dict[str, list[Any]]:
    return {table.__name__: list(table.objects.order_by("pk").values_list()) for table in TABLES}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    training: dict[str, Any] = found["training"]
    return training


@pytest.fixture(scope="module")
def training(django_db_setup: None, django_db_blocker: Any) -> Training:
    with django_db_blocker.unblock(), undone():
        cast, found = make_cast(), Training()
        loaded = list(load(cast))
        names = {upload.pk: name for _, name, _, _, upload in loaded}
        for _, name, _, _, upload in loaded:
            found.uploads[name] = {
                "status": upload.status,
                "rows": upload.rows,
                "refused": upload.refused,
                **upload.result,
            }
        found.findings = [
            (names[i.upload_id], i.sheet, i.row, i.column, i.header, i.code, i.severity)
            for i in UploadIssue.objects.order_by("pk")
        ]
        found.figures = training_figures(bureau=cast.bureau)
        before = snapshot()
        for kind, name, actor, day, _ in loaded:
            again = give(actor, kind, shuffled(FOLDER / name), day, confirmed_by=cast.clerk)
            counts = {key: value for key, value in again.result.items() if isinstance(value, int)}
            found.second_load[name] = counts
        found.changed_tables = [table for table, rows in snapshot().items() if rows != before[table]]
    return found


def test_every_finding_expected_is_found_at_its_place_and_nothing_else(
    training: Training, expected: dict[str, Any]
) -> None:
    assert training.findings == [tuple(f[key] for key in PLACE) for f in expected["certificate_findings"]]


def test_every_line_goes_in(training: Training) -> None:
    assert {(u["status"], u["refused"]) for u in training.uploads.values()} == {("applied", 0)}
    assert sum(u["new"] for u in training.uploads.values()) == 2499
    assert sum(u["people"] for u in training.uploads.values()) == 2474


def test_every_figure_is_as_expected(training: Training, expected: dict[str, Any]) -> None:
    needs_rosters = {"passed_then_hired"}
    wanted = {k: v for k, v in expected.items() if k not in needs_rosters | {"certificate_findings"}}
    assert {k: v for k, v in training.figures.items() if k not in needs_rosters} == wanted
    assert training.figures["passed_then_hired"] == 0


def test_every_list_again_shuffled_and_saved_anew_says_nothing_new_and_changes_nothing(training: Training) -> None:
    for counts in training.second_load.values():
        assert [key for key, value in counts.items() if value and key != "unchanged"] == []
    assert sum(counts["unchanged"] for counts in training.second_load.values()) == 2499
    assert training.changed_tables == []
