"""Money on the phone: policies by group with reasons, a claim confirmed, an account proposed, a correction answered."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.models import PayeeAccount
from subsidies.models import ClaimConfirmation, CorrectionRequest
from subsidies.services.confirmations import COMMITMENT, ask_confirmation
from subsidies.services.corrections import ask_correction
from subsidies.services.decisions import hold_line
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.standing import standing
from tests.subsidies.stage import (
    MONTHS,
    Stage,
    bank_rows,
    give_return,
    hire,
    make_file,
    send_file,
    take_to,
)
from tests.subsidies.test_confirmations import claim_of

NEW_ACCOUNT = "6222020000000000018"
CLAIM = "/m/claims/{}/"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 May 2023 at every door: the list of April is the last one."""
    for place in ("phone.home", "phone.money", "phone.claims", "phone.claim_steps", "phone.confirming", "phone.account",
                  "phone.corrections", "desk.confirmations", "desk.corrections", "desk.steps", "desk.today", "public.notices"):  # fmt: skip
        monkeypatch.setattr(f"pages.{place}.business_day", lambda: date(2023, 5, 10))


@standing
def asked(stage: Stage) -> Stage:
    take_to(stage, "computed")
    ask_confirmation(actor=stage.cast.clerk, batch=stage.batch, working_days=5, day=date(2023, 5, 10))
    return stage


def correction(stage: Stage, **more: object) -> CorrectionRequest:
    arguments = {
        "about": "contract",
        "text": "合同起止日请核对",
        "until": date(2023, 5, 15),
        "employment": stage.hires[0],
    } | more
    return ask_correction(
        actor=stage.cast.clerk, enterprise=stage.cast.alpha, day=date(2023, 5, 10), **arguments  # type: ignore[arg-type]
    )  # fmt: skip


def test_each_policy_says_who_is_eligible_now_who_will_be_with_the_date_and_who_is_not(stage: Stage) -> None:
    soon = hire(stage.cast, stage.cast.alpha, 910, hired_on=date(2023, 3, 1), months=MONTHS[1:])
    late = hire(stage.cast, stage.cast.alpha, 911, hired_on=date(2023, 4, 1), months=MONTHS[2:])
    page = text_of(stage.cast.hr, "/m/money/")
    assert "¥4,000.00" in page and "最早 2023年5月31日" in page and "截至 2023-04 的社保缴费名单" in page
    people = "/m/money/people/?policy=HIRE&group="
    assert str(stage.hires[0].worker) in text_of(stage.cast.hr, f"{people}now")
    ripe = text_of(stage.cast.hr, f"{people}soon")
    assert "2023-05-31" in ripe and f"/m/money/people/{soon.pk}/" in ripe and "不中断" in ripe
    refused = text_of(stage.cast.hr, f"{people}refused&reason=INSURED_MONTHS_SHORT")
    assert f"/m/money/people/{late.pk}/" in refused and "连续参保不足" in refused
    assert (
        f"/m/money/people/{late.pk}/"
        not in text_of(stage.cast.hr, f"{people}refused&reason=NOT_FRONT_LINE").split("m-picks")[0]
    )


def test_a_person_is_explained_clause_by_clause_with_who_can_supply_what_is_missing(stage: Stage) -> None:
    late = hire(stage.cast, stage.cast.alpha, 911, hired_on=date(2023, 4, 1), months=MONTHS[2:])
    page = text_of(stage.cast.hr, f"/m/money/people/{late.pk}/?policy=HIRE")
    assert "连续参保 1 个月，差 2 个月" in page and "条款待核定" in page
    assert "谁来补" in page and "社保缴费名单：" in page and "劳动法 第十五条" in page


def test_another_firms_person_or_an_unknown_policy_is_no_page(stage: Stage) -> None:
    client = as_person(stage.cast.hr)
    assert client.get(f"/m/money/people/{stage.hires[2].pk}/?policy=HIRE").status_code == 404
    assert client.get(f"/m/money/people/{stage.hires[0].pk}/?policy=NONE").status_code == 404
    assert client.get("/m/money/people/?policy=NONE").status_code == 404


def test_a_computed_claim_is_seen_only_once_the_clerk_has_asked(stage: Stage) -> None:
    take_to(stage, "computed")
    address = CLAIM.format(claim_of(stage).reference)
    client = as_person(stage.cast.hr)
    assert client.get(address).status_code == 404
    answer = as_person(stage.cast.clerk).post(f"/batches/{stage.batch.pk}/confirmations/", {"days": "5"}, follow=True)
    assert "待确认 2 家" in answer.content.decode()
    assert client.get(address).status_code == 200
    assert "待确认申报" in text_of(stage.cast.hr, "/m/") and "¥4,000.00" in text_of(stage.cast.hr, "/m/")


def test_a_claim_is_confirmed_with_commitment_and_account(asked: Stage) -> None:
    client, reference = as_person(asked.cast.hr), claim_of(asked).reference
    page = client.get(CLAIM.format(reference))
    assert "还剩 5 个工作日" in page.content.decode() and "**** 0001" in page.content.decode()
    sent = {"digest": page.context["state"].digest, "account": page.context["account"].pk}
    refused = client.post(CLAIM.format(reference) + "confirm/", sent, follow=True)
    assert "请先阅读并勾选承诺" in refused.content.decode() and not ClaimConfirmation.objects.exists()
    for _ in range(2):
        done = client.post(CLAIM.format(reference) + "confirm/", sent | {"commitment": COMMITMENT}, follow=True)
    assert ClaimConfirmation.objects.count() == 1 and "确认：2 人，¥4,000.00" in done.content.decode()
    assert "待确认申报" not in text_of(asked.cast.hr, "/m/")
    desk = text_of(asked.cast.clerk, f"/batches/{asked.batch.pk}/")
    assert "已确认 1 家，待确认 1 家" in desk


