"""The page of a hire: answers while typing, pictures, consent, introducers, and what is left of a picture afterwards."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.files import StoredFile
from park_workers.foundation.jobs import Job
from park_workers.foundation.links import qr_png
from park_workers.foundation.text_reading import TextLine
from park_workers.models import Employment, IdCardPicture, Worker, WorkerCard, WorkerRegistration
from park_workers.services import id_cards
from park_workers.services.id_cards import forget_card_pictures
from tests.conftest import Cast
from tests.id_cards import photograph
from tests.pages.clients import as_person
from tests.pages.test_bad_hires import sent
from tests.park_workers.numbers import id_number

PAGE, CHECK, CARD, CODE = "/m/register/", "/m/register/check/", "/m/register/card/", "/m/register/code/"


@pytest.fixture(autouse=True)
def folder_of_its_own(settings: LazySettings, tmp_path: Path) -> None:
    """Ciphertexts of other tests lie elsewhere."""
    settings.FILES_DIR = tmp_path


def line(text: str, y: int, percent: int = 99, x: int = 100) -> TextLine:
    """A line as a reader gives it."""
    return TextLine(text, percent, ((x, y), (x + 300, y), (x + 300, y + 30), (x, y + 30)))


LINES = [
    line("姓名黄秀英", 0), line("性别女民族壮", 60), line("出生1990年5月17日", 120), line("住址广东省示例市", 180, 70),
    line("织布路18号", 240, x=180), line("公民身份号码" + id_number(902), 320),
]  # fmt: skip


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that is installed and reads the same card from every picture."""
    monkeypatch.setattr(id_cards, "is_reader_installed", lambda: True)
    monkeypatch.setattr("pages.phone.register.is_reader_installed", lambda: True)
    monkeypatch.setattr(id_cards, "read_lines", lambda picture, quarter_turns=0: LINES)


