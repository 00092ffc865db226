"""The scan screen, its receipt, and HR's pages of what was entered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from park_workers.foundation import captcha
from park_workers.models import Employment, Poster, ScanEntry, SpentCaptcha
from park_workers.models.scan_entries import ASK_IN_PERSON
from park_workers.services.consents import CURRENT
from park_workers.services.posters import issue_poster, revoke_poster
from park_workers.services.scan_entries import SCANNER, withdraw_entry
from tests.conftest import Cast
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.numbers import id_number
from tests.standing import standing

NUMBER, PHONE = id_number(51), "13800000051"
TERMS = {
    "hired_on": "2026-11-02",
    "contract_starts_on": "2026-11-02",
    "contract_ends_on": "2029-11-01",
    "form": "劳动合同",
}


@standing
def poster(cast: Cast) -> Poster:
    """Alpha's, hanging."""
    return issue_poster(actor=cast.hr, enterprise=cast.alpha, day=timezone.localdate())


def address_of(poster: Poster) -> str:
    """Where its code leads."""
    return f"/s/{poster.signed_reference}/"


def filled(poster: Poster, **more: str) -> dict[str, str]:
    """A screen just opened and filled in."""
    token = Client().get(address_of(poster)).context["screen"].token
    wrote = {"name": "王工", "id_number": NUMBER, "phone": PHONE, "trade": "平车", "consent": CURRENT.version}
    return {"screen": token} | wrote | more


def entered(poster: Poster, **more: str) -> ScanEntry:
    """The entry that came of it."""
    assert Client().post(address_of(poster), filled(poster, **more)).status_code == 302
    return ScanEntry.objects.latest("pk")


def receipt(entry: ScanEntry) -> str:
    """What the receipt says."""
    return Client().get(f"/s/receipt/{entry.signed_reference}/").content.decode()


def test_the_screen_needs_no_account_and_sets_no_cookie(poster: Poster) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(address_of(poster))
    assert "示例甲制衣有限公司" in page.content.decode() and CURRENT.parts[0][1] in page.content.decode()
    done = client.post(address_of(poster), filled(poster), follow=True)
    assert "已提交，等待人事确认" in done.content.decode() and not client.cookies
    entry = ScanEntry.objects.get()
    assert entry.reference in done.content.decode() and NUMBER not in done.content.decode()
    assert NUMBER not in done.redirect_chain[-1][0] and done["Cache-Control"].count("no-store")


def test_every_wrong_field_is_named_at_once_and_what_was_typed_is_kept(poster: Poster) -> None:
    answer = Client().post(address_of(poster), filled(poster, name="", id_number="4418", phone="123", consent=""))
    assert answer.status_code == 422 and not ScanEntry.objects.exists()
    assert set(answer.context["screen"].errors) == {"name", "id_number", "phone", "consent"}
    page = answer.content.decode()
    assert 'value="4418"' in page and 'value="123"' in page and "有 4 处需要修改" in page


def test_a_double_tap_is_one_entry(poster: Poster) -> None:
    sent = filled(poster)
    answers = [Client().post(address_of(poster), sent) for _ in range(2)]
    assert ScanEntry.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"].removesuffix("?again=1")


def test_a_screen_that_was_not_opened_here_is_sent_once_more(poster: Poster) -> None:
    answer = Client().post(address_of(poster), filled(poster, screen="forged"))
    assert answer.status_code == 422 and not ScanEntry.objects.exists()
    assert "再点一次" in answer.content.decode() and 'value="王工"' in answer.content.decode()
    again = filled(poster) | {"screen": answer.context["screen"].token}
    assert Client().post(address_of(poster), again).status_code == 302


def test_the_same_person_again_is_told_kindly_and_a_stranger_nothing(poster: Poster, cast: Cast) -> None:
    entry = entered(poster)
    again = Client().post(address_of(poster), filled(poster), follow=True).content.decode()
    assert "您已经提交过登记" in again and entry.reference in again
    as_person(cast.hr).post(f"/m/entries/{entry.reference}/", TERMS)
    proved = Client().post(address_of(poster), filled(poster), follow=True).content.decode()
    assert "您已经登记过了" in proved and "已确认" in proved
    stranger = Client().post(address_of(poster), filled(poster, phone="13900000052"), follow=True).content.decode()
    newcomer = Client().post(
        address_of(poster), filled(poster, id_number=id_number(59), phone="13900000059"), follow=True
    )
    references = ScanEntry.objects.order_by("-pk")[:2]
    pages = [stranger, newcomer.content.decode()]
    for page, row in zip(reversed(pages), references, strict=True):
        pages[pages.index(page)] = page.replace(row.signed_reference, "").replace(row.reference, "")
    assert pages[0] == pages[1]


def test_a_refused_stranger_reads_only_that_they_should_come_in_person(poster: Poster, cast: Cast) -> None:
    entered(poster)
    stranger = entered(poster, phone="13900000052")
    words = {"phrase": "姓名与证件不符", "note": "王工已在本厂上班"}
    as_person(cast.hr).post(f"/m/entries/{stranger.reference}/refuse/", words)
    assert ASK_IN_PERSON in receipt(stranger) and "上班" not in receipt(stranger)


