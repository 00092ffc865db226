"""Public notices: read by anybody, masked; objections within the term."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from park_workers.foundation.audit import AuditEvent
from subsidies.models import Objection, PublicNotice
from tests.api.doors import Door, Doors, fields_of, refused
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, take_to

pytestmark = pytest.mark.django_db
TEXT = {"objector_name": "李四", "contact": "13800005678", "text": "该员工已离职"}


@standing
def notice(stage: Stage) -> PublicNotice:
    """An open notice."""
    take_to(stage, "in_notice")
    return PublicNotice.objects.get()


def test_a_stranger_reads_a_notice_with_masked_names(notice: PublicNotice, stage: Stage) -> None:
    (listed,) = Door().get("notices/", status="open").json()["results"]
    assert (listed["reference"], listed["amount"], listed["people"]) == (notice.reference, "6000.00", 3)
    lines = Door().get(f"notices/{notice.reference}/lines/").json()["results"]
    assert [one["position"] for one in lines] == [1, 2, 3]
    assert all(one["name"].startswith("工*") and one["id_number"].startswith("*" * 14) for one in lines)
    assert not AuditEvent.objects.filter(code__startswith="notice.read").exists()


def test_a_stranger_objects_within_the_term(notice: PublicNotice) -> None:
    with on(Day.REVIEWED + timedelta(days=1)):
        answer = Door().post(f"notices/{notice.reference}/objections/", TEXT | {"position": 2})
    assert answer.status_code == 201, answer.json()
    kept = Objection.objects.get()
    assert answer.json() == {"reference": kept.reference, "received_on": "2023-05-06"}
    assert kept.line.position == 2 and "13800005678" not in kept.contact


def test_the_same_objection_sent_twice_is_one(notice: PublicNotice) -> None:
    with on(Day.REVIEWED):
        answers = [Door().post(f"notices/{notice.reference}/objections/", TEXT, key="objection-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json() and Objection.objects.count() == 1


def test_an_objection_too_late_or_without_words_is_refused(notice: PublicNotice) -> None:
    path = f"notices/{notice.reference}/objections/"
    with on(date(2023, 6, 30)):
        refused(Door().post(path, TEXT), 422, "NOTICE_NOT_OPEN")
    with on(Day.REVIEWED):
        assert set(fields_of(Door().post(path, {"text": ""}))) == {"objector_name", "contact", "text"}
        assert "position" in fields_of(Door().post(path, TEXT | {"position": 99}))
    assert Objection.objects.count() == 0


def test_one_source_objects_only_so_often(notice: PublicNotice) -> None:
    path = f"notices/{notice.reference}/objections/"
    with on(Day.REVIEWED):
        answers = [Door().post(path, TEXT).status_code for _ in range(22)]
    assert set(answers[:20]) == {201} and answers[-1] == 429


def test_a_reviewer_decides_and_an_upheld_one_takes_its_line_off(
    notice: PublicNotice, cast: Cast, stage: Stage, doors: Doors
) -> None:
    with on(Day.REVIEWED):
        Door().post(f"notices/{notice.reference}/objections/", TEXT)
        (found,) = doors(cast.reviewer).get("objections/", batch=stage.batch.pk).json()["results"]
        assert "contact" not in found
        path, line = f"objections/{found['id']}/decide/", stage.lines()[0]
        refused(doors(cast.clerk).post(path, {"is_upheld": False, "note": "不成立"}), 403, "ROLE_NOT_ALLOWED")
        refused(doors(cast.reviewer).post(path, {"is_upheld": True, "note": "属实"}), 422, "LINE_MISSING")
        body = {"is_upheld": True, "note": "经核实属实", "line": line.pk}
        refused(doors(cast.reviewer).post(path, body, seen=9), 412, "VERSION_CHANGED")
        assert doors(cast.reviewer).post(path, body, seen=1).json()["status"] == "upheld"
    assert len(stage.lines()) == 2


def test_a_notice_replaced_by_a_newer_edition_is_not_shown(
    notice: PublicNotice, cast: Cast, stage: Stage, doors: Doors
) -> None:
    with on(Day.REVIEWED):
        again = doors(cast.clerk).post(f"batches/{stage.batch.pk}/republish/", {"reason": "日期有误"})
    assert again.status_code == 200, again.json()
    refused(Door().get(f"notices/{notice.reference}/"), 404, "NOT_FOUND")
    assert [one["edition"] for one in Door().get("notices/").json()["results"]] == [2]