@pytest.fixture
def no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The optional set is not installed."""
    monkeypatch.setattr(id_cards, "is_reader_installed", lambda: False)
    monkeypatch.setattr("pages.phone.register.is_reader_installed", lambda: False)


def file(content: bytes | None = None, name: str = "card.jpg") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    return SimpleUploadedFile(name, content or photograph(), content_type="image/jpeg")


def kept_files() -> list[Path]:
    """Ciphertexts on the disk."""
    return list(Path(settings.FILES_DIR).rglob("*.sealed"))


def levels(answer: Any, field: str) -> list[str]:
    """How each remark on a field is meant."""
    return [remark["level"] for remark in answer.json()[field]]


def test_while_typing_birth_date_and_sex_are_shown_back(cast: Cast) -> None:
    answer = as_person(cast.hr).post(CHECK, {"id_number": id_number(902), "phone": "13800005678", "name": "黄秀英"})
    assert answer.json()["id_number"][0]["text"].startswith("女，1990年5月17日出生")
    assert levels(answer, "phone") == ["good"] and answer.json()["name"] == []
    assert answer["Cache-Control"].startswith("no-store")
    assert as_person(cast.hr).get(CHECK).status_code == 405, "a number never stands in an address"


def test_who_is_here_or_elsewhere_is_said_without_naming_where(cast: Cast) -> None:
    as_person(cast.hr).post(PAGE, sent(id_number=id_number(902)))
    here = as_person(cast.hr).post(CHECK, {"id_number": id_number(902)})
    away = as_person(cast.hr_beta).post(CHECK, {"id_number": id_number(902)})
    assert levels(here, "id_number") == ["good", "bad"] and "已在本企业登记" in here.content.decode("unicode_escape")
    assert levels(away, "id_number") == ["good", "note"]
    text = away.json()["id_number"][1]["text"]
    assert "其他企业在职" in text and "示例甲" not in text and "新工人" not in text


def test_wrong_fields_are_answered_as_the_service_answers(cast: Cast) -> None:
    wrong = {"id_number": "441899199005170000", "phone": "123", "name": "张3", "introducer": "13800009999"}
    answer = as_person(cast.hr).post(CHECK, wrong)
    assert all(levels(answer, field) == ["bad"] for field in wrong)
    assert "校验位不正确" in answer.json()["id_number"][0]["text"]


def test_answers_are_given_to_one_person_only_so_often(cast: Cast, settings: LazySettings) -> None:
    settings.PAGE_RATES = settings.PAGE_RATES | {"hire_check": "3/min"}
    hr = as_person(cast.hr)
    assert [hr.post(CHECK, {"phone": "1"}).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert as_person(cast.hr_beta).post(CHECK, {"phone": "1"}).status_code == 200


def test_checks_and_pictures_are_for_enterprises(cast: Cast) -> None:
    for address in (CHECK, CARD, CODE):
        assert as_person(cast.clerk).post(address).status_code == 403


def test_a_hire_with_consent_makes_both_rows_in_one(cast: Cast) -> None:
    as_person(cast.hr).post(PAGE, sent())
    employment, entry = Employment.objects.get(), WorkerRegistration.objects.get()
    assert (entry.worker_id, entry.enterprise_id) == (employment.worker_id, cast.alpha.pk)
    assert entry.consent_version == sent()["consent"] and entry.method == "enterprise" and entry.is_front_line


def test_a_blank_form_proposes_today_and_twelve_months(cast: Cast) -> None:
    typed = as_person(cast.hr).get(PAGE).context["form"].typed
    start, end = date.fromisoformat(typed["contract_starts_on"]), date.fromisoformat(typed["contract_ends_on"])
    assert typed["hired_on"] == typed["contract_starts_on"] == timezone.localdate().isoformat()
    assert (end + timedelta(days=1)).year == start.year + 1


def test_another_trade_may_be_typed(cast: Cast) -> None:
    as_person(cast.hr).post(PAGE, sent(trade="", other_trade="激光裁床"))
    assert Employment.objects.get().posts.get().trade == "激光裁床"


def test_a_picture_is_read_and_its_fields_are_for_whoever_took_it(cast: Cast, reader: None) -> None:
    hr = as_person(cast.hr)
    taken = hr.post(CARD, {"card": file()})
    assert taken.status_code == 201 and taken.json()["state"] == "reading"
    said = hr.get(taken.json()["address"]).json()
    fields = said["fields"]
    assert said["state"] == "read" and fields["id_number"] == {"value": id_number(902), "is_sure": True}
    assert (fields["name"]["value"], fields["sex"]["value"], fields["nation"]["value"]) == ("黄秀英", "女", "壮")
    assert fields["address"] == {"value": "广东省示例市织布路18号", "is_sure": False}, (
        "read at 70 percent: please check"
    )
    assert as_person(cast.hr_beta).get(taken.json()["address"]).status_code == 404
    found = IdCardPicture.objects.get()
    assert found.unread is None and StoredFile.objects.count() == 1 == len(kept_files()), "only the marked one is left"
    kept = str(Job.objects.values().get()) + str(IdCardPicture.objects.values().get())
    kept += str(list(AuditEvent.objects.values()))
    assert id_number(902) not in kept and "黄秀英" not in kept


def test_the_picture_stays_with_the_hire_for_its_term_and_no_longer(cast: Cast, reader: None) -> None:
    hr = as_person(cast.hr)
    reference = hr.post(CARD, {"card": file()}).json()["reference"]
    done = hr.post(PAGE, sent(card_picture=reference), follow=True).content.decode()
    found = IdCardPicture.objects.get()
    assert found.employment == Employment.objects.get() and found.reading == "" and "自动删除" in done
    assert found.picture is not None and Image.open(io.BytesIO(found.picture.read())).format == "JPEG"
    day = timedelta(days=1)
    assert forget_card_pictures(actor=id_cards.CLEANER, before=timezone.now() + 29 * day) == 0
    assert forget_card_pictures(actor=id_cards.CLEANER, before=timezone.now() + 31 * day) == 1
    found.refresh_from_db()
    assert (found.picture_id, StoredFile.objects.count(), kept_files()) == (None, 0, []) and found.forgotten_at


def test_a_picture_whose_hire_is_never_sent_leaves_nothing(cast: Cast, reader: None) -> None:
    as_person(cast.hr).post(CARD, {"card": file()})
    assert forget_card_pictures(actor=id_cards.CLEANER, before=timezone.now() + timedelta(minutes=61)) == 1
    assert not kept_files() and IdCardPicture.objects.get().reading == ""


def test_without_the_reader_the_page_asks_to_type_and_shows_no_button(cast: Cast, no_reader: None) -> None:
    page = as_person(cast.hr).get(PAGE).content.decode()
    assert "需手工填写" in page and 'id="card"' not in page
    assert as_person(cast.hr).post(PAGE, sent()).status_code == 302


def test_without_scripts_the_picture_comes_with_the_form(cast: Cast, no_reader: None) -> None:
    hr = as_person(cast.hr)
    refused = hr.post(PAGE, sent(name="") | {"card": file()})
    assert set(refused.context["form"].errors) == {"name"} and refused.context["card"]
    hr.post(PAGE, sent(card_picture=refused.context["card"]))
    assert IdCardPicture.objects.get().employment == Employment.objects.get()


def test_a_bad_picture_is_refused_in_words_and_leaves_nothing(cast: Cast, reader: None) -> None:
    hr = as_person(cast.hr)
    for content in (b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0" + b"\0" * 300):
        answer = hr.post(CARD, {"card": file(content or b" ")})
        assert answer.status_code == 422 and answer.json()["message"].count("。") == 2
    assert hr.post(CARD).status_code == 422
    assert not IdCardPicture.objects.exists() and not kept_files()


def known(cast: Cast, phone: str = "13900001234", order: int = 904) -> Worker:
    """Somebody who works at beta."""
    typed = sent(id_number=id_number(order), phone=phone, name="韦大明")
    assert as_person(cast.hr_beta).post(PAGE, typed).status_code == 302
    return Worker.objects.get(name="韦大明", person_key=Worker.objects.latest("pk").person_key)


def test_an_introducer_is_named_by_phone_and_shown_masked(cast: Cast) -> None:
    worker, hr = known(cast), as_person(cast.hr)
    answer = hr.post(CHECK, {"introducer": "139 0000 1234"}).json()["introducer"][0]
    assert answer == {"level": "good", "text": "引工人：韦**"}
    hr.post(PAGE, sent(introducer="13900001234"))
    assert Employment.objects.get(enterprise=cast.alpha).introducer == worker


def test_a_phone_of_two_people_names_neither(cast: Cast) -> None:
    known(cast)
    known(cast, order=906)
    answer = as_person(cast.hr).post(CHECK, {"introducer": "13900001234"}).json()["introducer"][0]
    assert answer["level"] == "bad" and "2 位" in answer["text"]


def test_an_introducer_is_named_by_a_picture_of_their_card(cast: Cast) -> None:
    worker, hr = known(cast), as_person(cast.hr)
    card = WorkerCard.objects.create(worker=worker, enterprise=cast.beta, issued_on=date(2023, 3, 1), status="valid")
    code = qr_png(f"https://yxt.example/c/{card.signed_reference}", pixels=400)
    said = hr.post(CODE, {"code": file(code, "code.png")}).json()
    assert "韦**" in str(hr.post(CHECK, {"introducer": said["code"]}).json())
    hr.post(PAGE, sent(introducer=said["code"]))
    assert Employment.objects.get(enterprise=cast.alpha).introducer == worker


def test_a_picture_without_a_code_says_so(cast: Cast) -> None:
    answer = as_person(cast.hr).post(CODE, {"code": file()})
    assert answer.status_code == 422 and "二维码" in answer.json()["message"]


def test_nobody_introduces_themselves(cast: Cast) -> None:
    known(cast)
    answer = as_person(cast.hr).post(PAGE, sent(id_number=id_number(904), introducer="13900001234"))
    assert set(answer.context["form"].errors) == {"introducer"}


def test_a_key_used_for_other_content_gets_a_new_key(cast: Cast) -> None:
    hr, first = as_person(cast.hr), sent()
    hr.post(PAGE, first)
    answer = hr.post(PAGE, first | {"name": "另一人", "id_number": id_number(902)})
    assert "whole" in answer.context["form"].errors and answer.context["form"].key != first["key"]


def test_a_script_is_told_where_to_go(cast: Cast) -> None:
    answer = as_person(cast.hr).post(PAGE, sent(), headers={"X-Sent-By": "script"})
    assert answer.json() == {"location": f"{PAGE}{Employment.objects.get().reference}/"}
