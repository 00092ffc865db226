"""Posters and cards: one stands at a time, what it says is looked up, and revoked stays revoked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.files import StoredFile, store_file
from park_workers.models import CardPrint, Employment, Membership, Poster, Worker, WorkerCard
from park_workers.services import card_faces, cards, posters
from park_workers.services.card_prints import employed_people, fetch_card_print, forget_old_prints, order_card_print
from park_workers.services.employments import record_leave
from park_workers.services.people import merge_workers
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, hire

pytestmark = pytest.mark.django_db
TODAY = Day.APPLIED
HERE = "https://yxt.example.gov.cn"


@standing
def work(cast: Cast) -> Employment:
    """Somebody at alpha."""
    return hire(cast, cast.alpha, 901)


@standing
def card(cast: Cast, work: Employment) -> WorkerCard:
    """Their card."""
    return cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY)


def says(card: WorkerCard, day: date = TODAY) -> str:
    """What a scan would say."""
    found = cards.card_of(card.signed_reference)
    assert found is not None
    return cards.standing_on(found, day).label


def test_a_card_says_what_is_so_today(cast: Cast, work: Employment, card: WorkerCard) -> None:
    assert says(card) == "在职"
    record_leave(actor=cast.hr, employment=work, left_on=TODAY, reason="辞职", day=TODAY)
    assert says(card) == "在职"  # the last day still counts
    assert says(card, TODAY + timedelta(days=1)) == "已离职"
    cards.revoke_card(actor=cast.hr, card=card, reason="工牌遗失")
    assert says(card) == "已作废"


def test_whoever_comes_back_finds_the_old_card_good_again(cast: Cast, work: Employment, card: WorkerCard) -> None:
    record_leave(actor=cast.hr, employment=work, left_on=date(2023, 3, 1), reason="辞职", day=TODAY)
    assert says(card) == "已离职"
    hire(cast, cast.alpha, 901, hired_on=date(2023, 5, 1))
    assert says(card) == "在职"


def test_work_elsewhere_is_no_work_here(cast: Cast, work: Employment, card: WorkerCard) -> None:
    record_leave(actor=cast.hr, employment=work, left_on=date(2023, 3, 1), reason="辞职", day=TODAY)
    hire(cast, cast.beta, 901, hired_on=date(2023, 4, 1))
    assert says(card) == "已离职"


def test_after_two_records_were_merged_either_card_looks_at_both(
    cast: Cast, work: Employment, card: WorkerCard
) -> None:
    record_leave(actor=cast.hr, employment=work, left_on=date(2023, 3, 1), reason="辞职", day=TODAY)
    other = hire(cast, cast.alpha, 903, hired_on=date(2023, 4, 1))
    merge_workers(actor=cast.clerk, duplicate=work.worker, into=other.worker, reason="同一人两个证件号", day=TODAY)
    assert says(card) == "在职"
    assert cards.standing_card(Worker.objects.get(pk=other.worker_id), cast.alpha) == card
    people = employed_people(cast.alpha, TODAY)
    assert cards.issue_cards(actor=cast.hr, enterprise=cast.alpha, workers=people, day=TODAY) == 0


def test_one_card_stands_and_asking_twice_gives_the_same(cast: Cast, work: Employment, card: WorkerCard) -> None:
    assert cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=TODAY) == card
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerCard.objects.create(status="valid", worker=work.worker, enterprise=cast.alpha, issued_on=TODAY)
    assert AuditEvent.objects.filter(code="card.issued").count() == 1


def test_a_replaced_card_is_revoked_and_names_its_successor(cast: Cast, card: WorkerCard) -> None:
    fresh = cards.replace_card(actor=cast.hr, card=card, reason="工牌损坏", day=TODAY)
    found = cards.card_of(card.signed_reference)
    assert found is not None and found.successor == fresh and (says(card), says(fresh)) == ("已作废", "在职")
    assert list(AuditEvent.objects.filter(code__startswith="card.").values_list("code", flat=True)) == [
        "card.issued", "card.revoke", "card.issued",
    ]  # fmt: skip


def test_nobody_gets_a_card_where_they_do_not_work(cast: Cast, work: Employment) -> None:
    with pytest.raises(RuleViolation, match="不在本企业在职"):
        cards.issue_card(actor=cast.hr_beta, worker=work.worker, enterprise=cast.beta, day=TODAY)
    assert not WorkerCard.objects.exists()


def test_cards_and_posters_are_the_firms_own_and_the_clerks(cast: Cast, card: WorkerCard) -> None:
    poster = posters.issue_poster(actor=cast.clerk, enterprise=cast.alpha, day=TODAY)
    for stranger in (cast.hr_beta, cast.reviewer, cast.base_clerk):
        for act in (
            lambda who: cards.revoke_card(actor=who, card=card, reason="工牌遗失"),
            lambda who: posters.revoke_poster(actor=who, poster=poster, reason="海报遗失"),
            lambda who: posters.issue_poster(actor=who, enterprise=cast.alpha, day=TODAY),
        ):
            with pytest.raises(PermissionRefused):
                act(stranger)
    assert list(WorkerCard.objects.visible_to(cast.hr_beta)) == list(Poster.objects.visible_to(cast.hr_beta)) == []


def test_revoked_stays_revoked_by_the_database_itself(cast: Cast, card: WorkerCard) -> None:
    cards.revoke_card(actor=cast.hr, card=card, reason="工牌遗失")
    with pytest.raises(TransitionRefused):
        cards.revoke_card(actor=cast.hr, card=card, reason="工牌遗失")
    back = "UPDATE park_workers_workercard SET status = 'valid', revoked_at = NULL, revoke_reason = '' WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(back, [card.pk])
    card.refresh_from_db()
    assert card.status == "revoked"


@pytest.mark.parametrize("reason", ["", "  ", "x"])
def test_revoking_needs_a_reason(cast: Cast, card: WorkerCard, reason: str) -> None:
    with pytest.raises(RuleViolation, match="没有填写原因"):
        cards.revoke_card(actor=cast.hr, card=card, reason=reason)


def test_a_poster_is_one_at_a_time_and_replaced_with_a_trace(cast: Cast) -> None:
    first = posters.issue_poster(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    assert posters.issue_poster(actor=cast.hr, enterprise=cast.alpha, day=TODAY) == first
    second = posters.replace_poster(actor=cast.hr, poster=first, reason="海报破损", day=TODAY)
    old, new = posters.poster_of(first.signed_reference), posters.poster_of(second.signed_reference)
    assert old is not None and new is not None
    assert (old.status, old.successor, new.status) == ("revoked", second, "valid")
    assert posters.standing_poster(cast.alpha) == second


def test_a_code_of_one_purpose_is_none_of_another(cast: Cast, card: WorkerCard) -> None:
    poster = posters.issue_poster(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    assert posters.poster_of(card.signed_reference) is None and cards.card_of(poster.signed_reference) is None
    assert cards.card_of(card.reference) is None  # without its signature


# --- how they look --------------------------------------------------------------------------------


def codes_in(picture: Image.Image) -> set[str]:
    """What a phone reads from a picture."""
    return {found.text for found in zxingcpp.read_barcodes(picture)}


def test_the_picture_of_a_card_holds_nothing_but_the_address(cast: Cast, card: WorkerCard) -> None:
    (face,) = card_faces.faces_of([card], day=TODAY, address=HERE)
    assert face.trade == "平车"
    picture = Image.open(io.BytesIO(card_faces.phone_card(face)))
    assert codes_in(picture) == {f"{HERE}/c/{card.signed_reference}/"} and picture.width >= 1080
    worker = card.worker
    for secret in (worker.open_id_number(), worker.name, worker.reference, str(worker.pk), cast.alpha.owner_key):  # type: ignore[attr-defined]
        assert secret not in card.signed_reference or secret == str(worker.pk)


def test_a_photo_stands_on_the_card_where_there_is_one(cast: Cast, card: WorkerCard) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "#c02020").save(out, "JPEG")
    Worker.objects.filter(pk=card.worker_id).update(photo=store_file(content=out.getvalue(), name="照片.jpg"))
    (face,) = card_faces.faces_of([WorkerCard.objects.get()], day=TODAY, address=HERE)
    picture = Image.open(io.BytesIO(card_faces.phone_card(face)))
    red, green, _ = picture.getpixel((int(16 * card_faces.PHONE_SCALE), int(44 * card_faces.PHONE_SCALE)))  # type: ignore[misc]
    assert red > 170 and green < 60


def test_the_poster_is_the_same_on_paper_and_on_the_screen(cast: Cast) -> None:
    poster = posters.issue_poster(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    wanted = {f"{HERE}/s/{poster.signed_reference}/"}
    page = pypdfium2.PdfDocument(card_faces.poster_pdf(poster, HERE))[0]
    text = page.get_textpage().get_text_bounded()
    assert cast.alpha.name in text and "发布日期 2023-05-04" in text
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    assert codes_in(page.render(scale=1.5).to_pil()) == wanted
    assert codes_in(Image.open(io.BytesIO(card_faces.poster_png(poster, HERE)))) == wanted


# --- sheets ---------------------------------------------------------------------------------------


def ordered(actor: Membership, cast: Cast, workers: list[int], key: str = "k") -> CardPrint:
    """Sheets of these people."""
    return order_card_print(
        actor=actor,
        enterprise=cast.alpha,
        workers=workers,
        choice="全部在职员工",
        day=TODAY,
        address=HERE,
        request_id=key,
    )


def test_sheets_hold_every_card_once_encrypted_and_counted(cast: Cast) -> None:
    hired = [hire(cast, cast.alpha, 901 + n) for n in range(12)]
    Worker.objects.filter(pk=hired[0].worker_id).update(name="㛃𬱟䶮·𠮷")
    made = ordered(cast.hr, cast, employed_people(cast.alpha, TODAY))
    made.refresh_from_db()
    assert made.job is not None and made.file is not None
    assert made.job.result == {"cards": 12, "pages": 2, "lacking": 1} and (made.job.done, made.job.total) == (12, 12)
    assert not made.file.path.read_bytes().startswith(b"%PDF") and b"%PDF" not in made.file.path.read_bytes()
    content = fetch_card_print(actor=cast.hr, card_print=made)
    pages = [page.render(scale=2).to_pil() for page in pypdfium2.PdfDocument(content)]
    found = codes_in(pages[0]) | codes_in(pages[1])
    assert found == {f"{HERE}/c/{card.signed_reference}/" for card in WorkerCard.objects.all()} and len(found) == 12
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()
    text += pypdfium2.PdfDocument(content)[1].get_textpage().get_text_bounded()
    assert "㛃𬱟䶮·〓" in text and "第 2 页 共 2 页" in text


def test_the_same_order_again_is_the_same_print(cast: Cast, work: Employment) -> None:
    first = ordered(cast.hr, cast, [work.worker_id])
    assert ordered(cast.hr, cast, [work.worker_id]) == first and CardPrint.objects.count() == 1
    assert ordered(cast.hr, cast, [work.worker_id], "k2") != first and WorkerCard.objects.count() == 1


def test_whom_a_print_is_for(cast: Cast) -> None:
    early = hire(cast, cast.alpha, 901, hired_on=date(2023, 2, 1))
    late = hire(cast, cast.alpha, 903, hired_on=date(2023, 4, 1))
    gone = hire(cast, cast.alpha, 905, hired_on=date(2023, 4, 1))
    theirs = hire(cast, cast.beta, 907)
    record_leave(actor=cast.hr, employment=gone, left_on=date(2023, 5, 1), reason="辞职", day=TODAY)
    assert set(employed_people(cast.alpha, TODAY)) == {early.worker_id, late.worker_id}
    assert employed_people(cast.alpha, TODAY, since=date(2023, 4, 1)) == [late.worker_id]
    assert employed_people(cast.alpha, TODAY, chosen=[early.pk, gone.pk, theirs.pk]) == [early.worker_id]


def test_a_print_for_nobody_or_by_a_stranger_is_refused(cast: Cast, work: Employment) -> None:
    with pytest.raises(RuleViolation, match="没有符合条件"):
        ordered(cast.hr, cast, [])
    with pytest.raises(PermissionRefused):
        ordered(cast.hr_beta, cast, [work.worker_id])
    made = ordered(cast.hr, cast, [work.worker_id])
    made.refresh_from_db()
    with pytest.raises(PermissionRefused):
        fetch_card_print(actor=cast.hr_beta, card_print=made)


def test_prints_are_forgotten_and_their_cards_stay_good(
    cast: Cast, work: Employment, django_capture_on_commit_callbacks: Any
) -> None:
    made = ordered(cast.hr, cast, [work.worker_id])
    made.refresh_from_db()
    assert made.file is not None
    place, files = made.file.path, StoredFile.objects.count()
    assert forget_old_prints() == 0 and place.exists()
    CardPrint.objects.update(recorded_at=timezone.now() - timedelta(days=settings.CARD_PRINT_DAYS))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_prints() == 1
    assert not place.exists() and StoredFile.objects.count() == files - 1
    made.refresh_from_db()
    with pytest.raises(RuleViolation, match="到期清理"):
        fetch_card_print(actor=cast.hr, card_print=made)
    assert says(WorkerCard.objects.get()) == "在职"