def test_a_held_line_is_told_with_its_reason_and_asks_again(asked: Stage) -> None:
    client, reference = as_person(asked.cast.hr), claim_of(asked).reference
    page = client.get(CLAIM.format(reference))
    sent = {"digest": page.context["state"].digest, "account": page.context["account"].pk, "commitment": COMMITMENT}
    client.post(CLAIM.format(reference) + "confirm/", sent)
    hold_line(actor=asked.cast.clerk, line=asked.line_of(asked.hires[0]), reason="材料需核实", day=date(2023, 5, 10))
    text = text_of(asked.cast.hr, CLAIM.format(reference))
    assert "名单在您确认后有变动" in text and "材料需核实" in text and "本批次暂缓" in text
    assert "确认 1 人，¥2,000.00" in text


def test_the_way_of_a_claim_has_its_days_the_notice_and_how_to_object(asked: Stage) -> None:
    take_to(asked, "in_notice")
    text = text_of(asked.cast.hr, CLAIM.format(claim_of(asked).reference))
    notice = asked.batch.notices.get()
    assert f"/notices/{notice.reference}/objection/" in text and "2023-05-05" in text and "未确认" in text
    assert asked.cast.reviewer.user.display_name not in text


def test_a_bounced_payment_says_why_and_what_to_do_and_waits_on_the_first_page(stage: Stage) -> None:
    take_to(stage, "answered")
    made = make_file(stage)
    send_file(stage, made)
    give_return(stage, made, *bank_rows(made, failed=(1,)))
    text = text_of(stage.cast.hr, CLAIM.format(claim_of(stage).reference))
    assert "账号已销户" in text and "退票怎么办" in text
    home = text_of(stage.cast.hr, "/m/")
    assert "银行退票，请核对账户" in home and "/m/money/account/" in home
    assert "银行退票" not in text_of(stage.cast.hr_beta, "/m/")


def test_an_account_is_proposed_and_its_number_stands_nowhere(stage: Stage) -> None:
    client = as_person(stage.cast.hr)
    wrong = client.post("/m/money/account/", {"account": NEW_ACCOUNT, "bank_name": "示例银行"})
    assert (
        wrong.status_code == 422 and NEW_ACCOUNT not in wrong.content.decode() and "示例银行" in wrong.content.decode()
    )
    typed = {"account": NEW_ACCOUNT, "bank_name": "示例银行", "reason": "原账户已销户", "evidence": "开户许可证 1"}
    done = client.post("/m/money/account/", typed, follow=True)
    change = PayeeAccount.objects.get(status="proposed")
    assert change.organisation_id == stage.cast.alpha.pk and change.last_four == "0018"
    assert "正在等待区人社局审批" in done.content.decode() and NEW_ACCOUNT not in done.content.decode()
    assert "0018" in text_of(stage.cast.approver_1, "/account-changes/")


def test_a_correction_reaches_the_phone_is_answered_and_comes_back_to_the_clerk(stage: Stage) -> None:
    take_to(stage, "computed")
    clerk, line = as_person(stage.cast.clerk), stage.line_of(stage.hires[0])
    assert f"/corrections/new/?line={line.pk}" in text_of(
        stage.cast.clerk, f"/batches/{stage.batch.pk}/lines/{line.pk}/"
    )
    empty = clerk.post(f"/corrections/new/?line={line.pk}", {"until": "x"})
    assert empty.status_code == 422 and empty.content.decode().count("field-error") >= 3
    typed = {"about": "contract", "note": "合同起止日请核对", "until": "2023-05-15"}
    clerk.post(f"/corrections/new/?line={line.pk}", typed)
    made = CorrectionRequest.objects.get()
    home = text_of(stage.cast.hr, "/m/")
    assert "区人社局请您更正" in home and "5月15日前办理" in home and f"/m/corrections/{made.reference}/" in home
    page = text_of(stage.cast.hr, f"/m/corrections/{made.reference}/")
    assert "合同起止日请核对" in page and f"/m/workers/{stage.hires[0].reference}/" in page
    phone = as_person(stage.cast.hr)
    assert phone.post(f"/m/corrections/{made.reference}/", {}).status_code == 422
    phone.post(f"/m/corrections/{made.reference}/", {"phrase": "已更正，请核对"})
    assert "企业已答复更正，待核对" in text_of(stage.cast.clerk, "/")
    assert "已更正，请核对" in text_of(stage.cast.clerk, "/corrections/")
    clerk.post(f"/corrections/{made.pk}/", {"action": "close"})
    made.refresh_from_db()
    assert made.status == "closed" and "区人社局请您更正" not in text_of(stage.cast.hr, "/m/")


@pytest.mark.parametrize(("about", "link"), [("account", "/m/money/account/"), ("leave", "/leave/"), ("insurance", "")])
def test_an_answer_page_leads_to_where_it_is_mended(stage: Stage, about: str, link: str) -> None:
    page = text_of(stage.cast.hr, f"/m/corrections/{correction(stage, about=about).reference}/")
    assert link in page and "在哪里更正" in page


def test_pages_say_what_would_fill_them(cast: Cast) -> None:
    assert "现在没有生效的政策" in text_of(cast.hr, "/m/money/")
    assert "没有更正要求" in text_of(cast.hr, "/m/corrections/")
    assert "没有有效账户" in text_of(cast.hr, "/m/money/account/")


def test_the_money_page_takes_few_queries_however_many_people(stage: Stage) -> None:
    from tests.pages.clients import queries_of

    before = queries_of(stage.cast.hr, "/m/money/")
    for order in range(20, 30):
        hire(stage.cast, stage.cast.alpha, order)
    assert queries_of(stage.cast.hr, "/m/money/") == before
