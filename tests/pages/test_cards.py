"""Pages of posters and cards: what the firm does with them, and what whoever scans one is told."""

from __future__ import annotations

import io
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
import zxingcpp
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image

from pages.public import scan_screen, scans
from park_workers.foundation.links import new_link_reference, sign_reference
from park_workers.models import CardPrint, Employment, Poster, WorkerCard
from park_workers.services import cards, posters
from park_workers.services.employments import record_leave
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.standing import standing
from tests.subsidies.stage import hire

pytestmark = pytest.mark.django_db


@standing
def work(cast: Cast) -> Employment:
    """Somebody at alpha."""
    return hire(cast, cast.alpha, 901)


@standing
def card(cast: Cast, work: Employment) -> WorkerCard:
    """Their card."""
    return cards.issue_card(actor=cast.hr, worker=work.worker, enterprise=cast.alpha, day=timezone.localdate())


@standing
def poster(cast: Cast) -> Poster:
    """Alpha's poster."""
    return posters.issue_poster(actor=cast.hr, enterprise=cast.alpha, day=timezone.localdate())


def scanned(address: str, status: int = 200) -> str:
    """What anybody gets who scans, without a cookie."""
    answer = Client().get(address)
    assert answer.status_code == status, answer.status_code
    assert not answer.cookies and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


# --- scanning -------------------------------------------------------------------------------------


def test_a_scan_shows_masked_name_firm_trade_and_day_and_nothing_personal(card: WorkerCard, work: Employment) -> None:
    text = scanned(f"/c/{card.signed_reference}/")
    day = timezone.localdate()
    for shown in ("在职", "工**", card.enterprise.name, "平车", f"截至 {day.year}年{day.month}月{day.day}日"):
        assert shown in text
    worker = work.worker
    for hidden in (
        worker.name,
        worker.open_id_number(),
        worker.open_id_number()[-4:],
        worker.reference,
        work.reference,
    ):  # type: ignore[attr-defined]
        assert hidden not in text


def test_a_scan_after_leaving_says_so_without_the_day(cast: Cast, card: WorkerCard, work: Employment) -> None:
    left = timezone.localdate() - timedelta(days=40)
    record_leave(actor=cast.hr, employment=work, left_on=left, reason="辞职", day=timezone.localdate())
    text = scanned(f"/c/{card.signed_reference}/")
    assert "已离职" in text and "平车" not in text and "辞职" not in text
    assert left.isoformat() not in text and f"{left.month}月{left.day}日" not in text


def test_a_revoked_card_says_so_and_what_to_do(cast: Cast, card: WorkerCard) -> None:
    cards.replace_card(actor=cast.hr, card=card, reason="工牌遗失", day=timezone.localdate())
    text = scanned(f"/c/{card.signed_reference}/", 410)
    assert "已作废" in text and "已另发新工牌" in text and "工牌遗失" not in text


def test_forged_and_never_given_out_are_one_answer(card: WorkerCard) -> None:
    forged = scanned(f"/c/{card.reference}{'a' * 13}/", 404)
    unknown = scanned(f"/c/{sign_reference(new_link_reference(), purpose='card')}/", 404)
    typed = scanned("/c/看看/", 404)
    assert forged == typed == unknown and "不是由本系统发出的" in forged


def test_a_swapped_code_is_refused_and_named(card: WorkerCard, poster: Poster) -> None:
    assert "属于企业登记海报，不是工牌" in scanned(f"/c/{poster.signed_reference}/", 404)
    assert "属于工牌，不是企业登记海报" in scanned(f"/s/{card.signed_reference}/", 404)


def test_a_poster_welcomes_until_it_is_replaced_or_revoked(cast: Cast, poster: Poster) -> None:
    address = f"/s/{poster.signed_reference}/"
    assert "欢迎到" in scanned(address) and cast.alpha.name in scanned(address)
    fresh = posters.replace_poster(actor=cast.hr, poster=poster, reason="海报破损", day=timezone.localdate())
    text = scanned(address, 410)
    assert "已作废" in text and "扫新海报" in text and "欢迎" not in text and fresh.signed_reference not in text
    posters.revoke_poster(actor=cast.hr, poster=fresh, reason="暂停招工")
    text = scanned(f"/s/{fresh.signed_reference}/", 410)
    assert "停用" in text and "人事" in text and "暂停招工" not in text
    assert "不是由本系统发出的" in scanned("/s/" + "a" * 29 + "/", 404)


@pytest.mark.parametrize(("view", "guesses"), [(scans.card_page, 10_000), (scan_screen.scan_screen, 1_000)])
def test_ten_thousand_guesses_find_nothing_and_are_throttled(
    view: Callable[..., HttpResponse], guesses: int, card: WorkerCard, poster: Poster, settings: LazySettings
) -> None:
    settings.PAGE_RATES = settings.PAGE_RATES | {"guess": "30/day", "scanning": "10000/day", "reading": "10000/day"}
    answers: Counter[int] = Counter()
    for _ in range(guesses):
        guess = card.reference + secrets.token_hex(6) + "a"  # even the reference is known, only the signature is not
        answers[view(RequestFactory().get("/"), signed=guess).status_code] += 1
    assert sorted(answers) == [404, 429] and answers[404] <= 60  # 30 a day, and midnight may come
    assert Client(REMOTE_ADDR="198.51.100.9").get(f"/c/{card.signed_reference}/").status_code == 200


