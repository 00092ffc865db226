"""What the phone can do, a program can: cards, photos, posters, pictures of cards, codes to log in, months, scans, repeats."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from park_workers.foundation import text_reading
from park_workers.foundation.jobs import Job
from park_workers.models import Employment, IdCardPicture, OneTimeCode, ScanEntry, WorkerCard
from park_workers.services import id_cards
from park_workers.services.id_cards import forget_card_pictures
from tests.accounts.conftest import texts
from tests.accounts.phones import PHONE, a_minute_passes, last_code, with_phone
from tests.api.doors import ROOT, Door, Doors, fields_of, refused
from tests.api.programs import Program
from tests.api.test_employments import a_hire
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_headcount_confirmations import hired
from tests.park_workers.test_photos import portrait
from tests.park_workers.test_scan_entries import DAY, waiting
from tests.standing import standing
from tests.subsidies.stage import Day, hire, set_stage, take_to

__all__ = ["texts"]
pytestmark = pytest.mark.django_db


def send(door: Door, path: str, content: bytes, **more: Any) -> Any:
    """POST a picture."""
    headers = {"Authorization": f"Api-Key {door.key}", "Idempotency-Key": str(uuid.uuid4())}
    form = {"file": SimpleUploadedFile("照片.jpg", content)} | more
    return door.client.post(ROOT + path, form, headers=headers)


@standing
def work(cast: Cast) -> Employment:
    return hire(cast, cast.alpha, 901)


def test_a_card_is_issued_once_replaced_and_revoked(cast: Cast, work: Employment, doors: Doors) -> None:
    door = doors(cast.hr)
    card = door.post("cards/", {"worker": work.worker_id}).json()
    assert door.post("cards/", {"worker": work.worker_id}).json()["id"] == card["id"]
    assert card["status"] == "valid" and Client().get(f"/c/{card['code']}/").status_code == 200
    assert fields_of(door.post(f"cards/{card['id']}/replace/", {})) == {"reason": "required"}
    after = door.post(f"cards/{card['id']}/replace/", {"reason": "工牌遗失"}).json()
    assert after["replaces"] == card["id"] and door.get(f"cards/{card['id']}/").json()["status"] == "revoked"
    assert door.get(f"cards/{after['id']}/picture/").content[:4] == b"\x89PNG"
    door.post(f"cards/{after['id']}/revoke/", {"reason": "怀疑被冒用"})
    assert door.get("cards/", status="valid").json()["results"] == []
    refused(door.post(f"cards/{after['id']}/revoke/", {"reason": "再次"}), 409, "STATE_NOT_ALLOWED")


def test_a_photo_is_put_read_and_deleted_by_the_own_enterprise_only(cast: Cast, work: Employment, doors: Doors) -> None:
    door, path = doors(cast.hr), "cards/{}/photo/"
    path = path.format(door.post("cards/", {"worker": work.worker_id}).json()["id"])
    refused(door.get(path), 422, "NO_PHOTO")
    assert send(door, path, portrait()).json()["has_photo"]
    assert door.get(path).content[:2] == b"\xff\xd8" and b"taken-at-home" not in door.get(path).content
    assert doors(cast.hr_beta).get(path).status_code == send(doors(cast.hr_beta), path, portrait()).status_code == 404
    refused(send(door, path, b"<svg/>"), 422, "FILE_NOT_PICTURE")
    assert not door.post(path.replace("photo", "forget-photo")).json()["has_photo"]
    refused(doors(cast.auditor).get(path), 403, "ROLE_NOT_ALLOWED")


def test_a_poster_is_issued_fetched_and_replaced(cast: Cast, doors: Doors) -> None:
    door = doors(cast.hr)
    poster = door.post("posters/").json()
    assert door.get(f"posters/{poster['id']}/document/").content[:5] == b"%PDF-"
    after = door.post(f"posters/{poster['id']}/replace/", {"reason": "海报破损"}).json()
    assert Client().get(f"/s/{after['code']}/").status_code == 200
    assert fields_of(doors(cast.clerk).post("posters/", {})) == {"enterprise": "required"}
    assert doors(cast.clerk).post("posters/", {"enterprise": cast.beta.pk}).json()["enterprise"] == cast.beta.pk


def test_a_picture_of_a_card_is_read_by_a_job_and_its_fields_say_how_sure_they_are(
    cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = text_reading.TextLine("姓名黄秀英", 99, ((0, 0), (300, 0), (300, 40), (0, 40)))
    monkeypatch.setattr(id_cards, "is_reader_installed", lambda: True)
    monkeypatch.setattr(id_cards, "read_lines", lambda content, quarter_turns: [line])
    door = doors(cast.hr)
    taken = send(door, "id-card-pictures/", portrait()).json()
    assert taken["job"] == Job.objects.get(kind="id_cards.read").pk
    found = door.get(f"id-card-pictures/{taken['id']}/").json()
    assert found["state"] == "read" and found["reading"]["name"] == {"value": "黄秀英", "is_sure": True}
    assert (
        found["reading"]["id_number"]["value"] == ""
        and "reading" not in door.get("id-card-pictures/").json()["results"][0]
    )
    assert door.post(f"id-card-pictures/{taken['id']}/forget/").json()["state"] == "deleted"
    assert door.get(f"id-card-pictures/{taken['id']}/").json()["reading"] is None
    assert IdCardPicture.objects.get().picture is None


def test_a_picture_is_seen_by_whoever_took_it_and_without_a_reader_it_is_kept(
    cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_cards, "is_reader_installed", lambda: False)
    taken = send(doors(cast.hr), "id-card-pictures/", portrait()).json()
    assert taken["state"] == "kept"
    for other in (cast.hr_beta, cast.clerk):
        assert doors(other).get(f"id-card-pictures/{taken['id']}/").status_code == 404
    assert fields_of(send(doors(cast.base_clerk), "id-card-pictures/", portrait())) == {"enterprise": "required"}


def hire_with(door: Door, key: str = "", **more: Any) -> Any:
    """A hire as a form with a picture in it."""
    headers = {"Authorization": f"Api-Key {door.key}", "Idempotency-Key": key or str(uuid.uuid4())}
    return door.client.post(f"{ROOT}employments/", a_hire() | more, headers=headers)


def kept_with(employment: int) -> IdCardPicture:
    """The one picture of a hire: marked, encrypted, with its term."""
    found = IdCardPicture.objects.get(employment=employment)
    assert found.picture is not None and found.unread is None and found.reading == ""
    assert found.expires_at > timezone.now() + timedelta(days=settings.CARD_PICTURE_DAYS - 1)
    assert found.picture.read()[:2] == b"\xff\xd8" != found.picture.path.read_bytes()[:2]
    return found


def test_a_hire_refers_to_a_picture_given_before_and_keeps_it(cast: Cast, doors: Doors) -> None:
    door = doors(cast.hr)
    taken = send(door, "id-card-pictures/", portrait()).json()
    answer = door.post("employments/", a_hire(id_card_picture=taken["id"]))
    assert answer.status_code == 201, answer.json()
    found = answer.json()
    assert found["id_card_picture"] == taken["id"] == kept_with(found["id"]).pk
    assert door.get(f"id-card-pictures/{taken['id']}/").json()["state"] == "kept"
    again = door.post("employments/", a_hire(id_number=id_number(902), id_card_picture=taken["id"], phone="1"))
    assert set(fields_of(again)) == {"phone"}
    again = door.post("employments/", a_hire(id_number=id_number(902), id_card_picture=taken["id"], hired_on=None))
    assert "hired_on" in fields_of(again)
    again = door.post("employments/", a_hire(id_number=id_number(902), id_card_picture=taken["id"]))
    assert fields_of(again) == {"id_card_picture": "PICTURE_NOT_FREE"} and Employment.objects.count() == 1
    other = doors(cast.hr_beta).post("employments/", a_hire(id_card_picture=taken["id"]))
    assert fields_of(other) == {"id_card_picture": "does_not_exist"}


def test_a_hire_carries_its_picture_and_the_same_request_again_keeps_one(cast: Cast, doors: Doors) -> None:
    door, key = doors(cast.hr), str(uuid.uuid4())
    first = hire_with(door, key, id_card=SimpleUploadedFile("照片.jpg", portrait()))
    assert first.status_code == 201, first.json()
    again = hire_with(door, key, id_card=SimpleUploadedFile("照片.jpg", portrait()))
    assert again.json() == first.json() and IdCardPicture.objects.count() == 1
    found = kept_with(first.json()["id"])
    assert first.json()["id_card_picture"] == found.pk
    assert forget_card_pictures(actor=id_cards.CLEANER, before=found.expires_at + timedelta(seconds=1)) == 1
    found.refresh_from_db()
    assert found.picture is None


def test_a_picture_that_is_none_is_named_beside_the_other_fields_and_nothing_is_written(
    cast: Cast, doors: Doors
) -> None:
    wrong = SimpleUploadedFile("照片.jpg", b"not a picture")
    answer = hire_with(doors(cast.hr), id_card=wrong, contract_ends_on="2022-01-01")
    assert set(fields_of(answer)) == {"id_card", "contract_ends_on"}
    assert hire_with(doors(cast.hr)).status_code == 201 and not IdCardPicture.objects.exists()


def test_enterprise_staff_come_in_by_a_code_in_the_session_that_asked(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    program, other = Program(), Program()
    sent = program.post("session/phone-code/", {"phone": PHONE}).json()
    assert sent["phone"] == "139****0001" and "reference" not in sent
    refused(other.post("session/by-phone/", {"code": last_code(texts, PHONE)}), 422, "CODE_ENDED")
    refused(program.post("session/by-phone/", {"code": "000000"}), 422, "CODE_WRONG")
    found = program.post("session/by-phone/", {"code": last_code(texts, PHONE)}).json()
    assert found["is_signed_in"] and found["acting"]["role"] == "enterprise_hr"
    assert program.get("employments/").status_code == 200
    refused(program.post("session/phone-code/", {"phone": PHONE}), 422, "CODE_TOO_SOON")


def test_a_stranger_and_a_clerk_are_answered_alike_and_sent_nothing(cast: Cast, texts: Path) -> None:
    with_phone(cast.clerk)
    answers = []
    for phone in (PHONE, "13900000009"):
        sent = Program().post("session/phone-code/", {"phone": phone})
        answers.append((sent.status_code, sorted(sent.json())))
        a_minute_passes()
    assert answers[0] == answers[1] and answers[0][0] == 200 and not texts.exists()
    assert OneTimeCode.objects.count() == 2


def test_a_code_is_asked_for_with_the_token_only(cast: Cast) -> None:
    refused(Program().post("session/phone-code/", {"phone": PHONE}, **{"X-CSRFToken": "a" * 32}), 403, "CSRF_FAILED")


def test_a_month_is_looked_at_and_confirmed_by_its_digest(cast: Cast, doors: Doors) -> None:
    hired(cast, 901, date(2023, 4, 5))
    door = doors(cast.hr)
    with on(date(2023, 5, 4)):
        month = door.get("headcounts/month/").json()
        assert (month["month"], month["heads_at_end"], month["joined"]) == ("2023-04", 1, 1)
        assert month["changes"][0]["kind_label"] == "入职" and not month["is_confirmed"]
        stale = door.post("headcounts/", {"month": "2023-04", "digest": "0" * 64})
        refused(stale, 422, "LIST_CHANGED")
        done = door.post("headcounts/", {"month": "2023-04", "digest": month["digest"]})
        assert (done.status_code, done.json()["heads_at_end"], done.json()["month"]) == (201, 1, "2023-04")
        assert door.get("headcounts/month/", month="2023-04").json()["is_confirmed"]
        assert fields_of(door.get("headcounts/month/", month="2023-05")) == {"month": "invalid"}
    assert len(doors(cast.clerk).get("headcounts/").json()["results"]) == 1
    refused(doors(cast.clerk).get("headcounts/month/"), 403, "ROLE_NOT_ALLOWED")


def test_an_entry_by_scan_is_confirmed_with_a_hire_or_refused_with_a_reason(cast: Cast, doors: Doors) -> None:
    entry, door = waiting(cast), doors(cast.hr)
    (shown,) = door.get("scan-entries/", status="waiting").json()["results"]
    assert shown["id_number"].count("*") == 8 and shown["phone"].count("*") == 4
    with on(DAY):
        bare = door.post(f"scan-entries/{entry.pk}/confirm/", {"trade": "平车"}, seen=1)
        assert {"hired_on", "contract_starts_on"} <= set(fields_of(bare))
        terms = {"hired_on": str(DAY), "contract_starts_on": str(DAY), "is_open_ended": True, "trade": "平车"}
        done = door.post(f"scan-entries/{entry.pk}/confirm/", terms, seen=1).json()
        assert done["status"] == "confirmed" and done["employment"] == Employment.objects.get().pk
        assert done["warnings"] == [] and WorkerCard.objects.count() == 1
        refused(door.post(f"scan-entries/{entry.pk}/refuse/", {"reason": "尚未录用"}, seen=2), 409, "STATE_NOT_ALLOWED")


def test_only_registering_makes_no_hire(cast: Cast, doors: Doors) -> None:
    entry = waiting(cast)
    with on(DAY):
        doors(cast.hr).post(f"scan-entries/{entry.pk}/confirm/", {"only_register": True}, seen=1)
    assert ScanEntry.objects.get().status == "confirmed" and not Employment.objects.exists()


def test_failed_work_is_repeated_by_whoever_asked(cast: Cast, doors: Doors) -> None:
    failed = Job.objects.create(
        status="failed",
        kind="headcount.snapshot",
        actor_id=cast.clerk.pk,
        parameters={"month_ends": []},
        reason="中断",
        finished_at=timezone.now(),
    )
    refused(doors(cast.reviewer).post(f"jobs/{failed.pk}/repeat/"), 403, "ROLE_NOT_ALLOWED")
    again = doors(cast.clerk).post(f"jobs/{failed.pk}/repeat/")
    assert again.status_code == 201 and again.json()["id"] != failed.pk and again.json()["kind"] == failed.kind
    refused(doors(cast.clerk).post(f"jobs/{failed.pk}/repeat/"), 409, "JOB_REPEATED")


def test_a_hire_date_is_corrected_by_the_enterprise_and_asked_for_once_judged(cast: Cast, doors: Doors) -> None:
    one, door = hire(cast, cast.beta, 951), doors(cast.hr_beta)
    right = {"hired_on": "2023-02-13", "reason": "合同原件"}
    assert door.post(f"employments/{one.pk}/correct-hire-date/", right).json()["hired_on"] == "2023-02-13"
    (judged,) = take_to(set_stage(cast, alpha=1, beta=0), "computed").hires
    door = doors(cast.hr)
    refused(door.post(f"employments/{judged.pk}/correct-hire-date/", right), 403, "JUDGED_ALREADY")
    asked = door.post("hire-date-requests/", right | {"employment": judged.pk}).json()
    assert (asked["status"], asked["before"]) == ("waiting", "2023-02-01")
    assert doors(cast.hr_beta).get(f"hire-date-requests/{asked['id']}/").status_code == 404
    with on(Day.LATER):
        done = doors(cast.clerk).post(f"hire-date-requests/{asked['id']}/grant/", {"reason": "与合同一致"}, seen=1)
    assert done.json()["status"] == "granted"


def test_the_start_of_a_contract_is_moved_by_naming_the_old_one(cast: Cast, work: Employment, doors: Doors) -> None:
    moved = {"starts_on": "2023-02-13", "instead_of": "2023-02-01", "is_open_ended": True}
    found = doors(cast.hr).post(f"employments/{work.pk}/contracts/", moved).json()["contracts"]
    assert [one["starts_on"] for one in found] == ["2023-02-13"]
