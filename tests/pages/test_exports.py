"""Lists as workbooks: what the filter shows, masked, text cells, marked with who and when, noted, and not without end."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from park_workers.services.exports import MOST
from tests.pages.clients import as_person
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import Stage

PEOPLE, FIRMS = "/workers/export/", "/enterprises/export/"


def cells(content: bytes) -> list[list[object]]:
    """Rows of the workbook that hold anything."""
    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [list(row) for row in page.iter_rows(values_only=True) if any(row)]


def test_people_are_exported_masked_with_who_and_when(stage: Stage) -> None:
    worker = stage.hires[0].worker
    worker.name = "=1+1"
    worker.save(update_fields=["name"])
    answer = as_person(stage.cast.auditor).post(PEOPLE)
    rows = cells(answer.content)
    assert len(rows) == 1 + 3 + 1
    assert rows[1][:2] == ["=1+1", "441899********9011"] and id_number(901) not in str(rows)
    assert stage.cast.auditor.actor_label in str(rows[-1][0])
    assert "filename*=UTF-8''" in answer["Content-Disposition"]


def test_only_what_the_filter_shows_is_exported_and_the_log_says_so(stage: Stage) -> None:
    rows = cells(as_person(stage.cast.clerk).post(f"{FIRMS}?q=示例甲").content)
    assert [row[0] for row in rows[1:-1]] == ["示例甲制衣有限公司"]
    event = AuditEvent.objects.get(code="list.exported")
    assert (event.changes["list"], event.changes["rows"], event.changes["q"]) == ("企业名录", 1, "示例甲")


def test_exports_have_an_end(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    answers = [clerk.post(FIRMS).status_code for _ in range(MOST + 1)]
    assert answers == [200] * MOST + [302]
    assert "请稍后再导出" in clerk.get("/enterprises/").content.decode()
    assert as_person(stage.cast.clerk_2).post(FIRMS).status_code == 200


def test_an_export_asks_again_who_one_is(stage: Stage, settings) -> None:
    settings.CONFIRM_AGAIN_SECONDS = 600
    client = as_person(stage.cast.clerk)
    session = client.session
    session["confirmed_at"] = 1
    session.save()
    assert client.post(PEOPLE).status_code == 403
    assert not AuditEvent.objects.filter(code="list.exported").exists()


def test_the_city_and_firms_export_nothing(stage: Stage) -> None:
    for member in (stage.cast.city_reviewer, stage.cast.hr):
        assert as_person(member).post(PEOPLE).status_code == 403