# --- the firm's pages -----------------------------------------------------------------------------


def test_a_firm_makes_replaces_and_revokes_its_poster(cast: Cast) -> None:
    client = as_person(cast.hr)
    assert "还没有有效的海报" in text_of(cast.hr, "/m/poster/")
    client.post("/m/poster/")
    client.post("/m/poster/")  # a second tap
    first = Poster.objects.get()
    refused = client.post("/m/poster/withdraw/", {"then": "replace"})
    assert refused.status_code == 422 and "没有填写原因" in refused.content.decode()
    client.post("/m/poster/withdraw/", {"then": "replace", "phrase": "海报破损", "note": "雨淋"})
    first.refresh_from_db()
    assert first.revoke_reason == "海报破损；雨淋" and first.successor is not None
    client.post("/m/poster/withdraw/", {"then": "revoke", "phrase": "暂停招工"})
    assert not Poster.objects.standing().exists() and "暂停招工" in text_of(cast.hr, "/m/poster/")
    assert client.get("/m/poster/file/pdf/").status_code == 404


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("png", "image/png")])
def test_a_poster_is_a_plain_download_with_a_chinese_name(cast: Cast, poster: Poster, form: str, kind: str) -> None:
    answer = as_person(cast.hr).get(f"/m/poster/file/{form}/")
    assert answer["Content-Type"] == kind and "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert f"filename*=UTF-8''{cast.alpha.name}登记海报" in unquote(answer["Content-Disposition"])


def test_codes_lead_to_the_public_address_when_there_is_one(
    cast: Cast, card: WorkerCard, work: Employment, settings: LazySettings
) -> None:
    address = f"/m/cards/{work.worker.reference}/picture/png/"

    def code() -> str:
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(as_person(cast.hr).get(address).content)))
        return str(found.text)

    assert code() == f"http://testserver/c/{card.signed_reference}/"
    settings.PUBLIC_ADDRESS = "https://yxt.example.gov.cn"
    assert code() == f"https://yxt.example.gov.cn/c/{card.signed_reference}/"


def test_a_card_is_issued_kept_revoked_and_issued_again(cast: Cast, work: Employment) -> None:
    client, address = as_person(cast.hr), f"/m/cards/{work.worker.reference}/"
    assert client.get(f"{address}picture/png/").status_code == 404
    client.post(address)
    client.post(address)  # a second tap
    card = WorkerCard.objects.get()
    picture = client.get(f"{address}picture/png/")
    assert f"filename*=UTF-8''工牌-{work.worker.name}.png" in unquote(picture["Content-Disposition"])
    client.post(f"{address}withdraw/", {"then": "revoke", "phrase": "工牌遗失"})
    card.refresh_from_db()
    assert card.status == "revoked" and "工牌遗失" in text_of(cast.hr, address)
    client.post(address)
    assert WorkerCard.objects.standing().count() == 1


def test_a_name_with_a_sign_that_the_font_lacks_is_told_before_printing(cast: Cast, card: WorkerCard) -> None:
    type(card.worker).objects.filter(pk=card.worker_id).update(name="𠮷田")
    assert "字库里没有“𠮷”" in text_of(cast.hr, f"/m/cards/{card.worker.reference}/")


def test_sheets_are_ordered_watched_and_fetched(cast: Cast, work: Employment) -> None:
    client = as_person(cast.hr)
    wrong = client.post("/m/cards/print/", {"whom": "since", "since": "昨天", "key": "k1"})
    assert wrong.status_code == 422 and "昨天" in wrong.content.decode()
    assert client.post("/m/cards/print/", {"whom": "some", "key": "k1"}).status_code == 422
    for _ in range(2):  # a second tap
        answer = client.post("/m/cards/print/", {"whom": "some", "one": [work.pk], "key": "k1"})
    made = CardPrint.objects.get()
    assert answer["Location"] == f"/m/cards/print/{made.reference}/"
    assert "已做好" in text_of(cast.hr, answer["Location"]) and "1 张工牌" in text_of(cast.hr, answer["Location"])
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "已做好" in part and "<html" not in part
    pdf = client.get(f"{answer['Location']}file/")
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"


def test_another_firms_cards_posters_and_sheets_are_no_pages(cast: Cast, work: Employment, card: WorkerCard) -> None:
    client = as_person(cast.hr)
    client.post("/m/cards/print/", {"whom": "all", "key": "k1"})
    made, stranger = CardPrint.objects.get(), as_person(cast.hr_beta)
    person = f"/m/cards/{work.worker.reference}/"
    for address in (
        person, f"{person}withdraw/", f"{person}picture/png/", f"/m/cards/print/{made.reference}/",
        f"/m/cards/print/{made.reference}/file/", "/m/poster/file/pdf/",
    ):  # fmt: skip
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(person).status_code == 404
    assert work.worker.name not in text_of(cast.hr_beta, "/m/cards/")
    theirs = stranger.post("/m/cards/print/", {"whom": "some", "one": [work.pk], "key": "k2"})
    assert theirs.status_code == 422 and CardPrint.objects.count() == 1


def test_a_base_and_staff_have_no_phone_pages_of_cards(cast: Cast, work: Employment) -> None:
    for member in (cast.base_clerk, cast.finance, cast.auditor):
        for address in ("/m/cards/", "/m/poster/", f"/m/cards/{work.worker.reference}/"):
            assert as_person(member).get(address).status_code == 403
