"""The roster on the phone: found, mended, left and taken back, by the enterprise itself and nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, HeadcountConfirmation, InsuredMonth
from park_workers.services.corrections import correct_phone
from park_workers.services.employments import record_leave, register_employment
from park_workers.services.headcount_confirmations import due_month, month_to_confirm
from park_workers.services.uploads import receive_upload
from tests.conftest import Cast
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.files import workbook
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db
START = date(2023, 2, 1)


def hired(
    cast: Cast, order: int, name: str, *, on: date = START, ends_on: date | None = None, trade: str = "平车"
) -> Employment:
    return register_employment(
        actor=cast.hr, enterprise=cast.alpha, name=name, id_number=id_number(order), hired_on=on, contract_starts_on=on,
        contract_ends_on=ends_on, is_open_ended=ends_on is None, trade=trade, is_front_line=True, day=business_day(),
        request_id=str(order),
    ).employment  # fmt: skip


def complete(cast: Cast, order: int, name: str) -> Employment:
    hire = hired(cast, order, name)
    correct_phone(actor=cast.hr, employment=hire, phone=f"1390000{order:04d}", day=business_day())
    return hire


def place(text: str, name: str) -> int:
    return text.index(f"<strong>{name}</strong>")


def test_incomplete_records_come_first_each_with_what_is_missing(cast: Cast) -> None:
    hired(cast, 901, "无手机")
    expired = hired(cast, 902, "合同到期", ends_on=date(2024, 1, 31))
    correct_phone(actor=cast.hr, employment=expired, phone="13900000902", day=business_day())
    complete(cast, 903, "资料全")
    text = text_of(cast.hr, "/m/workers/")
    assert place(text, "合同到期") < place(text, "资料全") and place(text, "无手机") < place(text, "资料全")
    assert "2 人的资料不全" in text and text.count("缺手机") == 1 and text.count("无有效合同") == 1
    person = text_of(cast.hr, f"/m/workers/{expired.reference}/")
    assert f"/m/workers/{expired.reference}/correct/contract/" in person and "没有今天有效的劳动合同" in person


def test_who_is_on_no_insurance_list_is_named_only_once_we_hold_one(cast: Cast) -> None:
    insured, missing = complete(cast, 901, "有参保"), complete(cast, 902, "没参保")
    assert "未见参保" not in text_of(cast.hr, "/m/workers/")
    InsuredMonth.objects.create(
        worker=insured.worker, credit_code=cast.alpha.organisation.credit_code, month=date(2023, 4, 1),
        kind=InsuredMonth.Kind.PENSION,
    )  # fmt: skip
    text = text_of(cast.hr, "/m/workers/")
    assert text.count("未见参保") == 1 and place(text, "没参保") < place(text, "有参保")
    assert "入职已超过 60 天" in text_of(cast.hr, f"/m/workers/{missing.reference}/")
    assert "已缴养老保险" in text_of(cast.hr, f"/m/workers/{insured.reference}/")


@pytest.mark.parametrize("typed", ["张", "zhangxiao", "zxh", "901"])
def test_a_person_is_found_by_signs_pinyin_initials_and_last_four(cast: Cast, typed: str) -> None:
    hire = hired(cast, 901, "张晓红")
    hired(cast, 902, "李四")
    typed = hire.worker.open_id_number()[-4:] if typed == "901" else typed  # type: ignore[attr-defined]
    answer = as_person(cast.hr).post("/m/workers/find/", {"q": typed})
    assert not typed.isdigit() or typed not in answer["Location"]
    text = text_of(cast.hr, answer["Location"])
    assert "<strong>张晓红</strong>" in text and "<strong>李四</strong>" not in text


def test_a_full_number_leads_to_the_person_and_an_unknown_one_says_so(cast: Cast) -> None:
    hire = hired(cast, 901, "张晓红")
    client = as_person(cast.hr)
    answer = client.post("/m/workers/find/", {"q": id_number(901)})
    assert answer["Location"] == f"/m/workers/{hire.reference}/"
    unknown = client.post("/m/workers/find/", {"q": id_number(955)})
    assert unknown.status_code == 404 and "没有这个证件号码的员工" in unknown.content.decode()


def test_the_person_page_masks_numbers(cast: Cast) -> None:
    hire = complete(cast, 901, "张晓红")
    text = text_of(cast.hr, f"/m/workers/{hire.reference}/")
    assert id_number(901) not in text and "13900000901" not in text and "139****0901" in text


def test_a_leaver_moves_to_the_other_list_and_comes_back(cast: Cast) -> None:
    hire, client = hired(cast, 901, "张晓红"), as_person(cast.hr)
    address = f"/m/workers/{hire.reference}/"
    sheet = client.get(address + "leave/").content.decode()
    assert f'value="{business_day().isoformat()}"' in sheet and "本人辞职" in sheet
    done = client.post(address + "leave/", {"left_on": business_day().isoformat(), "reason": "本人辞职"}, follow=True)
    assert "已登记 张晓红 离职" in done.content.decode() and "撤销离职登记" in done.content.decode()
    assert "张晓红" not in text_of(cast.hr, "/m/workers/") and "张晓红" in text_of(cast.hr, "/m/workers/?tab=left")
    back = client.post(address + "undo-leave/", {"reason": "登记错了人"}, follow=True)
    assert "仍在职" in back.content.decode() and "张晓红" in text_of(cast.hr, "/m/workers/")
    hire.refresh_from_db()
    history = text_of(cast.hr, address)
    assert hire.left_on is None and history.index("撤销离职登记</strong>") < history.index("登记离职</strong>")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"left_on": "2099-01-01", "reason": "退休"}, "尚未到"),
        ({"left_on": "2020-01-01", "reason": "退休"}, "早于入职日期"),
        ({"left_on": "", "reason": "退休"}, "请选择最后在职日"),
        ({"left_on": "2023-05-01", "reason": ""}, "请选择离职原因"),
    ],
)
def test_a_wrong_leaving_says_how_to_mend_it_and_keeps_what_was_typed(
    cast: Cast, sent: dict[str, str], said: str
) -> None:
    hire = hired(cast, 901, "张晓红")
    answer = as_person(cast.hr).post(f"/m/workers/{hire.reference}/leave/", sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert f'value="{sent["left_on"]}"' in answer.content.decode()


def test_corrections_add_to_the_history(cast: Cast) -> None:
    hire, client = hired(cast, 901, "张晓红", ends_on=date(2024, 1, 31)), as_person(cast.hr)
    address = f"/m/workers/{hire.reference}/correct/"
    for part, sent in (
        ("phone", {"phone": "139 1234 5679"}),
        ("name", {"name": "张小红", "reason": "与证件不一致"}),
        ("post", {"trade": "裁床", "starts_on": "2023-05-01", "is_front_line": "1"}),
        ("contract", {"form": "劳动合同", "starts_on": "2024-02-01", "is_open_ended": "1"}),
    ):
        assert client.post(address + f"{part}/", sent).status_code == 302, part
    text = text_of(cast.hr, f"/m/workers/{hire.reference}/")
    for said in ("张晓红 → 张小红", "空 → 139****5679", "调整岗位", "登记合同", "裁床、是", "无固定期限"):
        assert said in text, said
    assert AuditEvent.objects.filter(subject_id=hire.pk, subject_kind="park_workers.Employment").count() == 5


@pytest.mark.parametrize(
    ("part", "sent", "field"),
    [
        ("phone", {"phone": "12345"}, "phone"),
        ("name", {"name": "", "reason": "录入有误"}, "name"),
        ("name", {"name": "张三", "reason": ""}, "reason"),
        ("post", {"trade": "", "starts_on": "明天"}, "trade"),
        ("contract", {"form": "劳动合同", "starts_on": "2023-02-01"}, "ends_on"),
    ],
)
def test_a_wrong_correction_names_its_field(cast: Cast, part: str, sent: dict[str, str], field: str) -> None:
    hire = hired(cast, 901, "张晓红")
    answer = as_person(cast.hr).post(f"/m/workers/{hire.reference}/correct/{part}/", sent)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.content.decode()


def test_the_list_goes_on_from_page_to_page_without_losing_anybody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.phone.roster.PAGE_SIZE", 2)
    names = {f"工人{sign}" for sign in "甲乙丙丁戊"}
    hires = [hired(cast, 901 + n, name) for n, name in enumerate(sorted(names))]
    for tab in ("now", "left"):
        seen, address = [], f"/m/workers/?tab={tab}"
        while address:
            text = text_of(cast.hr, address)
            seen += [name for name in names if f"<strong>{name}</strong>" in text]
            following = (
                text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
                if 'rel="next"' in text
                else ""
            )
            address = f"/m/workers/{following.replace('&amp;', '&')}" if following else ""
        assert sorted(seen) == sorted(names)
        for hire in hires:
            record_leave(actor=cast.hr, employment=hire, left_on=date(2023, 5, 1), reason="辞职", day=business_day())


def test_a_longer_roster_takes_no_more_queries(cast: Cast) -> None:
    hired(cast, 901, "张三")
    few = queries_of(cast.hr, "/m/workers/")
    for order in range(902, 912):
        hired(cast, order, "李四")
    assert queries_of(cast.hr, "/m/workers/") == few


def test_another_enterprises_person_is_nobody_by_every_address(cast: Cast) -> None:
    hire, client = hired(cast, 901, "张晓红"), as_person(cast.hr_beta)
    base = f"/m/workers/{hire.reference}/"
    parts = ("", "leave/", "undo-leave/", "correct/phone/", "correct/name/", "correct/post/", "correct/contract/")
    for part in parts:
        assert client.get(base + part).status_code == 404, part
        assert client.post(base + part, {"reason": "退休", "left_on": "2023-05-01"}).status_code in (404, 405), part
    assert client.post("/m/workers/find/", {"q": id_number(901)}).status_code == 404
    assert "张晓红" not in text_of(cast.hr_beta, "/m/workers/?name=zxh")


def month(client: Client) -> str:
    return client.get("/m/headcount/month/").content.decode()


def digest_in(text: str) -> str:
    return text.partition('name="digest" value="')[2].partition('"')[0]


def test_the_month_waits_on_the_home_page_until_it_is_confirmed_and_again_when_it_changes(cast: Cast) -> None:
    hire, client, due = hired(cast, 901, "张晓红"), as_person(cast.hr), due_month(business_day())
    assert f"确认 {due.month} 月在岗名单" in text_of(cast.hr, "/m/")
    page = month(client)
    assert "没有变动，点一下即可确认" in page
    client.post("/m/headcount/month/", {"digest": digest_in(page)})
    assert "已确认" in month(client) and "月在岗名单" not in text_of(cast.hr, "/m/")
    record_leave(actor=cast.hr, employment=hire, left_on=due + timedelta(days=3), reason="漏登", day=business_day())
    assert "确认后又有 1 项变动" in text_of(cast.hr, "/m/")
    changed = month(client)
    assert "重新确认" in changed and f"最后在职日 {due + timedelta(days=3)}" in changed
    client.post("/m/headcount/month/", {"digest": digest_in(changed)})
    assert list(HeadcountConfirmation.objects.order_by("edition").values_list("heads_at_end", flat=True)) == [1, 0]


def test_a_list_seen_too_long_ago_is_shown_again(cast: Cast) -> None:
    hired(cast, 901, "张晓红")
    client = as_person(cast.hr)
    seen = digest_in(month(client))
    hired(cast, 902, "李四")
    answer = client.post("/m/headcount/month/", {"digest": seen})
    assert answer.status_code == 422 and "名单在您查看后又有变动" in answer.content.decode()
    assert not HeadcountConfirmation.objects.exists()


def test_a_month_still_to_come_has_no_page(cast: Cast) -> None:
    assert as_person(cast.hr).get("/m/headcount/month/?month=2999-01").status_code == 404


def test_the_bureau_sees_who_has_confirmed_and_whom_to_call(cast: Cast) -> None:
    hired(cast, 901, "张晓红")
    due = due_month(business_day())
    cast.alpha.contact_name = "李经理"
    cast.alpha.seal_contact_phone("13800001111")  # type: ignore[attr-defined]
    cast.alpha.save()
    text = text_of(cast.clerk, "/enterprises/headcounts/")
    assert "138****1111" in text and "13800001111" not in text and "李经理" in text and cast.beta.name not in text
    assert "在岗确认" in text_of(cast.clerk, "/enterprises/")
    seen = month_to_confirm(enterprise_id=cast.alpha.pk, month=due).now.digest
    as_person(cast.hr).post("/m/headcount/month/", {"digest": seen})
    assert cast.alpha.name in text_of(cast.clerk, "/enterprises/headcounts/?state=confirmed")
    assert cast.alpha.name not in text_of(cast.clerk, "/enterprises/headcounts/?state=waiting")
    hired(cast, 902, "李四")
    assert "确认后有变动" in text_of(cast.clerk, "/enterprises/headcounts/")
    assert as_person(cast.hr).get("/enterprises/headcounts/").status_code == 403


def test_the_phone_to_call_is_shown_for_one_answer_and_logged(cast: Cast, settings: object) -> None:
    settings.CONFIRM_AGAIN_SECONDS = 0  # type: ignore[attr-defined]
    hired(cast, 901, "张晓红")
    cast.alpha.seal_contact_phone("13800001111")  # type: ignore[attr-defined]
    cast.alpha.save()
    answer = as_person(cast.clerk).post(f"/enterprises/{cast.alpha.pk}/contact/")
    assert "13800001111" in answer.content.decode()
    assert AuditEvent.objects.filter(code="enterprise.contact_revealed", subject_id=cast.alpha.pk).count() == 1
    assert as_person(cast.auditor).post(f"/enterprises/{cast.alpha.pk}/contact/").status_code == 403


def test_another_enterprises_file_and_job_are_nobodys_by_every_address(cast: Cast) -> None:
    content = workbook(("姓名", "证件号码"), [{"姓名": "张晓红", "证件号码": id_number(901)}])
    upload = receive_upload(actor=cast.hr, sheet_kind="roster", content=content, name="花名册.xlsx", day=business_day())
    client = as_person(cast.hr_beta)
    phone, desk = f"/m/uploads/{upload.reference}/", f"/uploads/{upload.reference}/"
    for address in (phone, phone + "progress/", desk, desk + "marked-copy/"):
        assert as_person(cast.hr).get(address, follow=True).status_code == 200, address
        assert client.get(address).status_code == 404, address
    for address in (phone + "confirm/", phone + "withdraw/", f"/jobs/{upload.check_job_id}/repeat/"):
        assert client.post(address).status_code == 404, address
    assert "花名册.xlsx" not in text_of(cast.hr_beta, "/m/uploads/")
