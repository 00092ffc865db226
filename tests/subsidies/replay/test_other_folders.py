"""Folders that are not the packaged year: a changed row, a half-played plan, a plan with mistakes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from subsidies.replay.plan import PlanInvalid, read_plan
from tests.subsidies.replay.towns import YEAR, Town, first_batch_folder, found_town

FoundTown = Callable[[], Town]


@pytest.fixture
def town(tmp_path: Path, db: None) -> Town:
    return found_town(tmp_path / "town", f"folder_{os.getpid()}")


def test_one_changed_row_is_named_as_the_difference(town: Town, tmp_path: Path) -> None:
    folder = first_batch_folder(tmp_path / "year")
    path = folder / "申报名单" / "第一批.xlsx"
    book = load_workbook(path)
    page = book.active
    assert page is not None
    page.delete_rows(page.max_row)
    book.save(path)
    done = town.replay(folder)
    assert done.returncode == 1
    assert "batches[key=B1].applied：应为 196，实为 195" in done.stdout


def test_a_run_that_stopped_goes_on_where_it_stopped(town: Town, tmp_path: Path) -> None:
    folder = first_batch_folder(tmp_path / "year")
    script = (
        "from pathlib import Path; from dataclasses import replace\n"
        "from django.conf import settings; settings.JOBS_INLINE = True\n"
        "from subsidies.replay.plan import read_plan; from subsidies.replay.playing import play\n"
        f"plan = read_plan(Path({str(folder)!r})); played = play(replace(plan, steps=plan.steps[:14]))\n"
        "print(played.done_now)"
    )
    assert town.ask(script) == 14
    done = town.replay(folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "（此前已办 14 步）" in done.stdout


def plan_with(tmp_path: Path, change: Callable[[dict[str, object]], None]) -> Path:
    content = yaml.safe_load((YEAR / "plan.yaml").read_text(encoding="utf-8"))
    change(content)
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return tmp_path


def test_a_plan_with_mistakes_is_refused_with_every_one_of_them_named(tmp_path: Path) -> None:
    def spoil(content: dict[str, object]) -> None:
        steps = content["steps"]
        assert isinstance(steps, list)
        steps[0]["do"] = "load_nothing"
        steps[1]["by"] = "nobody"

    with pytest.raises(PlanInvalid) as refusal:
        read_plan(plan_with(tmp_path, spoil))
    problems = refusal.value.problems
    assert any("第 1 步：不认识的步骤 'load_nothing'" in problem for problem in problems)
    assert any("第 2 步：办理人 'nobody' 不在 actors 中" in problem for problem in problems)
    assert any("找不到" in problem for problem in problems)
