"""Lists too long to wait for: written in the background, fetched by whoever asked, forgotten after some days."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from park_workers.models import ListExport
from park_workers.services import exports
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.subsidies.stage import Stage, set_stage, take_to

PEOPLE = "/workers/export/"


@pytest.fixture
def stage(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Every list with a row is a long one."""
    monkeypatch.setattr("pages.desk.exports.SHORT", 0)
    monkeypatch.setattr(exports, "PROGRESS_EVERY", 2)
    return set_stage(cast)


def cells(content: bytes) -> list[list[object]]:
    """Rows of the workbook that hold anything."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True) if any(row)]


def test_a_long_list_is_written_by_a_job_and_fetched_masked_with_who_and_when(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    answer = clerk.post(PEOPLE, {"key": "one"})
    made = ListExport.objects.get()
    assert answer["Location"] == f"/exports/{made.reference}/"
    assert made.job is not None and (made.job.status, made.job.done, made.rows) == ("done", 2, 3)
    assert "已做好" in clerk.get(answer["Location"]).content.decode()
    rows = cells(clerk.post(f"/exports/{made.reference}/file/").content)
    assert len(rows) == 1 + 3 + 1 and "********" in str(rows[1][1])
    assert stage.cast.clerk.actor_label in str(rows[-1][0])
    assert [event.code for event in AuditEvent.objects.filter(code__startswith="list")] == [
        "list.exported", "list_export.fetched",
    ]  # fmt: skip


def test_the_list_keeps_the_filter_it_was_asked_with_and_the_filter_is_sealed(stage: Stage) -> None:
    name = stage.hires[0].worker.name
    as_person(stage.cast.clerk).post(f"{PEOPLE}?name={name}&state=now")
    made = ListExport.objects.get()
    assert made.rows == 2 and name not in made.filters and name in made.open_filters()


def test_the_same_form_twice_is_one_export(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    first, again = (clerk.post(PEOPLE, {"key": "one"})["Location"] for _ in range(2))
    assert first == again and ListExport.objects.count() == 1
    assert clerk.post(PEOPLE, {"key": "two"})["Location"] != first


def test_nobody_else_sees_an_export(stage: Stage) -> None:
    as_person(stage.cast.clerk).post(PEOPLE)
    reference = ListExport.objects.get().reference
    for member in (stage.cast.clerk_2, stage.cast.auditor):
        other = as_person(member)
        assert other.get(f"/exports/{reference}/").status_code == 404
        assert other.post(f"/exports/{reference}/file/").status_code == 404
        assert reference not in text_of(member, "/exports/")
    assert reference in text_of(stage.cast.clerk, "/exports/") and reference in text_of(stage.cast.clerk, "/jobs/")


def test_an_export_is_forgotten_and_says_so(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    clerk.post(PEOPLE)
    made = ListExport.objects.get()
    assert made.file is not None and made.file.path.exists()
    assert exports.forget_old_exports() == 0
    ListExport.objects.update(recorded_at=timezone.now() - timedelta(days=settings.EXPORT_DAYS))
    assert exports.forget_old_exports() == 1
    assert "已到期清理" in clerk.get(f"/exports/{made.reference}/").content.decode()
    answer = clerk.post(f"/exports/{made.reference}/file/", follow=True).content.decode()
    assert "请回到名单重新导出" in answer


def test_lines_of_a_batch_are_taken_away_with_their_reasons_and_add_up(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr("pages.desk.exported_lists.AT_ONCE", 2)
    batch = take_to(stage, "computed").batch
    clerk = as_person(stage.cast.clerk)
    clerk.post(f"/batches/{batch.pk}/export/")
    made = ListExport.objects.get()
    header, *rows, _ = cells(clerk.post(f"/exports/{made.reference}/file/").content)
    assert len(rows) == batch.current.lines == made.rows
    fen = sum(round(float(str(row[header.index("金额（元）")])) * 100) for row in rows)
    assert fen == batch.current.amount_fen > 0
    at = header.index("不合格原因")
    assert all(bool(row[at]) == (row[1] == "不合格") for row in rows)


def test_the_city_takes_no_lines_of_the_bureaus_batch(stage: Stage) -> None:
    batch = take_to(stage, "computed").batch
    assert as_person(stage.cast.city_reviewer).post(f"/batches/{batch.pk}/export/").status_code == 403


def test_a_batch_with_signs_that_no_sheet_may_be_called_is_taken_away_too(stage: Stage) -> None:
    batch = take_to(stage, "computed").batch
    batch.name = "2023/1[补]: 第一批?"
    batch.save(update_fields=["name"])
    as_person(stage.cast.clerk).post(f"/batches/{batch.pk}/export/")
    made = ListExport.objects.get()
    assert made.job is not None and made.job.status == "done" and made.title.startswith("2023/1[补]")


def test_the_longest_names_fit_the_mark_of_an_export(stage: Stage) -> None:
    clerk = stage.cast.clerk
    clerk.user.display_name, clerk.organisation.name = "长" * 60, "局" * 120
    clerk.user.save(update_fields=["display_name"])
    clerk.organisation.save(update_fields=["name"])
    as_person(clerk).post(PEOPLE)
    ListExport.objects.get().full_clean(exclude=["job", "file", "forgotten_at"])