def test_the_receipt_shows_the_state_as_it_is_now(poster: Poster, cast: Cast) -> None:
    entry, client = entered(poster), Client()
    live = f"/s/receipt/{entry.signed_reference}/?seen=1"
    assert client.get(live).status_code == 204
    as_person(cast.hr).post(f"/m/entries/{entry.reference}/", TERMS)
    part = client.get(live).content.decode()
    assert "已确认" in part and "<html" not in part and "data-live" not in part
    card = re.search(r'href="(/c/[a-z0-9]+/)"', part)
    assert card and "打开我的工牌" in part


def test_a_worker_takes_back_what_waits(poster: Poster) -> None:
    entry = entered(poster)
    assert "已撤回" in Client().post(f"/s/receipt/{entry.signed_reference}/withdraw/", follow=True).content.decode()
    entry.refresh_from_db()
    assert entry.status == "withdrawn" and entered(poster).status == "waiting"


def test_a_revoked_poster_and_a_forged_one_lead_nowhere(poster: Poster, cast: Cast) -> None:
    sent = filled(poster)
    revoke_poster(actor=cast.hr, poster=poster, reason="海报遗失")
    for answer in (Client().get(address_of(poster)), Client().post(address_of(poster), sent)):
        assert answer.status_code == 410 and "作废" in answer.content.decode()
    assert Client().get(f"/s/{'a' * 29}/").status_code == 404
    assert not ScanEntry.objects.exists()


# --- the captcha --------------------------------------------------------------------------------


def solved(answer: Any) -> dict[str, str]:
    """The right answer to a page's question, by trying: its hashes travel with it."""
    token = answer.context["screen"].captcha.token
    question = captcha.open_token(token)
    assert question is not None
    sums = [str(n) for n in range(30) if question.is_answered_by(str(n))]
    return {"question": token, "captcha": sums[0]}


def test_a_captcha_is_asked_only_after_repeated_tries(poster: Poster, settings: LazySettings) -> None:
    settings.SCAN_FREE_TRIES = 2
    for n in range(2):
        page = Client().get(address_of(poster))
        assert page.context["screen"].captcha is None
        assert Client().post(address_of(poster), filled(poster, id_number=id_number(60 + n))).status_code == 302
    asked = Client().get(address_of(poster))
    assert "data:image/png;base64," in asked.content.decode() and "等于几" in asked.content.decode()
    refused = Client().post(address_of(poster), filled(poster, name="", captcha="1", question="x"))
    assert set(refused.context["screen"].errors) == {"name", "captcha"}
    sent = filled(poster) | {"screen": refused.context["screen"].token} | solved(refused)
    assert Client().post(address_of(poster), sent).status_code == 302
    elsewhere = Client().get(address_of(poster), REMOTE_ADDR="198.51.100.9")
    assert elsewhere.context["screen"].captcha is None


def test_a_captcha_counts_once_and_for_its_own_screen(poster: Poster, settings: LazySettings) -> None:
    settings.SCAN_FREE_TRIES = 0
    page = Client().get(address_of(poster))
    sent = filled(poster) | {"screen": page.context["screen"].token} | solved(page)
    other_screen = filled(poster) | solved(page)
    assert Client().post(address_of(poster), other_screen).status_code == 422
    assert Client().post(address_of(poster), sent).status_code == 302
    again = Client().post(address_of(poster), sent | {"id_number": id_number(61)})
    assert set(again.context["screen"].errors) == {"captcha"}
    assert SpentCaptcha.objects.count() == 1 and ScanEntry.objects.count() == 1


def test_who_answered_rightly_is_not_asked_again_for_another_mistake(poster: Poster, settings: LazySettings) -> None:
    settings.SCAN_FREE_TRIES = 0
    page = Client().get(address_of(poster))
    sent = filled(poster) | {"screen": page.context["screen"].token} | solved(page)
    wrong = Client().post(address_of(poster), sent | {"phone": "123"})
    assert set(wrong.context["screen"].errors) == {"phone"} and wrong.context["screen"].captcha is None
    mended = sent | {"question": wrong.context["screen"].passed, "captcha": ""}
    assert Client().post(address_of(poster), mended).status_code == 302


@pytest.mark.parametrize(
    ("typed", "is_right"), [("12", True), ("１２ ", True), ("十二", True), ("一二", True), ("十三", False)]
)
def test_the_sum_in_words_may_be_answered_in_any_digits(typed: str, is_right: bool) -> None:
    question = captcha.Question("n", "k", (captcha._hash("n", "12"),))
    assert question.is_answered_by(typed) == is_right


def test_an_old_question_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token = captcha.ask("k").token
    assert captcha.open_token(token) is not None and captcha.open_token(token + "x") is None
    monkeypatch.setattr(signing.time, "time", lambda: 10**10)
    assert captcha.open_token(token) is None


