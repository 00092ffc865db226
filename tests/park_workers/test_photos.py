"""A worker's photo: of somebody employed, drawn anew, encrypted, deleted for good when another takes its place."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.files import StoredFile
from park_workers.models import Employment, Worker, WorkerCard
from park_workers.services import card_faces, cards, photos
from park_workers.services.employments import record_leave
from park_workers.services.people import merge_workers
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, hire

pytestmark = pytest.mark.django_db
TODAY = Day.APPLIED


def portrait(colour: str = "navy", size: tuple[int, int] = (600, 800)) -> bytes:
    """A photo with a note of where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken-at-home"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@standing
def work(cast: Cast) -> Employment:
    """Somebody at alpha."""
    return hire(cast, cast.alpha, 901)


def keep(cast: Cast, work: Employment, content: bytes) -> Worker:
    return photos.keep_photo(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, content=content, day=TODAY)


def colour_on_card(card: WorkerCard) -> tuple[int, ...]:
    """The middle of the place of the photo."""
    found = WorkerCard.objects.select_related("worker__photo", "enterprise__organisation").get(pk=card.pk)
    (face,) = card_faces.faces_of([found], day=TODAY, address="https://yxt.example.gov.cn")
    assert face.photo is not None
    shown = Image.open(io.BytesIO(face.photo)).convert("RGB")
    middle = shown.getpixel((shown.width // 2, shown.height // 2))
    assert isinstance(middle, tuple)
    return middle


def test_a_photo_is_drawn_anew_and_stands_on_the_card(cast: Cast, work: Employment) -> None:
    card = cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY)
    person = keep(cast, work, portrait("red"))
    assert person.photo is not None and b"taken-at-home" not in person.photo.read()
    red, green, blue = colour_on_card(card)
    assert red > 200 and green < 60 and blue < 60


def test_a_later_photo_takes_the_place_of_the_first_which_is_gone(cast: Cast, work: Employment) -> None:
    first = keep(cast, work, portrait("red")).photo
    second = keep(cast, work, portrait("blue")).photo
    assert first is not None and second is not None and first.pk != second.pk
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    photos.forget_photo(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY)
    assert not StoredFile.objects.exists() and Worker.objects.get(pk=work.worker_id).photo is None


def test_a_card_issued_before_two_records_became_one_shows_the_photo_of_the_person(
    cast: Cast, work: Employment
) -> None:
    card = cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY)
    kept = hire(cast, cast.beta, 902).worker
    merge_workers(actor=cast.clerk, duplicate=work.worker, into=kept, reason="同一人两个号码", day=TODAY)
    work.worker.refresh_from_db()
    keep(cast, work, portrait("red"))
    assert colour_on_card(card)[0] > 200


def test_only_those_employed_here_get_one_and_only_pictures_are_taken(cast: Cast, work: Employment) -> None:
    with pytest.raises(FileRefused):
        keep(cast, work, b"MZ no picture")
    with pytest.raises(PermissionRefused):
        photos.keep_photo(actor=cast.hr_beta, worker=work.worker, enterprise=cast.alpha, content=portrait(), day=TODAY)
    record_leave(actor=cast.hr, employment=work, left_on=date(2023, 3, 31), reason="辞职", day=TODAY)
    with pytest.raises(RuleViolation, match="不在本企业在职"):
        keep(cast, work, portrait())
    assert not StoredFile.objects.exists()


def test_the_page_takes_a_photo_says_what_is_wrong_with_a_bad_one_and_deletes_it(cast: Cast, work: Employment) -> None:
    client = Client()
    client.force_login(cast.hr.user)
    address = reverse("card_photo", args=[work.worker.reference])
    cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY)
    bad = client.post(address, {"photo": io.BytesIO(b"nothing")}, follow=True)
    assert "照片" in bad.content.decode() and not StoredFile.objects.exists()
    good = client.post(address, {"photo": io.BytesIO(portrait())}, follow=True)
    assert "照片已放上工牌" in good.content.decode() and "删除照片" in good.content.decode()
    gone = client.post(address, {"then": "forget"}, follow=True)
    assert "照片已删除" in gone.content.decode() and not StoredFile.objects.exists()