# --- HR -----------------------------------------------------------------------------------------


def test_hr_sees_an_entry_at_once_and_asks_lightly(poster: Poster, cast: Cast) -> None:
    hr = as_person(cast.hr)
    page = hr.get("/m/entries/")
    seen = f"/m/entries/?seen={page.context['stamp']}"
    todos = f"/m/entries/todos/?seen={hr.get('/m/').context['stamp']}"
    assert hr.get(seen).status_code == hr.get(todos).status_code == 204
    entry = entered(poster)
    assert "王工" in hr.get(seen).content.decode() and "扫码登记待确认" in hr.get(todos).content.decode()
    assert "扫码登记待确认" in text_of(cast.hr, "/m/") and NUMBER not in text_of(cast.hr, "/m/entries/")
    fresh = hr.get("/m/entries/").context["stamp"]
    withdraw_entry(actor=SCANNER, entry=entry, day=timezone.localdate())
    assert hr.get(f"/m/entries/?seen={fresh}").status_code == 200
    assert as_person(cast.hr_beta).get("/m/entries/").context["waiting"] == []


def test_looking_by_itself_keeps_no_session_alive(cast: Cast, settings: LazySettings) -> None:
    hr = as_person(cast.hr)
    hr.get("/m/entries/")
    session = hr.session
    session["seen_at"] -= 120
    session.save()
    hr.get("/m/entries/?seen=x", headers={"X-Unattended": "1"})
    assert hr.session["seen_at"] == session["seen_at"]
    hr.get("/m/entries/")
    assert hr.session["seen_at"] > session["seen_at"]


def test_the_question_whether_anything_is_new_costs_few_queries(cast: Cast) -> None:
    client = as_person(cast.hr)
    stamp = client.get("/m/entries/").context["stamp"]
    with CaptureQueriesContext(connection) as caught:
        assert client.get(f"/m/entries/?seen={stamp}").status_code == 204
    assert len(caught) <= 5
    assert queries_of(cast.hr, "/m/entries/") <= 9


def test_hr_completes_the_hire_and_every_wrong_term_is_named(poster: Poster, cast: Cast) -> None:
    entry, hr = entered(poster), as_person(cast.hr)
    page = hr.get(f"/m/entries/{entry.reference}/").content.decode()
    assert NUMBER not in page and PHONE not in page and "441899********" in page and "138****0051" in page
    wrong = hr.post(f"/m/entries/{entry.reference}/", {"hired_on": "昨天", "form": "劳动合同", "trade": "平车"})
    assert wrong.status_code == 422 and {"hired_on", "contract_starts_on"} <= set(wrong.context["form"].errors)
    done = hr.post(f"/m/entries/{entry.reference}/", TERMS | {"trade": "平车", "is_front_line": "1"}, follow=True)
    assert "已确认：王工" in done.content.decode()
    employment = Employment.objects.get()
    assert (str(employment.hired_on), employment.source, employment.posts.get().trade) == ("2026-11-02", "qr", "平车")
    again = hr.post(f"/m/entries/{entry.reference}/", TERMS)
    assert again.status_code == 422 and "当前状态为“已确认”" in again.content.decode()


def test_hr_may_register_the_person_before_the_contract_is_signed(poster: Poster, cast: Cast) -> None:
    entry = entered(poster)
    as_person(cast.hr).post(f"/m/entries/{entry.reference}/", {"only_register": "1", "trade": "平车"})
    entry.refresh_from_db()
    assert entry.status == "confirmed" and not Employment.objects.exists()
    assert "工牌请向企业人事领取" in receipt(entry)


def test_hr_refuses_with_a_reason_one_tap_away(poster: Poster, cast: Cast) -> None:
    entry, hr = entered(poster), as_person(cast.hr)
    address = f"/m/entries/{entry.reference}/refuse/"
    assert hr.post(address, {}).status_code == 422
    assert "已退回：王工" in hr.post(address, {"phrase": "姓名与证件不符"}, follow=True).content.decode()
    assert "姓名与证件不符" in receipt(entry) and "重新填写" in receipt(entry)
    again = entered(poster)
    assert "上次" in receipt(again) and "姓名与证件不符" in receipt(again)


def test_another_enterprises_entry_is_no_entry(poster: Poster, cast: Cast) -> None:
    entry, beta = entered(poster), as_person(cast.hr_beta)
    for address in (f"/m/entries/{entry.reference}/", f"/m/entries/{entry.reference}/refuse/"):
        assert beta.get(address).status_code == beta.post(address, TERMS).status_code == 404
    entry.refresh_from_db()
    assert entry.status == "waiting" and as_person(cast.clerk).get("/m/entries/").status_code == 403


def test_the_bureau_sees_how_many_wait(poster: Poster, cast: Cast) -> None:
    entered(poster)
    assert "1 人已扫码登记，等待企业人事确认" in text_of(cast.clerk, f"/enterprises/{cast.alpha.pk}/")
